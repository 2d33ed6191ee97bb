#include "language/tokenizers/tokenizer_json.h"

#include <algorithm>
#include <unordered_map>

#include "language/tokenizers/added_vocabulary.h"
#include "language/tokenizers/token_declarations.h"
#include "language/tokenizers/tokenizer_json_steps.h"
#include "system/base/check.h"
#include "system/files/json_member.h"
#include "system/files/json_text.h"

namespace pinpoint::tokenizers {
namespace {

using nlohmann::json;
using Ids = std::unordered_map<std::string, Symbol>;

/// Published vocabularies have few unused ids or none. A damaged id must not allocate all memory.
constexpr std::uint64_t most_holes = 100'000;

void check_kind(const json& model, const std::string& where) {
  // Old files, from when the library had only BPE, have no type.
  const auto type = files::optional_member<std::string>(model, "type", where).value_or("BPE");
  validate(type == "BPE", "{}: its type {} is not supported (only BPE); use a model of a family in docs/models.md",
           where, type);
  for (const char* key : {"continuing_subword_prefix", "end_of_word_suffix"})
    validate(files::optional_member<std::string>(model, key, where).value_or("").empty(),
             "{}: {} is not supported; use a model of a family in docs/models.md", where, key);
  const json dropout = model.value("dropout", json());
  validate(dropout.is_null() || dropout == 0,
           "{}: dropout is not supported (tokens would be drawn by chance); set it to null", where);
}

const json& list_or_object(const json& model, const char* key, const std::string& where) {
  const auto found = model.find(key);
  validate(found != model.end() && found->is_structured(),
           "{}: {} is missing (the file is damaged); copy the model's file anew", where, key);
  return *found;
}

Symbol parse_id(const json& id, std::uint64_t token_count, const std::string& token, const std::string& where) {
  const bool is_id = id.is_number_unsigned() && id.get<std::uint64_t>() < token_count + most_holes;
  validate(is_id, "{}: the id of {} is {} (should be a number from 0 to about {}); copy the model's file anew", where,
           json(token).dump(), id.dump(-1, ' ', false, json::error_handler_t::replace), token_count);
  return id.get<Symbol>();
}

Ids read_vocabulary(const json& model, std::vector<std::string>& tokens, const std::string& where) {
  const json& vocabulary = list_or_object(model, "vocab", where);
  validate(vocabulary.is_object(), "{}: vocab should be an object (the file is damaged); copy the model's file anew",
           where);
  Ids ids;
  ids.reserve(vocabulary.size());
  for (const auto& [token, value] : vocabulary.items()) {
    validate(!token.empty(), "{}: vocab holds an empty token (the file is damaged); copy the model's file anew", where);
    const Symbol id = parse_id(value, vocabulary.size(), token, where);
    if (id >= tokens.size()) tokens.resize(std::max<std::size_t>(id + 1, vocabulary.size()));
    validate(tokens[id].empty(), "{}: two tokens have the id {} (the file is damaged); copy the model's file anew",
             where, id);
    tokens[id] = token;
    ids.emplace(token, id);
  }
  return ids;
}

/// The two tokens of a merge: a list of two, or in older files one text with a blank between them.
std::pair<std::string, std::string> parse_merge(const json& merge, const std::string& where) {
  if (merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string())
    return {merge[0].get<std::string>(), merge[1].get<std::string>()};
  const std::string text = merge.is_string() ? merge.get<std::string>() : "";
  const std::size_t blank = text.find(' ');
  validate(blank != std::string::npos && text.find(' ', blank + 1) == std::string::npos,
           "{}: should be two tokens with a blank between them, or a list of two; copy the model's file anew", where);
  return {text.substr(0, blank), text.substr(blank + 1)};
}

std::vector<Merge> read_merges(const json& model, const Ids& ids, const std::string& where) {
  const json& list = list_or_object(model, "merges", where);
  validate(list.is_array(), "{}: merges should be a list (the file is damaged); copy the model's file anew", where);
  std::vector<Merge> merges;
  merges.reserve(list.size());
  for (const json& item : list) {
    const auto rank = static_cast<std::uint32_t>(merges.size());
    const auto [left, right] = parse_merge(item, fmt::format("{}.merges[{}]", where, rank));
    const auto id_of = [&](const std::string& token) {
      const auto found = ids.find(token);
      validate(found != ids.end(), "{}.merges[{}]: {} is no token of the vocabulary; copy the model's file anew", where,
               rank, json(token).dump());
      return found->second;
    };
    merges.push_back({id_of(left), id_of(right), id_of(left + right), rank});
  }
  return merges;
}

std::optional<Symbol> read_unknown(const json& model, const Ids& ids, const std::string& where) {
  const auto form = files::optional_member<std::string>(model, "unk_token", where);
  if (!form) return std::nullopt;
  const auto found = ids.find(*form);
  validate(found != ids.end(), "{}: unk_token {} is no token of the vocabulary; copy the model's file anew", where,
           json(*form).dump());
  return found->second;
}

Vocabulary read_model(const json& model, Units units, const std::string& where) {
  check_kind(model, where);
  const auto flag = [&](const char* key) { return files::optional_member<bool>(model, key, where).value_or(false); };
  Vocabulary vocabulary;
  vocabulary.units = units;
  vocabulary.whole_pieces_first = flag("ignore_merges");
  vocabulary.byte_fallback = flag("byte_fallback");
  vocabulary.fuses_unknown = flag("fuse_unk");
  const Ids ids = read_vocabulary(model, vocabulary.tokens, where);
  vocabulary.merges = read_merges(model, ids, where);
  vocabulary.unknown = read_unknown(model, ids, where);
  return vocabulary;
}

std::vector<AddedToken> read_added_tokens(const json& file, const Vocabulary& vocabulary, const std::string& name) {
  AddedVocabulary added(vocabulary.tokens);
  for (const TokenDeclaration& token : tokens_of_tokenizer_json(file, name)) added.add(token);
  return added.tokens();
}

}  // namespace

Description parse_tokenizer_json(std::string_view text, const std::string& name) {
  const json file = files::parse_json(text, name);
  validate(file.is_object() && file.contains("model"),
           "{}: is no tokenizer of Hugging Face's library (it has no key \"model\"); copy the model's file anew", name);
  const auto value = [&](const char* key) { return file.value(key, json()); };
  Description description;
  description.normalizer = normalizer_steps(value("normalizer"), name);
  description.pre_tokenizer = pre_tokenizer_steps(value("pre_tokenizer"), name);
  const Units units = has_byte_level(value("pre_tokenizer")) ? Units::bytes : Units::characters;
  description.vocabulary = read_model(file.at("model"), units, name + ": model");
  description.decoder = decoder_steps(value("decoder"), name);
  description.added = read_added_tokens(file, description.vocabulary, name);
  return description;
}

}  // namespace pinpoint::tokenizers
