#include "language/tokenizers/sentencepiece_processor.h"

#include <dlfcn.h>

#include <vector>

#include "language/tokenizers/sentencepiece/api.h"
#include "system/base/check.h"

namespace pinpoint::tokenizers {
namespace {

/// The module's functions, loaded on first use and never unloaded.
const PinpointSentencePiece& library() {
  static const PinpointSentencePiece* const functions = [] {
    // dlmopen into the base namespace equals dlopen. Sanitizers refuse dlopen with RTLD_DEEPBIND.
    void* module = dlmopen(LM_ID_BASE, "pinpoint_sentencepiece.so", RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
    if (!module) throw Failure(fmt::format("the SentencePiece module cannot be loaded ({}); build it anew", dlerror()));
    return reinterpret_cast<decltype(&pinpoint_sentencepiece)>(dlsym(module, "pinpoint_sentencepiece"))();
  }();
  return *functions;
}

PinpointTextSink into(std::string& text) {
  return {
      [](void* target, const char* bytes, std::size_t size) { static_cast<std::string*>(target)->assign(bytes, size); },
      &text};
}

PinpointIdSink into(text::TokenIds& ids) {
  return {[](void* target, const int* first, std::size_t count) {
            static_cast<text::TokenIds*>(target)->assign(first, first + count);
          },
          &ids};
}

/// The library returns -1 for a token that the model does not have.
std::optional<text::TokenId> if_there(int id) { return id < 0 ? std::nullopt : std::optional<text::TokenId>(id); }

}  // namespace

SentencePieceProcessor::SentencePieceProcessor(std::string_view serialized_model, const std::string& name)
    : model_(nullptr, library().close) {
  // An empty file is a valid protocol buffer: the library would read it as a model without pieces.
  validate(!serialized_model.empty(), "{}: the file is empty; copy the model's tokenizer.model anew", name);
  std::string error;
  model_.reset(library().open(serialized_model.data(), serialized_model.size(), into(error)));
  validate(model_ != nullptr, "{}: this is no SentencePiece model ({}); copy the model's tokenizer.model anew", name,
           error);
}

text::TokenIds SentencePieceProcessor::encode(std::string_view text) const {
  text::TokenIds ids;
  std::string error;
  if (!library().encode(model_.get(), text.data(), text.size(), into(ids), into(error)))
    throw Failure(fmt::format("SentencePiece could not encode a text: {}", error));
  return ids;
}

std::string SentencePieceProcessor::decode(const text::TokenIds& ids) const {
  const std::vector<int> narrow(ids.begin(), ids.end());
  std::string text, error;
  if (!library().decode(model_.get(), narrow.data(), narrow.size(), into(text), into(error)))
    throw Failure(fmt::format("SentencePiece could not decode ids: {}", error));
  return text;
}

text::TokenId SentencePieceProcessor::piece_count() const { return library().piece_count(model_.get()); }

std::string SentencePieceProcessor::piece(text::TokenId id) const {
  std::string text;
  library().piece_of(model_.get(), static_cast<int>(id), into(text));
  return text;
}

std::optional<text::TokenId> SentencePieceProcessor::id_of(std::string_view piece_text) const {
  const int id = library().id_of(model_.get(), piece_text.data(), piece_text.size());
  return piece(id) == piece_text ? std::optional<text::TokenId>(id) : std::nullopt;
}

bool SentencePieceProcessor::is_special(text::TokenId id) const {
  return library().is_special(model_.get(), static_cast<int>(id));
}

std::optional<text::TokenId> SentencePieceProcessor::bos() const { return if_there(library().bos(model_.get())); }

std::optional<text::TokenId> SentencePieceProcessor::eos() const { return if_there(library().eos(model_.get())); }

}  // namespace pinpoint::tokenizers
