#include "language/tokenizers/token_declarations.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "system/base/check.h"
#include "system/base/number.h"
#include "system/files/json_member.h"
#include "system/files/json_text.h"

namespace pinpoint::tokenizers {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using Declarations = std::vector<TokenDeclaration>;

/// The special tokens that every tokenizer can name.
constexpr std::array common_names{"bos_token", "eos_token", "unk_token", "sep_token",
                                  "pad_token", "cls_token", "mask_token"};

text::TokenId parse_key(const std::string& key, const std::string& where) {
  const auto id = parse_number<text::TokenId>(key);
  validate(id && *id >= 0, "{}: its key is not a token id (the file is damaged); copy the model's file anew", where);
  return *id;
}

/// `added_tokens_decoder` of tokenizer_config.json: tokens by id.
Declarations tokens_of_decoder(const json& decoder, const std::string& name) {
  Declarations tokens;
  validate(decoder.is_object(),
           "{}: added_tokens_decoder should be an object (the file is damaged); copy the model's file anew", name);
  for (const auto& [key, entry] : decoder.items()) {
    const std::string where = fmt::format("{}: added_tokens_decoder[\"{}\"]", name, key);
    tokens.push_back({parse_added_token(entry, where), parse_key(key, where), true, where});
  }
  return tokens;
}

/// added_tokens.json: ids by token. The tokens have no flags; those that are named as special tokens are special.
Declarations tokens_of_added_json(const fs::path& file, const Declarations& named) {
  Declarations tokens;
  const json added = files::read_json_object_if_there(file);
  for (const auto& [key, id] : added.items()) {
    const std::string form = key;  // clang 14 does not capture a binding
    const std::string where = fmt::format("{}: {}", file.string(), json(form).dump());
    validate(id.is_number_unsigned() && !form.empty(),
             "{}: should be a token and its id (the file is damaged); copy the model's file anew", where);
    const bool special = std::any_of(named.begin(), named.end(),
                                     [&](const TokenDeclaration& token) { return token.token.form == form; });
    const AddedToken token{.form = form, .special = special, .in_normalized_text = !special};
    tokens.push_back({token, id.get<text::TokenId>(), false, where});
  }
  return tokens;
}

/// A special token by its form, or with its flags.
void add_named(const json& value, const std::string& where, Declarations& named) {
  AddedToken token;
  if (value.is_string())
    token.form = value.get<std::string>();
  else if (value.is_object())
    token = parse_added_token(value, where);
  token.special = true;
  if (value.is_string()) token.in_normalized_text = false;
  if (!token.form.empty()) named.push_back({token, std::nullopt, false, where});
}

/// The special tokens that `config` names, in transformers' order.
Declarations named_tokens(const json& config, const std::string& name) {
  Declarations named;
  for (const char* key : common_names)
    if (config.contains(key)) add_named(config.at(key), fmt::format("{}: {}", name, key), named);
  for (const auto& [key, value] : config.items()) {
    const bool is_common = std::find(common_names.begin(), common_names.end(), key) != common_names.end();
    if (key.ends_with("_token") && !is_common && value.is_string())
      add_named(value, fmt::format("{}: {}", name, key), named);
  }
  for (const char* key : {"extra_special_tokens", "additional_special_tokens"}) {
    const json values = config.value(key, json());
    if (!values.is_structured()) continue;
    for (const json& value : values) add_named(value, fmt::format("{}: {}", name, key), named);
  }
  return named;
}

void append(Declarations& tokens, Declarations&& more) {
  tokens.insert(tokens.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

bool has_token(const AddedVocabulary& vocabulary, AddedToken token) {
  return std::any_of(vocabulary.tokens().begin(), vocabulary.tokens().end(), [&](const AddedToken& known) {
    token.id = known.id;
    return known == token;
  });
}

/// Adds tokens in the order of their ids. A token that is new or gets new flags is special if it is named so.
void add_all(AddedVocabulary& vocabulary, Declarations tokens, const Declarations& named) {
  std::stable_sort(tokens.begin(), tokens.end(),
                   [](const TokenDeclaration& a, const TokenDeclaration& b) { return a.id < b.id; });
  for (TokenDeclaration& declared : tokens) {
    if (!has_token(vocabulary, declared.token))
      declared.token.special |= std::any_of(named.begin(), named.end(), [&](const TokenDeclaration& name) {
        return name.token.form == declared.token.form;
      });
    vocabulary.add(declared);
  }
}

}  // namespace

AddedToken parse_added_token(const json& entry, const std::string& where) {
  const auto flag = [&](const char* key) { return files::optional_member<bool>(entry, key, where); };
  AddedToken token{.form = files::member<std::string>(entry, "content", where),
                   .special = flag("special").value_or(false),
                   .strips_left = flag("lstrip").value_or(false),
                   .strips_right = flag("rstrip").value_or(false),
                   .single_word = flag("single_word").value_or(false)};
  token.in_normalized_text = flag("normalized").value_or(!token.special);
  validate(!token.form.empty(), "{}: content is empty (the file is damaged); copy the model's file anew", where);
  return token;
}

Declarations tokens_of_tokenizer_json(const json& file, const std::string& name) {
  const json list = file.value("added_tokens", json::array());
  validate(list.is_array(), "{}: added_tokens should be a list (the file is damaged); copy the model's file anew",
           name);
  Declarations tokens;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string where = fmt::format("{}: added_tokens[{}]", name, i);
    const AddedToken token = parse_added_token(list[i], where);
    const auto id = files::member<std::uint64_t>(list[i], "id", where);
    tokens.push_back({token, static_cast<text::TokenId>(id), true, where});
  }
  return tokens;
}

void add_declared_tokens(AddedVocabulary& vocabulary, const fs::path& folder, bool reads_tokenizer_json) {
  const fs::path config_file = folder / "tokenizer_config.json", json_file = folder / "tokenizer.json";
  const json config = files::read_json_object_if_there(config_file);
  Declarations named = named_tokens(config, config_file.string());
  Declarations declared, others;  // the latter only must not contradict
  if (config.contains("added_tokens_decoder")) {
    declared = tokens_of_decoder(config.at("added_tokens_decoder"), config_file.string());
    others = tokens_of_added_json(folder / "added_tokens.json", named);
  } else {
    const fs::path map_file = folder / "special_tokens_map.json";
    append(named, named_tokens(files::read_json_object_if_there(map_file), map_file.string()));
    declared = tokens_of_added_json(folder / "added_tokens.json", named);
  }
  if (reads_tokenizer_json)
    append(config.contains("added_tokens_decoder") ? others : declared,
           tokens_of_tokenizer_json(files::read_json_object_if_there(json_file), json_file.string()));
  add_all(vocabulary, std::move(declared), named);
  for (const TokenDeclaration& other : others) vocabulary.check(other);
  for (const TokenDeclaration& name : named) vocabulary.add(name);
}

std::optional<std::string> form_of(const json& token) {
  const json form = token.is_object() ? token.value("content", json()) : token;
  return form.is_string() ? std::optional(form.get<std::string>()) : std::nullopt;
}

std::optional<std::string> named_token(const fs::path& folder, const char* key) {
  for (const char* name : {"tokenizer_config.json", "special_tokens_map.json"}) {
    const json file = files::read_json_object_if_there(folder / name);
    if (!file.contains(key)) continue;
    return form_of(file.at(key));
  }
  return std::nullopt;
}

}  // namespace pinpoint::tokenizers
