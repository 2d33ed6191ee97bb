#include "language/tokenizers/tokenizer_files.h"

#include <string>

#include "language/tokenizers/byte_pair_tokenizer.h"
#include "language/tokenizers/qwen_tokenizer.h"
#include "language/tokenizers/sentencepiece_tokenizer.h"
#include "language/tokenizers/tiktoken_file.h"
#include "language/tokenizers/tokenizer_json.h"
#include "system/base/check.h"
#include "system/files/json_text.h"
#include "system/files/text_file.h"

namespace pinpoint::tokenizers {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

json read_json_object(const fs::path& file) {
  json object = files::parse_json(files::read_file(file), file.string());
  validate(object.is_object(), "{}: is not a JSON object; copy the model's file anew", file.string());
  return object;
}

/// The file of a folder's tokenizer.
struct TokenizerFile {
  enum class Kind { sentencepiece, qwen_tiktoken, tokenizer_json };
  Kind kind;
  fs::path path;
};

/// The folders of Llama-2 and Mistral also have a tokenizer.json, which was made from tokenizer.model for another
/// library. The original counts. In Llama-3's folders, tokenizer.model is a vocabulary in tiktoken's format, without
/// pattern and special tokens. The tokenizer.json beside it has them.
TokenizerFile choose_file(const fs::path& folder) {
  const fs::path model = folder / "tokenizer.model", tiktoken = folder / "qwen.tiktoken";
  const fs::path json_file = folder / "tokenizer.json";
  if (fs::exists(model)) {
    if (!looks_like_tiktoken(files::read_file(model))) return {TokenizerFile::Kind::sentencepiece, model};
    validate(
        fs::exists(json_file),
        "{}: this is only the vocabulary, as Meta publishes Llama-3's (its special tokens are not in it); copy the "
        "tokenizer.json of the model's Hugging Face folder here",
        model.string());
  }
  if (fs::exists(tiktoken)) return {TokenizerFile::Kind::qwen_tiktoken, tiktoken};
  validate(
      fs::exists(json_file),
      "{}: there is no tokenizer (looked for are tokenizer.model, qwen.tiktoken and tokenizer.json); copy the file "
      "from where the model came from",
      folder.string());
  return {TokenizerFile::Kind::tokenizer_json, json_file};
}

/// A special token that the files beside tokenizer.json name under `key`: a text, or an object with the text as
/// content.
std::optional<std::string> special_form(const fs::path& folder, const char* key) {
  for (const char* name : {"tokenizer_config.json", "special_tokens_map.json"}) {
    if (!fs::exists(folder / name)) continue;
    const json file = read_json_object(folder / name);
    if (!file.contains(key)) continue;
    const json& token = file.at(key);
    const json form = token.is_object() ? token.value("content", json()) : token;
    return form.is_string() ? std::optional(form.get<std::string>()) : std::nullopt;
  }
  return std::nullopt;
}

std::unique_ptr<text::Tokenizer> read_tokenizer_json(const fs::path& folder, const fs::path& path) {
  Description description = parse_tokenizer_json(files::read_file(path), path.string());
  description.bos = special_form(folder, "bos_token");
  description.eos = special_form(folder, "eos_token");
  return std::make_unique<BytePairTokenizer>(std::move(description), path.string());
}

}  // namespace

std::unique_ptr<text::Tokenizer> load_tokenizer(const fs::path& folder) {
  const auto [kind, path] = choose_file(folder);
  const std::string name = path.string();
  switch (kind) {
    case TokenizerFile::Kind::sentencepiece:
      return std::make_unique<SentencePieceTokenizer>(files::read_file(path), name);
    case TokenizerFile::Kind::qwen_tiktoken:
      return std::make_unique<BytePairTokenizer>(describe_qwen(parse_tiktoken(files::read_file(path), name), name),
                                                 name);
    case TokenizerFile::Kind::tokenizer_json: break;
  }
  return read_tokenizer_json(folder, path);
}

bool has_tokenizer(const fs::path& folder) {
  std::error_code none;
  return fs::exists(folder / "tokenizer.model", none) || fs::exists(folder / "qwen.tiktoken", none) ||
         fs::exists(folder / "tokenizer.json", none);
}

bool has_sentencepiece_model(const fs::path& folder) {
  return choose_file(folder).kind == TokenizerFile::Kind::sentencepiece;
}

}  // namespace pinpoint::tokenizers
