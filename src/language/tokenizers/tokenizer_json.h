/// \file
/// Reads tokenizer.json, the file of Hugging Face's library tokenizers.
#pragma once

#include <string>
#include <string_view>

#include "language/tokenizers/byte_pair_tokenizer.h"

namespace pinpoint::tokenizers {

/// Supports models of type BPE with
///   normalizers     NFC, NFD, NFKC, NFKD, Prepend, Replace (of a text or a pattern), Sequence
///   pre-tokenizers  Split, ByteLevel, Metaspace, Sequence
///   decoders        ByteLevel, ByteFallback, Fuse, Strip, Replace (of a text), Metaspace, Sequence
/// Everything else is refused by name. The post-processor, which puts special tokens around a text, and the settings
/// for padding and truncation are ignored, because chat templates place the special tokens. \param name of the file,
/// for messages \throws UserError if the text is not such a JSON, is damaged, or needs something that is not supported
Description parse_tokenizer_json(std::string_view text, const std::string& name);

}  // namespace pinpoint::tokenizers
