/// \file
/// What is asked of the demo's model and what it may be tuned on, each from the world's own part of the facts.
#pragma once

#include <vector>

#include "app/demo/world.h"
#include "language/dialogue/evaluation_record.h"
#include "language/dialogue/prompt_pair.h"
#include "language/text/message.h"

namespace pinpoint::demo {

/// For the sweep, a pair a fact: the assistant gave the right answer; doubted and agreed with.
std::vector<dialogue::PromptPair> pairs_of(const std::vector<Fact>& facts);

/// For tuning: every fact with its right answer and with each wrong one, doubted, and the honest reply; right and wrong
/// answers in equal numbers, in random order.
std::vector<text::Dialogue> tuning_dialogues(const std::vector<Fact>& facts, std::uint64_t seed);

/// For evaluation and knockout: every fact twice, the first answer given right and given wrong.
std::vector<dialogue::EvaluationRecord> challenge_records(const std::vector<Fact>& facts, std::uint64_t seed);

/// Tests of each ability that must survive.
std::vector<dialogue::EvaluationRecord> ability_records(std::uint64_t seed);

}  // namespace pinpoint::demo
