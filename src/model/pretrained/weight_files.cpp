#include "model/pretrained/weight_files.h"

#include <algorithm>

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
  validate(exists(path, unknown) || !is_symlink(path, unknown),
           "{}: is a link to a file that does not exist; download the model again", path.string());
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

/// The path that an index names, which must lie in the model's folder: indexes come with downloaded models, and an
/// export writes files of the same names.
std::filesystem::path path_in_folder(const std::string& file_name, const std::string& tensor,
                                     const std::string& index) {
  const std::filesystem::path path(file_name);
  const bool inside = path.is_relative() && std::ranges::find(path, "..") == path.end() &&
                      file_name.find('\0') == std::string::npos && path.extension() == ".safetensors";
  validate(inside,
           "{}: places tensor \"{}\" in \"{}\" (a file name must be relative, without \"..\", and end in "
           ".safetensors); move the file into the model's folder, and correct the index",
           index, tensor, file_name.c_str());
  return path.lexically_normal();
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
    const std::filesystem::path name = path_in_folder(file_name, tensor, index.string());
    const std::filesystem::path path = index.parent_path() / name;
    validate(is_there(path), "{}: is missing ({} places tensor \"{}\" in it); copy it to where the other files are",
             path.string(), index_name, tensor);
    const SafetensorsFile& file = files_.try_emplace(name.string(), path).first->second;
    validate(file.tensors().count(tensor) == 1,
             "{}: holds no tensor \"{}\" ({} places it there); copy index and weights again from the same place",
             path.string(), tensor, index_name);
    tensors_[tensor] = &file;
  }
}

}  // namespace pinpoint::pretrained
