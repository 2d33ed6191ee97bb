/// \file
/// A model's tensors after a tuning of every weight.
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

/// Reads the masters of a checkpoint tensor by tensor, as they are asked for.
class FullTensors : public pretrained::ChangedTensors {
 public:
  /// \param file of kind full_checkpoint, in which `read_full_metadata` found nothing wrong
  /// \param stored the model's files: an unembedding that is the embedding may stand there a second time
  FullTensors(const transformer::ModelConfig& model, hdf5::H5File file, transformer::DType dtype,
              const weights::TensorSource& stored);

  bool contains(const std::string& name) const override { return tensors_.contains(name); }
  std::vector<std::string> names() const override;
  at::ScalarType type_of(const std::string& name) const override { return tensors_.at(name).dtype; }
  at::Tensor tuned(const std::string& name, const at::Tensor& stored) const override;

 private:
  /// Elements of a vector, and which elements of the file's tensor they are.
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
