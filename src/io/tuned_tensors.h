/// \file
/// The tensors of a model's files that a tuning changed.
#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <string>
#include <vector>

#include "io/checkpoint_file.h"
#include "io/safetensors_header.h"
#include "model/options.h"

namespace pinpoint::io {

/// By their names in the files; a fused matrix counts once.
class TunedTensors {
 public:
  TunedTensors(const model::ModelConfig& model, const Checkpoint& checkpoint, model::DType dtype);

  bool contains(const std::string& name) const { return places_.contains(name); }
  /// The names, in alphabetical order.
  std::vector<std::string> names() const;
  /// In which type it was computed with: matrices in `dtype`, biases in float32.
  at::ScalarType type_of(const std::string& name) const;
  /// The tensor as the tuned model's forward pass used it. \param stored as the file has it; not written to
  at::Tensor tuned(const std::string& name, const at::Tensor& stored) const;

 private:
  /// A slice, and which rows of the file's tensor its matrix is.
  struct Place {
    std::size_t slice = 0;
    std::int64_t begin = 0, rows = 0;
  };

  model::ModelConfig model_;
  const Checkpoint& checkpoint_;
  at::ScalarType matrix_type_;
  std::vector<tuning::Slice> slices_;
  std::map<std::string, std::vector<Place>> places_;
};

}  // namespace pinpoint::io
