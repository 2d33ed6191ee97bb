/// \file
/// Properties of every tokenizer that was read from a file.
#pragma once

#include <string>
#include <string_view>

#include "expect.h"
#include "language/text/tokenizer.h"
#include "system/base/unicode.h"

namespace pinpoint::fuzz {

/// Encodes `text` and decodes the ids. \returns the decoded text
inline std::string check_tokenizer(const text::Tokenizer& tokenizer, std::string_view text) {
  const text::TokenIds ids = tokenizer.encode(text);
  for (const text::TokenId id : ids)
    expect(id >= 0 && id < tokenizer.vocabulary_size(), "ids lie within the vocabulary");
  expect(tokenizer.encode(text) == ids, "the same text has the same ids");
  const std::string decoded = tokenizer.decode(ids);
  expect(is_utf8(decoded), "ids decode to UTF-8");
  for (const std::string& form : tokenizer.special_forms())
    expect(tokenizer.special(form).has_value(), "a special token has an id");
  return decoded;
}

}  // namespace pinpoint::fuzz
