#include "model/pretrained/exported_tensors.h"

#include <ATen/ops/isfinite.h>

#include <algorithm>

#include "model/pretrained/exported_config.h"
#include "model/pretrained/weight_type.h"
#include "system/base/check.h"

namespace pinpoint::pretrained {
namespace {

/// \throws UserError if a value becomes infinite
void check_converts(const at::Tensor& tensor, at::ScalarType type, const std::string& where) {
  constexpr std::int64_t piece = 1 << 22;
  const at::Tensor flat = tensor.flatten();
  for (std::int64_t begin = 0; begin < flat.numel(); begin += piece) {
    const at::Tensor values = flat.narrow(0, begin, std::min(piece, flat.numel() - begin));
    const at::Tensor too_large = at::isfinite(values.to(type)).logical_not();
    if (!too_large.any().item<bool>()) continue;
    throw UserError(fmt::format("{}: has the value {:.6g}, which {} cannot hold; choose another --dtype", where,
                                values.masked_select(too_large)[0].to(at::kDouble).item<double>(), torch_name(type)));
  }
}

}  // namespace

bool ExportedTensors::belongs(const SafetensorsFile& file, const std::string& name) const {
  const auto found = model_.files().tensors().find(name);
  return found != model_.files().tensors().end() && found->second == &file;
}

bool ExportedTensors::is_tuned(const SafetensorsFile& file, const std::string& name) const {
  return tuned_.contains(name) && belongs(file, name);
}

TensorEntry ExportedTensors::entry(const SafetensorsFile& file, const std::string& name) const {
  TensorEntry entry = file.entry(name);
  if (chosen_ && model_.model_tensors().contains(name) && belongs(file, name))
    entry.dtype = *chosen_;
  else if (is_tuned(file, name))
    entry.dtype = tuned_.type_of(name);
  return entry;
}

bool ExportedTensors::is_copied(const SafetensorsFile& file, const std::string& name) const {
  return !is_tuned(file, name) && entry(file, name).dtype == file.entry(name).dtype;
}

at::Tensor ExportedTensors::unconverted(const SafetensorsFile& file, const std::string& name,
                                        const at::Tensor& stored) const {
  return is_tuned(file, name) ? tuned_.tuned(name, stored) : stored;
}

at::ScalarType ExportedTensors::config_dtype() const {
  if (chosen_) return *chosen_;
  std::optional<at::ScalarType> type = stated_dtype(model_.config_text());
  const bool stated = type.has_value();
  for (const std::string& name : model_.model_tensors()) {
    const SafetensorsFile& file = *model_.files().tensors().at(name);
    const at::ScalarType exported = entry(file, name).dtype;
    if (!stated || is_tuned(file, name)) type = type ? common_type(*type, exported) : exported;
  }
  PINPOINT_EXPECT(type);
  return *type;
}

bool ExportedTensors::has_one_type() const {
  std::set<at::ScalarType> types;
  for (const std::string& name : model_.model_tensors())
    types.insert(entry(*model_.files().tensors().at(name), name).dtype);
  return types.size() == 1;
}

void ExportedTensors::check_range() const {
  if (!chosen_ || *chosen_ == at::kFloat) return;
  for (const std::string& name : model_.model_tensors()) {
    const SafetensorsFile& file = *model_.files().tensors().at(name);
    if (!is_copied(file, name))
      check_converts(unconverted(file, name, file.tensor(name)), *chosen_, fmt::format("tensor \"{}\"", name));
  }
}

}  // namespace pinpoint::pretrained
