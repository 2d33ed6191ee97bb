#include "text/sentencepiece_model.h"

#include <bit>
#include <cstdint>
#include <optional>

#include "base/check.h"

namespace pinpoint::text {
namespace {

/// A field of a protocol buffer message. What it holds depends on the message's definition; the other members stay
/// empty.
struct Field {
  std::uint64_t number = 0;
  std::uint64_t integer = 0;  ///< also bool, enum and the bits of a float
  std::string_view bytes;     ///< text or an embedded message
};

/// Takes a message apart, field by field (protobuf.dev: "Encoding").
class MessageReader {
 public:
  MessageReader(std::string_view message, const std::string& name) : rest_(message), name_(name) {}

  std::optional<Field> next() {
    if (rest_.empty()) return std::nullopt;
    const std::uint64_t key = take_varint();
    Field field{.number = key >> 3, .integer = 0, .bytes = {}};
    switch (key & 7) {
      case 0: field.integer = take_varint(); break;
      case 1: field.integer = take_fixed(8); break;
      case 2: field.bytes = take(take_varint()); break;
      case 5: field.integer = take_fixed(4); break;
      default: require(false);
    }
    return field;
  }

 private:
  void require(bool condition) const {
    validate(condition, "{}: this is no SentencePiece model (or a damaged one); copy the model's tokenizer.model anew",
             name_);
  }

  std::string_view take(std::uint64_t size) {
    require(size <= rest_.size());
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  /// Seven bits a byte, the lowest first; the last byte's highest bit is 0.
  std::uint64_t take_varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const auto byte = static_cast<unsigned char>(take(1)[0]);
      value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) return value;
    }
    require(false);
    return 0;
  }

  /// Little-endian.
  std::uint64_t take_fixed(int size) {
    const std::string_view bytes = take(static_cast<std::uint64_t>(size));
    std::uint64_t value = 0;
    for (int i = size; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[static_cast<std::size_t>(i)]);
    return value;
  }

  std::string_view rest_;
  const std::string& name_;
};

/// Reads the parts of the file; the numbers are the fields' numbers in sentencepiece_model.proto.
class ModelReader {
 public:
  explicit ModelReader(const std::string& name) : name_(name) {}

  SentencePieceModel read(std::string_view bytes) {
    MessageReader message(bytes, name_);
    while (const auto field = message.next()) {
      if (field->number == 1) model_.pieces.push_back(read_piece(field->bytes));
      if (field->number == 2) read_trainer(field->bytes);
      if (field->number == 3) read_normalizer(field->bytes);
    }
    constexpr std::uint64_t byte_pair = 2;
    validate(!model_.pieces.empty(), "{}: the model has no pieces; copy the model's tokenizer.model anew", name_);
    validate(model_type_ == byte_pair,
             "{}: is a SentencePiece model of type {} (only byte-pair models, type 2, are read); give another model",
             name_, model_type_);
    validate(keeps_text_,
             "{}: the SentencePiece model normalises text or takes out white space (only models that keep it are "
             "read); give another model",
             name_);
    return std::move(model_);
  }

 private:
  SentencePiece read_piece(std::string_view bytes) {
    SentencePiece piece;
    std::uint64_t type = 1;
    MessageReader message(bytes, name_);
    while (const auto field = message.next()) {
      if (field->number == 1) piece.text = field->bytes;
      if (field->number == 2) piece.score = std::bit_cast<float>(static_cast<std::uint32_t>(field->integer));
      if (field->number == 3) type = field->integer;
    }
    validate(!piece.text.empty() && type >= 1 && type <= 6 && type != 5,
             "{}: piece {} of the model is empty, or of the unknown type {}; copy the model's tokenizer.model anew",
             name_, model_.pieces.size(), type);
    piece.type = static_cast<SentencePiece::Type>(type);
    return piece;
  }

  void read_trainer(std::string_view bytes) {
    MessageReader message(bytes, name_);
    while (const auto field = message.next()) {
      if (field->number == 3) model_type_ = field->integer;
      if (field->number == 24) keeps_text_ &= field->integer == 0;  // the space goes behind a text
      if (field->number == 44) model_.unknown_text = field->bytes;
      if (field->number == 46) model_.bos = field->bytes;
      if (field->number == 47) model_.eos = field->bytes;
    }
  }

  void read_normalizer(std::string_view bytes) {
    bool removes_spaces = true, escapes_spaces = true, has_rules = false;
    MessageReader message(bytes, name_);
    while (const auto field = message.next()) {
      if (field->number == 2) has_rules = !field->bytes.empty();
      if (field->number == 3) model_.add_dummy_prefix = field->integer != 0;
      if (field->number == 4) removes_spaces = field->integer != 0;
      if (field->number == 5) escapes_spaces = field->integer != 0;
    }
    keeps_text_ &= !has_rules && !removes_spaces && escapes_spaces;
  }

  const std::string& name_;
  SentencePieceModel model_;
  std::uint64_t model_type_ = 1;
  bool keeps_text_ = true;
};

}  // namespace

SentencePieceModel parse_sentencepiece_model(std::string_view bytes, const std::string& name) {
  return ModelReader(name).read(bytes);
}

}  // namespace pinpoint::text
