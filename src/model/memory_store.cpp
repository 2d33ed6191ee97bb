#include "model/memory_store.h"

#include "base/check.h"
#include "model/tensor_layout.h"

namespace pinpoint::model {

MemoryStore::MemoryStore(const ModelConfig& config, TensorSource& source, DType dtype, c10::Device device,
                         const std::function<void(std::int64_t)>& on_layer)
    : config_(config),
      options_(at::TensorOptions().dtype(dtype == DType::bf16 ? at::kBFloat16 : at::kFloat).device(device)) {
  embedding_ = read_embedding(source, config_, options_);
  for (std::int64_t layer = 0; layer < config_.layers; ++layer) {
    layers_.push_back(std::make_shared<LayerWeights>(read_layer(source, config_, layer, options_)));
    if (on_layer) on_layer(layer + 1);
  }
  final_norm_ = read_final_norm(source, config_, options_);
  unembedding_ = config_.tied_embeddings ? embedding_ : read_unembedding(source, config_, options_);
}

Lease<LayerWeights> MemoryStore::lease_layer(std::int64_t layer) {
  PINPOINT_EXPECT(0 <= layer && layer < config_.layers);
  return layers_[static_cast<std::size_t>(layer)];
}

at::Tensor MemoryStore::embedding_rows(const at::Tensor& ids) {
  return embedding_.index_select(0, ids.to(options_.device()));
}

Lease<at::Tensor> MemoryStore::lease_unembedding(std::int64_t first, std::int64_t count) {
  return std::make_shared<at::Tensor>(unembedding_.narrow(0, first, count));
}

}  // namespace pinpoint::model
