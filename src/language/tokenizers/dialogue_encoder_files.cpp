#include "language/tokenizers/dialogue_encoder_files.h"

#include <algorithm>

#include "language/text/custom_template.h"
#include "language/text/published_template.h"
#include "language/text/template_choice.h"
#include "language/text/template_file.h"
#include "language/tokenizers/sentencepiece_tokenizer.h"
#include "language/tokenizers/token_declarations.h"
#include "language/tokenizers/tokenizer_files.h"
#include "system/base/log.h"
#include "system/files/json_text.h"
#include "system/files/text_file.h"

namespace pinpoint::tokenizers {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::string model_type(const fs::path& folder) {
  const json type = files::read_json_object(folder / "config.json").value("model_type", json());
  return type.is_string() ? type.get<std::string>() : "(none in config.json)";
}

/// Adds the tokens that `file` names (bos_token, eot_token, ..) and `tokens` does not have yet.
void add_named_tokens(const json& file, text::NamedTokens& tokens) {
  for (const auto& [name, token] : file.items()) {
    const auto form = name.ends_with("_token") ? form_of(token) : std::nullopt;
    if (form) tokens.emplace(name, *form);
  }
  const json further = file.value("extra_special_tokens", json());
  if (!further.is_object()) return;
  for (const auto& [name, token] : further.items())
    if (const auto form = form_of(token)) tokens.emplace(name, *form);
}

std::optional<std::string> form_of_id(std::optional<text::TokenId> id, const text::Tokenizer& tokenizer) {
  for (const std::string& form : tokenizer.special_forms())
    if (id && tokenizer.special(form) == id) return form;
  return std::nullopt;
}

/// What a template sees as bos_token, eos_token, ..: what the files say. If none of them has the key, not even with
/// null, it is the tokenizer's own.
text::NamedTokens named_tokens(const fs::path& folder, const text::Tokenizer& tokenizer) {
  const json config = files::read_json_object_if_there(folder / "tokenizer_config.json");
  const json map = files::read_json_object_if_there(folder / "special_tokens_map.json");
  text::NamedTokens tokens;
  add_named_tokens(config, tokens);
  if (!config.contains("added_tokens_decoder")) add_named_tokens(map, tokens);  // as in transformers
  const auto add_own = [&](const char* name, std::optional<text::TokenId> id) {
    const auto form = form_of_id(id, tokenizer);
    if (form && !config.contains(name) && !map.contains(name)) tokens.emplace(name, *form);
  };
  add_own("bos_token", tokenizer.bos());
  add_own("eos_token", tokenizer.eos());
  return tokens;
}

std::unique_ptr<text::ChatTemplate> published_or_family(const fs::path& folder, const text::Tokenizer& tokenizer) {
  if (const auto source = text::find_published_template(folder))
    return std::make_unique<text::PublishedTemplate>(source->text, source->file, named_tokens(folder, tokenizer));
  std::optional<std::int64_t> pieces;
  if (dynamic_cast<const SentencePieceTokenizer*>(&tokenizer)) pieces = tokenizer.vocabulary_size();
  return text::template_of_model({model_type(folder), pieces, tokenizer.special_forms()});
}

std::unique_ptr<text::ChatTemplate> choose_template(const std::string& name, const fs::path& folder,
                                                    const text::Tokenizer& tokenizer) {
  if (name == "auto") return published_or_family(folder, tokenizer);
  if (!text::names_template_file(name)) return text::template_of_family(name, tokenizer.special_forms());
  if (fs::path(name).extension() != ".jinja")
    return std::make_unique<text::CustomTemplate>(text::read_template(name), name);
  return std::make_unique<text::PublishedTemplate>(files::read_file(name), name, named_tokens(folder, tokenizer));
}

}  // namespace

text::DialogueEncoder load_dialogue_encoder(const fs::path& folder, const text::ChatOptions& options) {
  auto tokenizer = load_tokenizer(folder);
  auto chat_template = choose_template(options.chat_template, folder, *tokenizer);
  log_info("chat template: {}", chat_template->description());
  return {std::move(tokenizer), std::move(chat_template), options.system_message};
}

}  // namespace pinpoint::tokenizers
