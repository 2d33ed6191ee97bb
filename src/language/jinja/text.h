/// \file
/// A text that knows which of its bytes come from a message.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pinpoint::jinja {

/// UTF-8. The bytes of a message keep their origin through every operation of a template, so that a special form in a
/// message ("</s>") can stay text, while the template's own forms become special tokens.
class Text {
 public:
  Text() = default;
  /// Written by the template.
  Text(std::string_view bytes) : bytes_(bytes), from_message_(bytes.size(), false) {}
  Text(const std::string& bytes) : Text(std::string_view(bytes)) {}
  Text(const char* bytes) : Text(std::string_view(bytes)) {}
  static Text from_message(std::string_view bytes) { return Text(bytes).with_origin(true); }

  const std::string& bytes() const { return bytes_; }
  bool empty() const { return bytes_.empty(); }
  std::size_t size() const { return bytes_.size(); }
  bool is_from_message(std::size_t byte) const { return from_message_[byte]; }
  bool has_message() const;

  /// The parts [begin, end) that come from messages, in order.
  std::vector<std::pair<std::size_t, std::size_t>> message_parts() const;

  /// Like `std::string::substr`: bytes, not characters.
  Text part(std::size_t begin, std::size_t count = std::string::npos) const;
  /// \throws TemplateError if the text becomes longer than 16 MiB
  Text& append(const Text& other);
  /// Another text made of this one. If any byte of this comes from a message, all of the other do.
  Text remade_as(std::string_view bytes) const { return Text(bytes).with_origin(has_message()); }

  bool operator==(const Text& other) const { return bytes_ == other.bytes_; }

 private:
  Text with_origin(bool from_message) &&;

  std::string bytes_;
  std::vector<bool> from_message_;
};

Text operator+(Text left, const Text& right);

/// [characters + 1] The first byte of each Unicode character, then the number of bytes. Python counts, indexes and
/// slices texts by characters.
std::vector<std::size_t> character_starts(std::string_view text);

}  // namespace pinpoint::jinja
