/// \file
/// tokenizer.json, the file of Hugging Face's library tokenizers.
#pragma once

#include <string>
#include <string_view>

#include "language/tokenizers/byte_pair_tokenizer.h"

namespace pinpoint::tokenizers {

/// Read are models of type BPE, with
///   normalizers     NFC, NFD, NFKC, NFKD, Prepend, Replace (of a text), Sequence
///   pre-tokenizers  Split, ByteLevel, Metaspace, Sequence
///   decoders        ByteLevel, ByteFallback, Fuse, Strip, Replace (of a text), Metaspace, Sequence
/// The rest is refused by its name rather than passed over. The post-processor, which puts special tokens around a
/// text, and the settings for padding and truncation are left alone: chat templates say where special tokens stand.
/// \param name of the file, for messages
/// \throws UserError if the text is no such JSON, is damaged, or needs what is not supported
Description parse_tokenizer_json(std::string_view text, const std::string& name);

}  // namespace pinpoint::tokenizers
