/// \file
/// Byte-pair tokenizers that are small enough to work out ids by hand, as files of each kind.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "language/text/tokenizer.h"

namespace pinpoint::test {

/// An added token of `tiny_byte_level_json`.
struct TinyAdded {
  std::string form;
  bool special = true;
};

/// qwen.tiktoken with the tokens
///   0 to 255 the bytes, 256 "Ye", 257 "Yes", 258 " Yes".
/// Qwen-1's special tokens follow: 259 <|endoftext|>, 260 <|im_start|>, 261 <|im_end|>, 262 <|extra_0|>, ..
std::string tiny_tiktoken();

/// tokenizer.json with the same vocabulary in the byte alphabet, and the added tokens from id 259 on. It cuts texts
/// with Llama-3's pattern. \param normalizer its JSON
std::string tiny_byte_level_json(const std::vector<TinyAdded>& added, const std::string& normalizer = "null");

/// tokenizer.json as Llama-2's is written, without a pre-tokenizer and with the tokens
///   0 <unk>, 1 <s>, 2 </s>, 3 to 258 the bytes ("<0x00>"), 259 the blank (U+2581), 260 to 353 the characters ! to ~,
///   354 "Ye", 355 "Yes", 356 " Yes".
std::string tiny_metaspace_json();

/// The files of a tokenizer of a family's kind (`small_models`).
void write_tiny_tokenizer(const std::filesystem::path& folder, const std::string& family);

/// Ids of `text` by the byte-level vocabularies, without merges.
text::TokenIds byte_ids(std::string_view text);

}  // namespace pinpoint::test
