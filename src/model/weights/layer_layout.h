/// \file
/// A layer as one flat buffer of bytes, whatever its family's tensors are. The buffer is divided evenly among ranks and
/// gathered by one collective (docs/sharding.md).
#pragma once

#include <string>
#include <vector>

#include "model/transformer/layer_weights.h"
#include "model/transformer/model_config.h"
#include "model/weights/tensor_source.h"

namespace pinpoint::weights {

/// Parts and slices begin at multiples of this many bytes: a cache line, and whole elements of every type.
inline constexpr std::int64_t slice_alignment = 64;

/// One tensor of `LayerWeights`: its place in the buffer and in the files.
struct LayoutPart {
  at::Tensor transformer::LayerWeights::*tensor = nullptr;
  std::vector<std::int64_t> shape;
  at::ScalarType dtype = at::kFloat;
  std::int64_t offset = 0;  ///< bytes from the start of the buffer
  std::int64_t first = 0;   ///< number of elements in the parts before it

  std::string stored_name;  ///< without "LAYERS.N."; with ".weight" or ".bias"
  std::vector<std::int64_t> stored_shape;
  std::int64_t stored_first = 0;  ///< this part's first element in the stored tensor: not 0 in a fused one

  std::int64_t elements() const;
  std::int64_t bytes() const;
};

/// The same for every layer of a model. Parts follow each other in the order of `LayerWeights`.
class LayerLayout {
 public:
  /// matrices: type of the matrices. Norms and biases are float32.
  LayerLayout(const transformer::ModelConfig& config, at::ScalarType matrices);

  const std::vector<LayoutPart>& parts() const { return parts_; }
  /// Size of the buffer, a multiple of `slice_alignment`.
  std::int64_t bytes() const { return bytes_; }

  /// The layer's tensors as views of `buffer`, uint8 [bytes() or more], contiguous. The views keep it alive.
  transformer::LayerWeights view(const at::Tensor& buffer) const;

  /// Elements of all parts together: the length of a layer's vector (model/weights/weight_unit.h).
  std::int64_t elements() const;
  /// The parts as views of a vector [elements()] of any type.
  transformer::LayerWeights view_vector(const at::Tensor& vector) const;
  /// The elements of the vector that lie in the bytes `range` of a buffer. \pre range is aligned
  parallel::Range elements_in(parallel::Range range) const;
  /// The same elements in `slice`, which holds those bytes: one flat view for each part in the range, in the part's
  /// type.
  std::vector<at::Tensor> pieces(const at::Tensor& slice, parallel::Range range) const;

  /// Reads the bytes `range` of a layer's buffer from the files into `slice`, uint8 [range.size()] on the CPU. Bytes
  /// after the parts become 0. Nothing outside the range is read. \pre range is aligned
  /// \throws UserError like TensorSource::read_range
  void read(TensorSource& source, std::int64_t layer, parallel::Range range, at::Tensor& slice) const;
  /// Reads nothing, but checks that every tensor of the layer exists with the right shape.
  /// \throws UserError like TensorSource::read_range
  void check(TensorSource& source, std::int64_t layer) const;

 private:
  void add(at::Tensor transformer::LayerWeights::*tensor, std::vector<std::int64_t> shape, std::string_view name,
           const char* kind);

  std::string prefix_;  // "model.layers"
  at::ScalarType matrices_;
  std::vector<LayoutPart> parts_;
  std::int64_t bytes_ = 0;
};

/// Bytes of each slice if `bytes` are divided evenly among `ranks`. The last slice may extend past the end.
std::int64_t even_slice(std::int64_t bytes, std::int64_t ranks);

/// Copies `elements` [n] into `destination` (contiguous) from its element `first` on, row major, and converts the type.
/// Starts no threads, because background readers use it.
void copy_elements(const at::Tensor& elements, const at::Tensor& destination, std::int64_t first);

}  // namespace pinpoint::weights
