/// \file
/// The tensors of a model after a tuning of every weight.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/pretrained/changed_tensors.h"
#include "model/transformer/model_config.h"
#include "model/transformer/options.h"
#include "model/weights/tensor_source.h"
#include "system/hdf5/h5_file.h"

namespace pinpoint::results {

/// Reads the masters of a checkpoint on demand, tensor by tensor.
class FullTensors : public pretrained::ChangedTensors {
 public:
  /// \param file of kind full_checkpoint, accepted by read_full_metadata
  /// \param stored the model's files; a tied unembedding may occur there as a tensor of its own
  FullTensors(const transformer::ModelConfig& model, hdf5::H5File file, transformer::DType dtype,
              const weights::TensorSource& stored);

  bool contains(const std::string& name) const override { return tensors_.contains(name); }
  std::vector<std::string> names() const override;
  at::ScalarType type_of(const std::string& name) const override { return tensors_.at(name).dtype; }
  at::Tensor tuned(const std::string& name, const at::Tensor& stored) const override;

 private:
  /// A range of a vector, and the range of the file's tensor that it belongs to.
  struct Place {
    std::string vector;
    std::int64_t first = 0, elements = 0, stored_first = 0;
  };
  struct Stored {
    std::vector<std::int64_t> shape;
    at::ScalarType dtype = at::kFloat;
    std::vector<Place> places;
  };
  void read(const Place& place, at::Tensor& whole) const;

  hdf5::H5File file_;
  std::map<std::string, Stored> tensors_;
};

}  // namespace pinpoint::results
