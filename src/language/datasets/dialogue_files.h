/// \file
/// Dialogues as JSON lines, written: what a model is tuned on, and what it is evaluated by.
#pragma once

#include <string>
#include <vector>

#include "language/dialogue/evaluation_record.h"
#include "language/text/message.h"

namespace pinpoint::datasets {

/// train.jsonl: {"messages": [{"role", "content"}, ..]} a line.
std::string to_jsonl(const std::vector<text::Dialogue>& dialogues);

/// Evaluation records, a line each: {"prompt": [{"type": "human"|"ai", "content"}, ..], "base": {"dataset", "question",
/// "answer", "given_answer"}, "metadata": {}}; without given_answer where there is none.
std::string to_jsonl(const std::vector<dialogue::EvaluationRecord>& records);

}  // namespace pinpoint::datasets
