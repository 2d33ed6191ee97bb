/// \file
/// The steps of a tokenizer.json: its normalizer, pre-tokenizer and decoder.
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

#include "byte_pair/normalizer.h"
#include "byte_pair/pre_tokenizer.h"
#include "byte_pair/token_decoder.h"

namespace pinpoint::io {

/// Each reads the value of its key: null, one step, or a sequence of them. \param name of the file, for messages
/// \throws UserError, naming key and type, for what is damaged or not supported
std::vector<byte_pair::Normalizer::Step> normalizer_steps(const nlohmann::json& value, const std::string& name);
std::vector<byte_pair::PreTokenizer::Step> pre_tokenizer_steps(const nlohmann::json& value, const std::string& name);
std::vector<byte_pair::TokenDecoder::Step> decoder_steps(const nlohmann::json& value, const std::string& name);

/// Whether a pre-tokenizer, or one in its sequence, is ByteLevel: the vocabulary is then written in the byte alphabet.
bool has_byte_level(const nlohmann::json& pre_tokenizer);

}  // namespace pinpoint::io
