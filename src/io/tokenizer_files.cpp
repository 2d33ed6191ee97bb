#include "io/tokenizer_files.h"

#include "base/check.h"
#include "io/json_text.h"
#include "io/template_file.h"
#include "io/text_file.h"
#include "text/custom_template.h"
#include "text/sentencepiece_tokenizer.h"
#include "text/template_choice.h"

namespace pinpoint::io {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

json read_json_object(const fs::path& file) {
  json object = parse_json(read_file(file), file.string());
  validate(object.is_object(), "{}: is no JSON object; copy the model's file anew", file.string());
  return object;
}

/// `chat_template` of a JSON file, if there is one: a text, or a list of named texts of which "default" is meant.
std::optional<std::string> template_in(const fs::path& file) {
  if (!fs::exists(file)) return std::nullopt;
  const json templates = read_json_object(file).value("chat_template", json());
  if (templates.is_string()) return templates.get<std::string>();
  for (const json& entry : templates) {
    if (entry.is_object() && entry.value("name", json()) == "default" && entry.value("template", json()).is_string())
      return entry.at("template").get<std::string>();
  }
  return std::nullopt;
}

/// The chat template that lies beside the model: in a file of its own, as newer folders have it, comes first.
std::optional<std::string> published_template(const fs::path& folder) {
  const fs::path own_file = folder / "chat_template.jinja";
  if (fs::exists(own_file)) return read_file(own_file);
  const auto in_tokenizer_config = template_in(folder / "tokenizer_config.json");
  return in_tokenizer_config ? in_tokenizer_config : template_in(folder / "chat_template.json");
}

std::string model_type(const fs::path& folder) {
  const json type = read_json_object(folder / "config.json").value("model_type", json());
  return type.is_string() ? type.get<std::string>() : "(none in config.json)";
}

std::unique_ptr<text::ChatTemplate> choose_template(const std::string& name, const fs::path& folder,
                                                    const text::Tokenizer& tokenizer) {
  if (name == "auto") {
    std::optional<std::int64_t> pieces;
    if (fs::exists(folder / "tokenizer.model")) pieces = tokenizer.vocabulary_size();
    return text::recognise_template(
        {published_template(folder), model_type(folder), pieces, tokenizer.special_forms()});
  }
  if (!text::names_template_file(name)) return text::template_of_family(name, tokenizer.special_forms());
  return std::make_unique<text::CustomTemplate>(read_template(name), tokenizer.special_forms(), name);
}

}  // namespace

std::unique_ptr<text::Tokenizer> load_tokenizer(const fs::path& folder) {
  const fs::path file = folder / "tokenizer.model";
  validate(
      fs::exists(file),
      "{}: there is no such file (the model's SentencePiece tokenizer is looked for there); copy it from where the "
      "model came from",
      file.string());
  return std::make_unique<text::SentencePieceTokenizer>(read_file(file), file.string());
}

text::DialogueEncoder load_dialogue_encoder(const fs::path& folder, const text::ChatOptions& options) {
  auto tokenizer = load_tokenizer(folder);
  auto chat_template = choose_template(options.chat_template, folder, *tokenizer);
  return {std::move(tokenizer), std::move(chat_template), options.system_message};
}

}  // namespace pinpoint::io
