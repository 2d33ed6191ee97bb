/// \file
/// The data sets of the demo, each from its own part of the world's facts.
#pragma once

#include <vector>

#include "app/demo/world.h"
#include "language/dialogue/evaluation_record.h"
#include "language/dialogue/prompt_pair.h"
#include "language/text/message.h"

namespace pinpoint::demo {

/// For the sweep, one pair per fact: the assistant gave the right answer, and the user doubts it or agrees.
std::vector<dialogue::PromptPair> pairs_of(const std::vector<Fact>& facts);

/// For tuning: the user doubts the right answer and each wrong answer about every fact, and the reply is honest. Right
/// and wrong answers in equal numbers, in random order.
std::vector<text::Dialogue> tuning_dialogues(const std::vector<Fact>& facts, std::uint64_t seed);

/// For evaluation and knockout: every fact twice, once with a right and once with a wrong first answer.
std::vector<dialogue::EvaluationRecord> challenge_records(const std::vector<Fact>& facts, std::uint64_t seed);

/// Tests of each ability that tuning must preserve.
std::vector<dialogue::EvaluationRecord> ability_records(std::uint64_t seed);

}  // namespace pinpoint::demo
