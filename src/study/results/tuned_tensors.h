/// \file
/// The tensors of a model after a tuning of chosen heads.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/pretrained/changed_tensors.h"
#include "model/transformer/options.h"
#include "study/results/checkpoint_file.h"

namespace pinpoint::results {

class TunedTensors : public pretrained::ChangedTensors {
 public:
  TunedTensors(const transformer::ModelConfig& model, Checkpoint checkpoint, transformer::DType dtype);

  bool contains(const std::string& name) const override { return places_.contains(name); }
  std::vector<std::string> names() const override;
  at::ScalarType type_of(const std::string& name) const override;
  at::Tensor tuned(const std::string& name, const at::Tensor& stored) const override;

 private:
  /// A slice, and the rows of the file's tensor that are its matrix.
  struct Place {
    std::size_t slice = 0;
    std::int64_t begin = 0, rows = 0;
  };

  transformer::ModelConfig model_;
  Checkpoint checkpoint_;
  at::ScalarType matrix_type_;
  std::vector<tuning::Slice> slices_;
  std::map<std::string, std::vector<Place>> places_;
};

}  // namespace pinpoint::results
