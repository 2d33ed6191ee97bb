#include "text/sentencepiece_tokenizer.h"

#include <sentencepiece_processor.h>

#include "base/check.h"

namespace pinpoint::text {
namespace {

/// The library writes -1 for a token that the model does not have.
std::optional<TokenId> if_there(int id) { return id < 0 ? std::nullopt : std::optional<TokenId>(id); }

}  // namespace

SentencePieceTokenizer::SentencePieceTokenizer(std::string_view serialized_model, const std::string& name)
    : processor_(std::make_unique<sentencepiece::SentencePieceProcessor>()) {
  // An empty file is a valid, empty protocol buffer: the library would take it for a model without pieces.
  validate(!serialized_model.empty(), "{}: the file is empty; copy the model's tokenizer.model anew", name);
  const auto status = processor_->LoadFromSerializedProto(serialized_model);
  validate(status.ok(), "{}: this is no SentencePiece model ({}); copy the model's tokenizer.model anew", name,
           status.error_message());
  for (int id = 0; id < processor_->GetPieceSize(); ++id) {
    if (is_special(id)) special_forms_.push_back(processor_->IdToPiece(id));
  }
}

SentencePieceTokenizer::~SentencePieceTokenizer() = default;

TokenIds SentencePieceTokenizer::encode(std::string_view text) const {
  std::vector<int> ids;
  const auto status = processor_->Encode(text, &ids);
  if (!status.ok()) throw Failure(fmt::format("SentencePiece could not encode a text: {}", status.error_message()));
  return {ids.begin(), ids.end()};
}

std::string SentencePieceTokenizer::decode(const TokenIds& ids) const {
  for (TokenId id : ids) {
    validate(id >= 0 && id < vocabulary_size(),
             "token id {} is outside the vocabulary (it has {} pieces, ids 0 to {}); decode with the tokenizer that "
             "made the ids",
             id, vocabulary_size(), vocabulary_size() - 1);
  }
  std::string text;
  const auto status = processor_->Decode(std::vector<int>(ids.begin(), ids.end()), &text);
  if (!status.ok()) throw Failure(fmt::format("SentencePiece could not decode ids: {}", status.error_message()));
  return text;
}

std::optional<TokenId> SentencePieceTokenizer::special(std::string_view form) const {
  const int id = processor_->PieceToId(form);  // the unknown piece's id for a form that is no piece
  if (!is_special(id) || processor_->IdToPiece(id) != form) return std::nullopt;
  return id;
}

std::optional<TokenId> SentencePieceTokenizer::bos() const { return if_there(processor_->bos_id()); }

std::optional<TokenId> SentencePieceTokenizer::eos() const { return if_there(processor_->eos_id()); }

std::int64_t SentencePieceTokenizer::vocabulary_size() const { return processor_->GetPieceSize(); }

bool SentencePieceTokenizer::is_special(int id) const { return processor_->IsControl(id) || processor_->IsUnknown(id); }

}  // namespace pinpoint::text
