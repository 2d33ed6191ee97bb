/// \file
/// The steps of a tokenizer.json: its normalizer, pre-tokenizer and decoder.
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

#include "language/tokenizers/normalizer.h"
#include "language/tokenizers/pre_tokenizer.h"
#include "language/tokenizers/token_decoder.h"

namespace pinpoint::tokenizers {

/// Each function reads the value of its key: null, one step, or a sequence of steps. \param name of the file, for
/// messages \throws UserError, naming key and type, for a step that is damaged or not supported
std::vector<Normalizer::Step> normalizer_steps(const nlohmann::json& value, const std::string& name);
std::vector<PreTokenizer::Step> pre_tokenizer_steps(const nlohmann::json& value, const std::string& name);
std::vector<TokenDecoder::Step> decoder_steps(const nlohmann::json& value, const std::string& name);

/// Whether a pre-tokenizer, or one in its sequence, is ByteLevel. The vocabulary is then in the byte alphabet.
bool has_byte_level(const nlohmann::json& pre_tokenizer);

}  // namespace pinpoint::tokenizers
