/// \file
/// Writes training dialogues and evaluation records as JSON lines.
#pragma once

#include <string>
#include <vector>

#include "language/dialogue/evaluation_record.h"
#include "language/text/message.h"

namespace pinpoint::datasets {

/// train.jsonl: {"messages": [{"role", "content"}, ..]} per line.
std::string to_jsonl(const std::vector<text::Dialogue>& dialogues);

/// Evaluation records, one per line: {"prompt": [{"type": "human"|"ai", "content"}, ..], "base": {"dataset",
/// "question", "answer", "given_answer"}, "metadata": {}}. A record without a given answer has no key given_answer.
std::string to_jsonl(const std::vector<dialogue::EvaluationRecord>& records);

}  // namespace pinpoint::datasets
