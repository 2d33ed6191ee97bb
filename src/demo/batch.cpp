#include "demo/batch.h"

#include <ATen/ops/full.h>
#include <ATen/ops/tensor.h>

#include <algorithm>

#include "demo/world.h"

namespace pinpoint::demo {
namespace {

using text::Role;

void append(std::vector<std::int64_t>& ids, const text::Message& message) {
  ids.push_back(message.role == Role::user ? user_turn : assistant_turn);
  const std::vector<std::int64_t> words = ids_of(message.content);
  ids.insert(ids.end(), words.begin(), words.end());
  if (message.role == Role::assistant) ids.push_back(end_of_turn);
}

}  // namespace

std::vector<std::int64_t> tokens_of(const text::Dialogue& dialogue) {
  std::vector<std::int64_t> ids;
  for (const text::Message& message : dialogue) append(ids, message);
  return ids;
}

std::int64_t count_targets(const text::Dialogue& dialogue) {
  return static_cast<std::int64_t>(ids_of(dialogue.back().content).size()) + 1;
}

Batch make_batch(const std::vector<text::Dialogue>& dialogues) {
  std::vector<std::vector<std::int64_t>> rows;
  std::size_t longest = 0;
  for (const text::Dialogue& dialogue : dialogues) {
    rows.push_back(tokens_of(dialogue));
    longest = std::max(longest, rows.back().size());
  }
  std::vector<std::int64_t> ids, positions, targets;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const auto reply = static_cast<std::size_t>(count_targets(dialogues[row]));
    for (std::size_t i = rows[row].size() - reply; i < rows[row].size(); ++i) {
      positions.push_back(static_cast<std::int64_t>(row * longest + i - 1));
      targets.push_back(rows[row][i]);
    }
    rows[row].resize(longest, end_of_turn);
    ids.insert(ids.end(), rows[row].begin(), rows[row].end());
  }
  const auto count = static_cast<std::int64_t>(rows.size());
  return {at::tensor(ids).view({count, -1}), at::tensor(positions), at::tensor(targets)};
}

}  // namespace pinpoint::demo
