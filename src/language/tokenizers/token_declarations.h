/// \file
/// The tokens that the files beside a tokenizer declare.
#pragma once

#include <nlohmann/json.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "language/tokenizers/added_vocabulary.h"

namespace pinpoint::tokenizers {

/// A token with its flags, as tokenizer.json, tokenizer_config.json and special_tokens_map.json write it.
/// \param where it is, for messages \throws UserError if it is damaged
AddedToken parse_added_token(const nlohmann::json& entry, const std::string& where);

/// The entries of `added_tokens` in the text of a tokenizer.json, in its order. \param name of the file, for messages
std::vector<TokenDeclaration> tokens_of_tokenizer_json(const nlohmann::json& file, const std::string& name);

/// The tokens that a folder declares beside its tokenizer, as transformers 5 reads them: those of
/// `added_tokens_decoder` in tokenizer_config.json. If there is no such key, those of added_tokens.json, of
/// special_tokens_map.json and of tokenizer.json. After them the special tokens that tokenizer_config.json names:
/// `bos_token`, `pad_token`, .., `additional_special_tokens`. \param reads_tokenizer_json whether tokenizer.json is one
/// of these files, and not the tokenizer itself \throws UserError if a file is damaged, or two of them give a token
/// different ids; also as `AddedVocabulary::add`
void add_declared_tokens(AddedVocabulary& vocabulary, const std::filesystem::path& folder, bool reads_tokenizer_json);

/// The form of a token: a text, or the `content` of an object. None for other values.
std::optional<std::string> form_of(const nlohmann::json& token);

/// The form of a special token that the files beside a tokenizer name under `key` ("eos_token").
std::optional<std::string> named_token(const std::filesystem::path& folder, const char* key);

}  // namespace pinpoint::tokenizers
