#include "language/tokenizers/tokenizer_files.h"

#include <string>

#include "language/tokenizers/byte_pair_tokenizer.h"
#include "language/tokenizers/qwen_tokenizer.h"
#include "language/tokenizers/sentencepiece_settings.h"
#include "language/tokenizers/sentencepiece_tokenizer.h"
#include "language/tokenizers/tiktoken_file.h"
#include "language/tokenizers/token_declarations.h"
#include "language/tokenizers/tokenizer_json.h"
#include "system/base/check.h"
#include "system/files/text_file.h"

namespace pinpoint::tokenizers {
namespace {

namespace fs = std::filesystem;

/// The file of a folder's tokenizer.
struct TokenizerFile {
  enum class Kind { sentencepiece, qwen_tiktoken, tokenizer_json };
  Kind kind;
  fs::path path;
};

/// The folders of Llama-2 and Mistral also have a tokenizer.json, which was made from tokenizer.model. The one that
/// transformers reads counts. In Llama-3's folders, tokenizer.model is a vocabulary in tiktoken's format, without
/// pattern and special tokens. The tokenizer.json beside it has them.
TokenizerFile choose_file(const fs::path& folder) {
  const fs::path model = folder / "tokenizer.model", tiktoken = folder / "qwen.tiktoken";
  const fs::path json_file = folder / "tokenizer.json";
  if (fs::exists(model)) {
    if (!looks_like_tiktoken(files::read_file(model))) {
      const bool is_json = fs::exists(json_file) && !is_rebuilt_by_transformers(folder);
      return is_json ? TokenizerFile{TokenizerFile::Kind::tokenizer_json, json_file}
                     : TokenizerFile{TokenizerFile::Kind::sentencepiece, model};
    }
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

/// A tokenizer with the tokens that the folder adds to it.
std::unique_ptr<text::Tokenizer> with_declared_tokens(Description description, const fs::path& folder,
                                                      const std::string& name) {
  AddedVocabulary vocabulary(description.vocabulary.tokens, std::move(description.added));
  add_declared_tokens(vocabulary, folder, false);
  description.added = vocabulary.tokens();
  if (const auto bos = named_token(folder, "bos_token")) description.bos = bos;
  if (const auto eos = named_token(folder, "eos_token")) description.eos = eos;
  return std::make_unique<BytePairTokenizer>(std::move(description), name);
}

std::unique_ptr<text::Tokenizer> read_sentencepiece(const fs::path& folder, const fs::path& path) {
  const std::string model = files::read_file(path);
  return std::make_unique<SentencePieceTokenizer>(model, path.string(),
                                                  read_sentencepiece_settings(folder, model, path.string()));
}

}  // namespace

std::unique_ptr<text::Tokenizer> load_tokenizer(const fs::path& folder) {
  const auto [kind, path] = choose_file(folder);
  const std::string name = path.string();
  switch (kind) {
    case TokenizerFile::Kind::sentencepiece: return read_sentencepiece(folder, path);
    case TokenizerFile::Kind::qwen_tiktoken:
      return with_declared_tokens(describe_qwen(parse_tiktoken(files::read_file(path), name), name), folder, name);
    case TokenizerFile::Kind::tokenizer_json: break;
  }
  return with_declared_tokens(parse_tokenizer_json(files::read_file(path), name), folder, name);
}

bool has_tokenizer(const fs::path& folder) {
  std::error_code none;
  return fs::exists(folder / "tokenizer.model", none) || fs::exists(folder / "qwen.tiktoken", none) ||
         fs::exists(folder / "tokenizer.json", none);
}

}  // namespace pinpoint::tokenizers
