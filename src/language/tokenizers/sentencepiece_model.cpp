#include "language/tokenizers/sentencepiece_model.h"

#include <cstdint>
#include <cstring>
#include <string_view>

namespace pinpoint::tokenizers {
namespace {

// Fields of sentencepiece_model.proto.
namespace model_field {
constexpr unsigned pieces = 1, trainer_spec = 2, normalizer_spec = 3;
}
namespace piece_field {
constexpr unsigned text = 1, score = 2, kind = 3;
}
namespace trainer_field {
constexpr unsigned algorithm = 3;
}
namespace normalizer_field {
constexpr unsigned name = 1, adds_blank_in_front = 3, removes_extra_blanks = 4, escapes_blanks = 5;
}

// Protocol buffers: the key of a field (its number and the layout of its value), then the value.
enum class Layout : unsigned { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };

std::string varint(std::uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(value | 0x80);
  return bytes + static_cast<char>(value);
}

std::string key(unsigned field, Layout layout) { return varint(field << 3 | static_cast<unsigned>(layout)); }

std::string number(unsigned field, std::uint64_t value) { return key(field, Layout::varint) + varint(value); }

std::string bytes(unsigned field, std::string_view value) {
  return (key(field, Layout::bytes) + varint(value.size())).append(value);
}

std::string float32(unsigned field, float value) {
  char little_endian[sizeof value];
  std::memcpy(little_endian, &value, sizeof value);
  return key(field, Layout::fixed32).append(little_endian, sizeof value);
}

std::string message(const Piece& piece) {
  return bytes(piece_field::text, piece.text) + float32(piece_field::score, piece.score) +
         number(piece_field::kind, static_cast<std::uint64_t>(piece.kind));
}

std::uint64_t take_varint(std::string_view& rest) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; !rest.empty() && shift < 64; shift += 7) {
    const auto byte = static_cast<unsigned char>(rest.front());
    rest.remove_prefix(1);
    value |= std::uint64_t{byte & 0x7Fu} << shift;
    if (byte < 0x80) break;
  }
  return value;
}

struct Field {
  std::uint64_t number = 0;
  std::uint64_t value = 0;  // of a varint
  std::string_view bytes;   // of every other layout
};

Field take_field(std::string_view& rest) {
  const std::uint64_t field_key = take_varint(rest);
  const auto layout = static_cast<Layout>(field_key & 7);
  Field field{field_key >> 3, 0, {}};
  if (layout == Layout::varint) {
    field.value = take_varint(rest);
    return field;
  }
  std::uint64_t size = rest.size();  // of a layout that the library does not use: nothing that follows is understood
  if (layout == Layout::bytes) size = take_varint(rest);
  if (layout == Layout::fixed32) size = 4;
  if (layout == Layout::fixed64) size = 8;
  field.bytes = rest.substr(0, size);
  rest.remove_prefix(field.bytes.size());
  return field;
}

bool is_user_defined(std::string_view piece) {
  while (!piece.empty()) {
    const Field field = take_field(piece);
    if (field.number == piece_field::kind) return field.value == static_cast<unsigned>(Piece::Kind::user_defined);
  }
  return false;
}

}  // namespace

std::vector<text::TokenId> user_defined_pieces(std::string_view model) {
  std::vector<text::TokenId> ids;
  for (text::TokenId id = 0; !model.empty();) {
    const Field field = take_field(model);
    if (field.number != model_field::pieces) continue;
    if (is_user_defined(field.bytes)) ids.push_back(id);
    ++id;
  }
  return ids;
}

std::string without_blank_in_front(std::string_view model) {
  // Of a message that occurs twice, the reader keeps the fields of both, and the last value of each.
  return std::string(model) + bytes(model_field::normalizer_spec, number(normalizer_field::adds_blank_in_front, 0));
}

std::string make_sentencepiece_model(const std::vector<Piece>& pieces, PieceAlgorithm algorithm) {
  std::string model;
  for (const Piece& piece : pieces) model += bytes(model_field::pieces, message(piece));
  model += bytes(model_field::trainer_spec, number(trainer_field::algorithm, static_cast<std::uint64_t>(algorithm)));
  const bool removes_extra_blanks = algorithm == PieceAlgorithm::word;
  return model + bytes(model_field::normalizer_spec,
                       bytes(normalizer_field::name, "identity") + number(normalizer_field::adds_blank_in_front, 1) +
                           number(normalizer_field::removes_extra_blanks, removes_extra_blanks ? 1 : 0) +
                           number(normalizer_field::escapes_blanks, 1));
}

}  // namespace pinpoint::tokenizers
