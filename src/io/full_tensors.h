/// \file
/// A model's tensors after a tuning of every weight.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "io/changed_tensors.h"
#include "io/h5_file.h"
#include "model/model_config.h"
#include "model/options.h"
#include "model/tensor_source.h"

namespace pinpoint::io {

/// Reads the masters of a checkpoint tensor by tensor, as they are asked for.
class FullTensors : public ChangedTensors {
 public:
  /// \param file of kind full_checkpoint, in which `read_full_head` found nothing wrong
  /// \param stored the model's files: an unembedding that is the embedding may stand there a second time
  FullTensors(const model::ModelConfig& model, H5File file, model::DType dtype, const model::TensorSource& stored);

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

  H5File file_;
  std::map<std::string, Stored> tensors_;
};

}  // namespace pinpoint::io
