/// \file
/// A layer as one flat buffer of bytes: what is divided evenly among ranks, gathered by one collective, and read from
/// the files in even parts, whatever tensors a family's layers are made of (docs/sharding.md).
#pragma once

#include <string>
#include <vector>

#include "model/transformer/layer_weights.h"
#include "model/transformer/model_config.h"
#include "model/weights/tensor_source.h"

namespace pinpoint::weights {

/// Parts begin, and slices begin and end, at multiples of so many bytes: those of a cache line, and whole elements of
/// every type.
inline constexpr std::int64_t slice_alignment = 64;

/// One tensor of `LayerWeights`: where it stands in the buffer, and in the files.
struct LayoutPart {
  at::Tensor transformer::LayerWeights::*tensor = nullptr;
  std::vector<std::int64_t> shape;
  at::ScalarType dtype = at::kFloat;
  std::int64_t offset = 0;  ///< bytes from the buffer's begin
  std::int64_t first = 0;   ///< elements of the parts before it

  std::string stored_name;  ///< without "LAYERS.N."; with ".weight" or ".bias"
  std::vector<std::int64_t> stored_shape;
  std::int64_t stored_first = 0;  ///< the element of the stored tensor that is this part's first: not 0 in a fused one

  std::int64_t elements() const;
  std::int64_t bytes() const;
};

/// The same for every layer of a model. Parts stand one after the other in the order of `LayerWeights`.
class LayerLayout {
 public:
  /// `matrices`: their type; norms and biases are float32.
  LayerLayout(const transformer::ModelConfig& config, at::ScalarType matrices);

  const std::vector<LayoutPart>& parts() const { return parts_; }
  /// Of the buffer, a multiple of `slice_alignment`.
  std::int64_t bytes() const { return bytes_; }

  /// The layer's tensors as views of `buffer`, uint8 [bytes() or more], contiguous, which they keep alive.
  transformer::LayerWeights view(const at::Tensor& buffer) const;

  /// Of all parts together: the length of a layer's vector (model/weights/weight_unit.h).
  std::int64_t elements() const;
  /// The parts as views of a vector [elements()] of any type.
  transformer::LayerWeights view_vector(const at::Tensor& vector) const;
  /// Which elements of the vector lie in the bytes `range` of a buffer. \pre range is aligned
  parallel::Range elements_in(parallel::Range range) const;
  /// The same elements in the buffer: of every part that has some its piece, flat and in its type, as a view of
  /// `slice`, which is those bytes.
  std::vector<at::Tensor> pieces(const at::Tensor& slice, parallel::Range range) const;

  /// Reads the bytes `range` of a layer's buffer from the files into `slice`, uint8 [range.size()] on the CPU; what
  /// lies beyond the parts becomes 0. Only what lies in the range is read. \pre range is aligned
  /// \throws UserError as TensorSource::read_range does
  void read(TensorSource& source, std::int64_t layer, parallel::Range range, at::Tensor& slice) const;
  /// Asks for nothing of every tensor of the layer, so that a missing or misshapen one is found before it is needed.
  void check(TensorSource& source, std::int64_t layer) const;

 private:
  void add(at::Tensor transformer::LayerWeights::*tensor, std::vector<std::int64_t> shape, std::string_view name,
           const char* kind);

  std::string prefix_;  // "model.layers"
  at::ScalarType matrices_;
  std::vector<LayoutPart> parts_;
  std::int64_t bytes_ = 0;
};

/// The bytes of a slice where `bytes` are divided evenly among `ranks`: the last slice may reach beyond them.
std::int64_t even_slice(std::int64_t bytes, std::int64_t ranks);

/// Copies `elements` [n] to those of `destination` (contiguous) from `first` on, row major, converting the type,
/// without threads of its own: readers in the background use it.
void copy_elements(const at::Tensor& elements, const at::Tensor& destination, std::int64_t first);

}  // namespace pinpoint::weights
