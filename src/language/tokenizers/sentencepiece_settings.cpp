#include "language/tokenizers/sentencepiece_settings.h"

#include <string>

#include "language/tokenizers/token_declarations.h"
#include "system/files/json_text.h"

namespace pinpoint::tokenizers {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::string text_of(const json& file, const char* key) {
  const json value = file.value(key, json());
  return value.is_string() ? value.get<std::string>() : std::string();
}

/// LlamaTokenizer has `legacy` false by default, and does not double a blank. The conversion of other classes has it
/// true by default, and encodes as SentencePiece does.
BlankBefore blank_before(const json& config, bool is_rebuilt) {
  const json legacy = config.value("legacy", json(!is_rebuilt)), prefix = config.value("add_prefix_space", json());
  if (is_rebuilt && prefix == false) return BlankBefore::none;
  if (legacy != true) return BlankBefore::only_of_text;
  return is_rebuilt ? BlankBefore::unless_it_has_one : BlankBefore::every_stretch;
}

std::vector<std::string> pieces_of(const SentencePieceProcessor& model) {
  std::vector<std::string> pieces;
  for (text::TokenId id = 0; id < model.piece_count(); ++id) pieces.push_back(model.piece(id));
  return pieces;
}

}  // namespace

bool is_rebuilt_by_transformers(const fs::path& folder) {
  const json model = files::read_json_object_if_there(folder / "config.json");
  std::string name = text_of(files::read_json_object_if_there(folder / "tokenizer_config.json"), "tokenizer_class");
  if (name.empty()) name = text_of(model, "tokenizer_class");
  return (name == "LlamaTokenizer" || name == "LlamaTokenizerFast") && text_of(model, "model_type") != "mistral";
}

SentencePieceSettings read_sentencepiece_settings(const fs::path& folder, std::string_view serialized_model,
                                                  const std::string& name) {
  const std::vector<std::string> pieces = pieces_of(SentencePieceProcessor(serialized_model, name));
  AddedVocabulary vocabulary(pieces);
  add_declared_tokens(vocabulary, folder, true);
  const json config = files::read_json_object_if_there(folder / "tokenizer_config.json");
  const bool is_rebuilt = is_rebuilt_by_transformers(folder);
  return {vocabulary.tokens(), blank_before(config, is_rebuilt), is_rebuilt, named_token(folder, "bos_token"),
          named_token(folder, "eos_token")};
}

}  // namespace pinpoint::tokenizers
