#include "model/tensor_layout.h"

#include <fmt/format.h>

namespace pinpoint::model {
namespace {

/// Always a copy: what `read` gives may be a view of a mapped file.
at::Tensor copy_of(const at::Tensor& tensor, const at::TensorOptions& options) {
  return tensor.to(options, /*non_blocking=*/false, /*copy=*/true).contiguous();
}

at::TensorOptions in_float32(const at::TensorOptions& matrices) { return matrices.dtype(at::kFloat); }

at::Tensor read_weight(TensorSource& source, std::string_view name, const std::vector<std::int64_t>& shape,
                       const at::TensorOptions& options) {
  return copy_of(source.read(fmt::format("{}.weight", name), shape), options);
}

class LayerReader {
 public:
  LayerReader(TensorSource& source, const ModelConfig& config, std::int64_t layer, const at::TensorOptions& matrices)
      : source_(source), config_(config), family_(family_of(config.architecture)), layer_(layer), matrices_(matrices) {}

  LayerWeights read() const {
    const ModelConfig& c = config_;
    const TensorNames& names = family_.names;
    LayerWeights weights;
    weights.attention_norm = norm(names.attention_norm, c.width);
    read_projections(weights);
    weights.output = matrix(names.output, c.width, c.heads_width());
    weights.mlp_norm = norm(names.mlp_norm, c.width);
    weights.gate = matrix(names.gate, c.mlp_width, c.width);
    weights.up = matrix(names.up, c.mlp_width, c.width);
    weights.down = matrix(names.down, c.width, c.mlp_width);
    if (family_.head_norms) {
      weights.query_norm = norm(names.query_norm, c.head_width);
      weights.key_norm = norm(names.key_norm, c.head_width);
    }
    return weights;
  }

 private:
  void read_projections(LayerWeights& w) const {
    const std::vector<at::Tensor> matrices = stored_projections("weight", {config_.width});
    w.query = copy_of(matrices[0], matrices_);
    w.key = copy_of(matrices[1], matrices_);
    w.value = copy_of(matrices[2], matrices_);
    if (!family_.projection_biases) return;
    const std::vector<at::Tensor> biases = stored_projections("bias", {});
    w.query_bias = copy_of(biases[0], in_float32(matrices_));
    w.key_bias = copy_of(biases[1], in_float32(matrices_));
    w.value_bias = copy_of(biases[2], in_float32(matrices_));
  }

  /// Of queries, keys and values, as the files have them. row_shape: of one row of them
  std::vector<at::Tensor> stored_projections(const char* kind, const std::vector<std::int64_t>& row_shape) const {
    const auto read = [&](std::string_view name, std::int64_t rows) {
      std::vector<std::int64_t> shape{rows};
      shape.insert(shape.end(), row_shape.begin(), row_shape.end());
      return stored_tensor(name, kind, shape);
    };
    const TensorNames& names = family_.names;
    const std::int64_t queries = config_.heads_width(), keys = config_.kv_width();
    if (family_.projections == Projections::fused)
      return read(names.query, queries + 2 * keys).split_with_sizes({queries, keys, keys});
    return {read(names.query, queries), read(names.key, keys), read(names.value, keys)};
  }

  at::Tensor stored_tensor(std::string_view name, const char* kind, const std::vector<std::int64_t>& shape) const {
    return source_.read(fmt::format("{}.{}.{}.{}", family_.names.layers, layer_, name, kind), shape);
  }
  at::Tensor matrix(std::string_view name, std::int64_t rows, std::int64_t columns) const {
    return copy_of(stored_tensor(name, "weight", {rows, columns}), matrices_);
  }
  at::Tensor norm(std::string_view name, std::int64_t width) const {
    return copy_of(stored_tensor(name, "weight", {width}), in_float32(matrices_));
  }

  TensorSource& source_;
  const ModelConfig& config_;
  const Family& family_;
  std::int64_t layer_;
  at::TensorOptions matrices_;
};

}  // namespace

LayerWeights read_layer(TensorSource& source, const ModelConfig& config, std::int64_t layer,
                        const at::TensorOptions& matrices) {
  return LayerReader(source, config, layer, matrices).read();
}

at::Tensor read_embedding(TensorSource& source, const ModelConfig& c, const at::TensorOptions& matrices) {
  return read_weight(source, family_of(c.architecture).names.embedding, {c.vocabulary, c.width}, matrices);
}

at::Tensor read_unembedding(TensorSource& source, const ModelConfig& c, const at::TensorOptions& matrices) {
  return read_weight(source, family_of(c.architecture).names.unembedding, {c.vocabulary, c.width}, matrices);
}

at::Tensor read_final_norm(TensorSource& source, const ModelConfig& c, const at::TensorOptions& matrices) {
  return read_weight(source, family_of(c.architecture).names.final_norm, {c.width}, in_float32(matrices));
}

}  // namespace pinpoint::model
