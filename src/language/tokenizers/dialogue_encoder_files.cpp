#include "language/tokenizers/dialogue_encoder_files.h"

#include <algorithm>

#include "language/text/custom_template.h"
#include "language/text/published_template.h"
#include "language/text/template_choice.h"
#include "language/text/template_file.h"
#include "language/tokenizers/sentencepiece_tokenizer.h"
#include "language/tokenizers/token_declarations.h"
#include "language/tokenizers/tokenizer_files.h"
#include "system/base/check.h"
#include "system/base/log.h"
#include "system/files/json_text.h"
#include "system/files/text_file.h"

namespace pinpoint::tokenizers {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::string model_type(const fs::path& folder) {
  const fs::path file = folder / "config.json";
  const json config = files::parse_json(files::read_file(file), file.string());
  validate(config.is_object(), "{}: is not a JSON object; copy the model's file anew", file.string());
  const json type = config.value("model_type", json());
  return type.is_string() ? type.get<std::string>() : "(none in config.json)";
}

/// The form of a token: a text, or an object with the text as content. None for other values.
std::optional<std::string> form_of(const json& token) {
  const json form = token.is_object() ? token.value("content", json()) : token;
  return form.is_string() ? std::optional(form.get<std::string>()) : std::nullopt;
}

/// Adds the tokens that `file` names and `tokens` does not have yet. A null is the statement that there is none.
void add_named_tokens(const fs::path& file, std::map<std::string, std::optional<std::string>>& tokens) {
  const json object = read_object_if_there(file);
  for (const char* name : {"bos_token", "eos_token", "unk_token", "pad_token", "sep_token", "cls_token", "mask_token"})
    if (object.contains(name)) tokens.emplace(name, form_of(object.at(name)));
  const json further = object.value("extra_special_tokens", json());
  if (!further.is_object()) return;
  for (const auto& [name, token] : further.items()) tokens.emplace(name, form_of(token));
}

std::optional<std::string> form_of_id(std::optional<text::TokenId> id, const text::Tokenizer& tokenizer) {
  for (const std::string& form : tokenizer.special_forms())
    if (id && tokenizer.special(form) == id) return form;
  return std::nullopt;
}

/// What a template sees as bos_token, eos_token, ..: what the files say, else the tokenizer.
text::NamedTokens named_tokens(const fs::path& folder, const text::Tokenizer& tokenizer) {
  std::map<std::string, std::optional<std::string>> tokens;
  add_named_tokens(folder / "tokenizer_config.json", tokens);
  add_named_tokens(folder / "special_tokens_map.json", tokens);
  tokens.emplace("bos_token", form_of_id(tokenizer.bos(), tokenizer));
  tokens.emplace("eos_token", form_of_id(tokenizer.eos(), tokenizer));
  text::NamedTokens named;
  for (const auto& [name, form] : tokens)
    if (form) named.emplace(name, *form);
  return named;
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
