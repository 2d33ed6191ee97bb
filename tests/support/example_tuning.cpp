#include "support/example_tuning.h"

#include <ATen/ops/arange.h>

#include "model/pretrained/model_directory.h"
#include "model/transformer/for_each_layer.h"
#include "support/shared.h"
#include "system/base/digest.h"
#include "system/base/random.h"

namespace pinpoint::test {

std::vector<dialogue::TrainingDialogue> random_dialogues(std::int64_t count, std::int64_t longest,
                                                         std::int64_t vocabulary) {
  Random random(3, "training dialogues");
  std::vector<dialogue::TrainingDialogue> dialogues;
  for (std::int64_t i = 0; i < count; ++i) {
    const std::uint64_t length = 3 + random.below(static_cast<std::uint64_t>(longest - 2));
    dialogue::TrainingDialogue dialogue;
    for (std::uint64_t t = 0; t < length; ++t) {
      dialogue.tokens.push_back(static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(vocabulary))));
      dialogue.labels.push_back(3 * t >= 2 * length);
    }
    dialogues.push_back(std::move(dialogue));
  }
  return dialogues;
}

std::vector<tuning::IndexedDialogue> indexed(const std::vector<dialogue::TrainingDialogue>& dialogues,
                                             const std::vector<std::int64_t>& indices) {
  std::vector<tuning::IndexedDialogue> chosen;
  for (const std::int64_t index : indices) chosen.push_back({index, &dialogues.at(static_cast<std::size_t>(index))});
  return chosen;
}

weights::ShardedStore random_store(const transformer::ModelConfig& shape, transformer::DType dtype,
                                   Statistics statistics) {
  const TemporaryFolder folder;
  write_random_model(folder.path(), {.shape = shape, .statistics = statistics});
  pretrained::ModelDirectory directory(folder.path());
  return {directory.config(), directory, {.dtype = dtype}};
}

std::string digest_of(transformer::WeightStore& store) {
  Sha256 digest;
  const auto add = [&](const at::Tensor& tensor) {
    if (!tensor.defined()) return;
    const at::Tensor whole = tensor.contiguous();
    digest.add_field({static_cast<const char*>(whole.data_ptr()), whole.nbytes()});
  };
  const transformer::ModelConfig& config = store.config();
  transformer::for_each_layer(store, [&](std::int64_t /*layer*/, const transformer::LayerWeights& w) {
    for (const at::Tensor& tensor : {w.attention_norm, w.query, w.key, w.value, w.query_bias, w.key_bias, w.value_bias,
                                     w.query_norm, w.key_norm, w.output, w.mlp_norm, w.gate, w.up, w.down})
      add(tensor);
  });
  add(store.embedding_rows(at::arange(config.vocabulary)));
  add(store.final_norm());
  add(*store.lease_unembedding(0, config.vocabulary));
  return digest.hex();
}

}  // namespace pinpoint::test
