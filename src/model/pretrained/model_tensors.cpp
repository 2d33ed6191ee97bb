#include "model/pretrained/model_tensors.h"

#include <fmt/format.h>

#include <array>
#include <optional>

#include "model/weights/layer_layout.h"

namespace pinpoint::pretrained {
namespace {

struct Wrapper {
  std::string_view prefix, advice;
};

/// Longer prefixes first.
constexpr std::array<Wrapper, 6> wrappers{{
    {"base_model.model.", "save it after PEFT's merge_and_unload()"},
    {"model.language_model.", "it is the text part of a model of several kinds of input, which is not supported"},
    {"language_model.", "it is the text part of a model of several kinds of input, which is not supported"},
    {"_orig_mod.", "save the model that torch.compile wraps (model._orig_mod)"},
    {"_fsdp_wrapped_module.", "save the full state dict of FSDP"},
    {"module.", "save the model that DataParallel wraps (model.module)"},
}};

std::string advice_on(std::string_view found) {
  for (const Wrapper& wrapper : wrappers)
    if (found.starts_with(wrapper.prefix)) return std::string(wrapper.advice);
  return "rename the tensors to the names that transformers gives them";
}

/// The shortest name in the files that ends like `name` at a dot. Names without the leading "model." count too: they
/// are those of the model without its output matrix, or with other parts before it.
std::optional<std::string> similar_name(const std::string& name, const WeightFiles& files) {
  const std::string_view inner = std::string_view(name).substr(name.starts_with("model.") ? 6 : 0);
  std::optional<std::string> best;
  for (const auto& [candidate, file] : files.tensors()) {
    const bool ends = candidate.ends_with(inner) &&
                      (candidate.size() == inner.size() || candidate[candidate.size() - inner.size() - 1] == '.');
    if (ends && (!best || candidate.size() < best->size())) best = candidate;
  }
  return best;
}

}  // namespace

std::string weight_name(std::string_view name) { return fmt::format("{}.weight", name); }

/// The names depend on the family, not on sizes.
std::vector<std::string> layer_tensors(transformer::Architecture architecture) {
  const transformer::ModelConfig smallest{.architecture = architecture,
                                          .layers = 1,
                                          .heads = 1,
                                          .kv_heads = 1,
                                          .width = 2,
                                          .head_width = 2,
                                          .mlp_width = 1,
                                          .vocabulary = 1};
  std::set<std::string> names;
  const weights::LayerLayout layout(smallest, at::kFloat);
  for (const weights::LayoutPart& part : layout.parts()) names.insert(part.stored_name);
  return {names.begin(), names.end()};
}

std::set<std::string> model_tensors(const transformer::ModelConfig& config, const WeightFiles& files) {
  const transformer::TensorNames& names = transformer::family_of(config.architecture).names;
  std::set<std::string> tensors;
  const auto add = [&](std::string name) { return files.tensors().contains(name) && tensors.insert(name).second; };
  for (const std::string_view name : {names.embedding, names.final_norm, names.unembedding}) add(weight_name(name));
  const std::vector<std::string> in_layer = layer_tensors(config.architecture);
  for (std::int64_t layer = 0; layer < config.layers; ++layer) {
    bool any = false;  // config.json may claim any number of layers
    for (const std::string& name : in_layer) any |= add(fmt::format("{}.{}.{}", names.layers, layer, name));
    if (!any) break;
  }
  return tensors;
}

std::string missing_tensor(const std::string& name, const WeightFiles& files, const transformer::ModelConfig& config,
                           const std::string& folder) {
  if (const auto found = similar_name(name, files))
    return fmt::format(
        "{}: tensor \"{}\" is missing, but the files hold it as \"{}\" (the model was saved inside a "
        "wrapper, which changes the names of its tensors); {}",
        folder, name, *found, advice_on(*found));
  const transformer::TensorNames& names = transformer::family_of(config.architecture).names;
  if (name == weight_name(names.unembedding) && files.tensors().contains(weight_name(names.embedding)))
    return fmt::format(
        "{}: tensor \"{}\" is missing (config.json does not say \"tie_word_embeddings\": true, so the "
        "model has an output matrix of its own); check that the checkpoint is complete, or set that key "
        "if the embedding is also the output matrix",
        folder, name);
  return fmt::format(
      "{}: tensor \"{}\" is missing (by config.json the model has it); check that the checkpoint is "
      "complete",
      folder, name);
}

}  // namespace pinpoint::pretrained
