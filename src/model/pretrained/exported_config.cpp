#include "model/pretrained/exported_config.h"

#include <nlohmann/json.hpp>

#include <array>

#include "model/pretrained/weight_type.h"

namespace pinpoint::pretrained {
namespace {

using nlohmann::ordered_json;

/// As in transformers 5, the first one counts if both are there.
constexpr std::array dtype_keys{"dtype", "torch_dtype"};

/// \returns whether the object has a key for the type
bool replace_dtype(ordered_json& object, std::string_view dtype) {
  bool has_key = false;
  for (const char* key : dtype_keys) {
    if (!object.contains(key)) continue;
    object[key] = dtype;
    has_key = true;
  }
  return has_key;
}

}  // namespace

std::optional<at::ScalarType> stated_dtype(const std::string& config) {
  const ordered_json parsed = ordered_json::parse(config);
  for (const char* key : dtype_keys)
    if (parsed.contains(key) && parsed[key].is_string()) return find_torch_type(parsed[key].get<std::string>());
  return {};
}

std::string exported_config(const std::string& config, std::optional<at::ScalarType> dtype, bool tied_embeddings) {
  const ordered_json original = ordered_json::parse(config);
  ordered_json changed = original;
  if (dtype) {
    if (!replace_dtype(changed, torch_name(*dtype))) changed["torch_dtype"] = torch_name(*dtype);
    if (changed.contains("text_config") && changed["text_config"].is_object())
      replace_dtype(changed["text_config"], torch_name(*dtype));
  }
  constexpr const char* tie = "tie_word_embeddings";
  if (!tied_embeddings && changed.contains(tie) && changed[tie] == true) changed[tie] = false;
  return changed == original ? config : changed.dump(2) + "\n";
}

}  // namespace pinpoint::pretrained
