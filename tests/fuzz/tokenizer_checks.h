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
  const auto check_ids = [&](const text::TokenIds& found) {
    for (const text::TokenId id : found)
      expect(id >= 0 && id < tokenizer.vocabulary_size(), "ids lie within the vocabulary");
  };
  check_ids(ids);
  check_ids(tokenizer.encode_with_added_tokens(text));
  const text::TextRange middle{text.size() / 3, text.size() / 2};
  check_ids(tokenizer.encode_with_added_tokens(text, {&middle, 1}));
  expect(tokenizer.encode(text) == ids, "the same text has the same ids");
  const std::string decoded = tokenizer.decode(ids);
  expect(is_utf8(decoded), "ids decode to UTF-8");
  for (const std::string& form : tokenizer.special_forms())
    expect(tokenizer.special(form).has_value(), "a special token has an id");
  return decoded;
}

}  // namespace pinpoint::fuzz
