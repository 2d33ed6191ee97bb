#include "app/demo/replies.h"

#include <ATen/ops/argmax.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>

#include "app/demo/tokens.h"
#include "model/transformer/for_each_layer.h"

namespace pinpoint::demo {

at::Tensor next_logits(const transformer::Transformer& transformer, const std::vector<text::TokenIds>& prompts) {
  text::TokenIds ids;
  std::vector<transformer::Stretch> stretches;
  std::vector<std::int64_t> last;
  for (const text::TokenIds& prompt : prompts) {
    ids.insert(ids.end(), prompt.begin(), prompt.end());
    stretches.push_back({.rows = std::ssize(prompt)});
    last.push_back(std::ssize(ids) - 1);
  }
  at::Tensor x = transformer.embed(at::tensor(ids, at::kLong));  // [rows, d]
  const transformer::Stack stack = transformer.stack(std::move(stretches));
  transformer::WeightStore& store = transformer.store();
  transformer::for_each_layer(store, [&](std::int64_t layer, const transformer::LayerWeights& weights) {
    transformer.advance(layer, weights, x, stack, {}, {});
  });
  const at::Tensor at_end = x.index_select(0, at::tensor(last, at::kLong));  // [prompts, d]
  std::vector<at::Tensor> tiles;
  transformer.for_each_vocabulary_tile(
      [&](const transformer::VocabularyTile& tile) { tiles.push_back(transformer.logits_of_tile(at_end, tile, {})); });
  return at::cat(tiles, 1);
}

std::vector<text::TokenIds> prompts_of(const std::vector<text::Dialogue>& dialogues) {
  std::vector<text::TokenIds> prompts;
  for (const text::Dialogue& dialogue : dialogues) {
    const dialogue::TrainingDialogue tokens = training_dialogue(dialogue);
    prompts.emplace_back(tokens.tokens.begin(), tokens.tokens.end() - tokens.targets());
  }
  return prompts;
}

at::Tensor own_replies(const std::vector<text::Dialogue>& dialogues) {
  std::vector<at::Tensor> replies;
  for (const text::Dialogue& dialogue : dialogues) {
    const dialogue::TrainingDialogue tokens = training_dialogue(dialogue);
    replies.push_back(
        at::tensor(text::TokenIds(tokens.tokens.end() - tokens.targets(), tokens.tokens.end()), at::kLong));
  }
  return at::stack(replies);
}

at::Tensor replies_to(const transformer::Transformer& transformer, const std::vector<text::Dialogue>& dialogues) {
  std::vector<text::TokenIds> written = prompts_of(dialogues);
  std::vector<at::Tensor> words;
  for (std::int64_t i = 0; i < own_replies(dialogues).size(1); ++i) {
    words.push_back(at::argmax(next_logits(transformer, written), -1));  // [dialogues]
    for (std::size_t row = 0; row < written.size(); ++row)
      written[row].push_back(words.back()[static_cast<std::int64_t>(row)].item<std::int64_t>());
  }
  return at::stack(words, 1);
}

}  // namespace pinpoint::demo
