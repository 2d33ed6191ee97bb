#include "model/pretrained/weight_files.h"

#include "system/base/check.h"
#include "system/files/json_text.h"
#include "system/files/text_file.h"

namespace pinpoint::pretrained {
namespace {

constexpr const char* single_name = "model.safetensors";
constexpr const char* index_name = "model.safetensors.index.json";

/// A path that cannot be examined (a name too long, a folder without permission) counts as missing.
bool is_there(const std::filesystem::path& path) {
  std::error_code unknown;
  return exists(path, unknown);
}

/// The index's "weight_map": file name by tensor name.
std::map<std::string, std::string> parse_weight_map(std::string_view text, const std::string& index) {
  const nlohmann::json parsed = files::parse_json(text, index);
  const auto found = parsed.is_object() ? parsed.find("weight_map") : parsed.end();
  bool texts = found != parsed.end() && found->is_object();
  if (texts)
    for (const auto& file : *found) texts = texts && file.is_string();
  validate(texts,
           "{}: has no \"weight_map\" from tensor names to file names (it says where every tensor is); copy it again",
           index);
  return found->get<std::map<std::string, std::string>>();
}

}  // namespace

WeightFiles::WeightFiles(const std::filesystem::path& directory) {
  // As in transformers, the single file counts if both are present.
  if (is_there(directory / single_name)) {
    open_one(directory / single_name);
  } else {
    validate(is_there(directory / index_name),
             "{}: holds neither {} nor {} (the weights are missing); copy them, or convert a pytorch_model.bin to "
             "safetensors",
             directory.string(), single_name, index_name);
    open_indexed(directory / index_name);
  }
}

void WeightFiles::open_one(const std::filesystem::path& path) {
  const SafetensorsFile& file = files_.try_emplace(single_name, path).first->second;
  for (const auto& [name, entry] : file.tensors()) tensors_[name] = &file;
}

void WeightFiles::open_indexed(const std::filesystem::path& index) {
  index_text_ = files::read_file(index);
  for (const auto& [tensor, file_name] : parse_weight_map(index_text_, index.string())) {
    const std::filesystem::path path = index.parent_path() / file_name;
    validate(is_there(path), "{}: is missing ({} places tensor \"{}\" in it); copy it to where the other files are",
             path.string(), index_name, tensor);
    const SafetensorsFile& file = files_.try_emplace(file_name, path).first->second;
    validate(file.tensors().count(tensor) == 1,
             "{}: holds no tensor \"{}\" ({} places it there); copy index and weights again from the same place",
             path.string(), tensor, index_name);
    tensors_[tensor] = &file;
  }
}

}  // namespace pinpoint::pretrained
