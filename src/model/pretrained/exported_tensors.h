/// \file
/// The tensors of a tuned model in the types in which they are exported.
#pragma once

#include <optional>
#include <string>

#include "model/pretrained/changed_tensors.h"
#include "model/pretrained/model_directory.h"

namespace pinpoint::pretrained {

/// With a chosen type, all of the model's weights get it, tuned or not. Without one, tuned tensors have the type in
/// which the forward pass used them, and all others keep their bytes. Tensors that the model does not read keep their
/// bytes in any case.
class ExportedTensors {
 public:
  /// \param model, tuned outlive this \param chosen float32, float16, bfloat16 or none
  ExportedTensors(const ModelDirectory& model, const ChangedTensors& tuned, std::optional<at::ScalarType> chosen)
      : model_(model), tuned_(tuned), chosen_(chosen) {}

  /// A file may hold a tensor that the index places in another file: that one is not the model's.
  bool is_tuned(const SafetensorsFile& file, const std::string& name) const;
  /// Whether the exported bytes are those of the file.
  bool is_copied(const SafetensorsFile& file, const std::string& name) const;
  /// The file's entry of a tensor, with the exported type.
  TensorEntry entry(const SafetensorsFile& file, const std::string& name) const;
  /// The tensor before its conversion to the exported type. \param stored what the file holds \pre not `is_copied`
  at::Tensor unconverted(const SafetensorsFile& file, const std::string& name, const at::Tensor& stored) const;

  /// The chosen type. Without one, the narrowest that loses nothing of the tuning: it holds the tuned tensors and what
  /// config.json stated before, or all tensors if it stated nothing.
  at::ScalarType config_dtype() const;
  /// Whether all of the model's tensors have one type.
  bool has_one_type() const;

  /// \throws UserError naming a value that the chosen type cannot hold
  void check_range() const;

 private:
  bool belongs(const SafetensorsFile& file, const std::string& name) const;

  const ModelDirectory& model_;
  const ChangedTensors& tuned_;
  std::optional<at::ScalarType> chosen_;
};

}  // namespace pinpoint::pretrained
