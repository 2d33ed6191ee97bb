#include <sentencepiece_processor.h>

#include <memory>
#include <string>
#include <vector>

#include "language/tokenizers/sentencepiece/api.h"

namespace {

using sentencepiece::SentencePieceProcessor;

SentencePieceProcessor& processor(void* model) { return *static_cast<SentencePieceProcessor*>(model); }

void give(PinpointTextSink sink, const std::string& text) { sink.take(sink.target, text.data(), text.size()); }

bool succeeded(const sentencepiece::util::Status& status, PinpointTextSink error) {
  if (!status.ok()) give(error, status.error_message());
  return status.ok();
}

void* open(const char* bytes, std::size_t size, PinpointTextSink error) {
  auto model = std::make_unique<SentencePieceProcessor>();
  if (!succeeded(model->LoadFromSerializedProto({bytes, size}), error)) return nullptr;
  return model.release();
}

void close(void* model) { delete static_cast<SentencePieceProcessor*>(model); }

bool encode(void* model, const char* text, std::size_t size, PinpointIdSink sink, PinpointTextSink error) {
  std::vector<int> ids;
  const bool done = succeeded(processor(model).Encode({text, size}, &ids), error);
  if (done) sink.take(sink.target, ids.data(), ids.size());
  return done;
}

bool decode(void* model, const int* ids, std::size_t count, PinpointTextSink sink, PinpointTextSink error) {
  std::string text;
  const bool done = succeeded(processor(model).Decode(std::vector<int>(ids, ids + count), &text), error);
  if (done) give(sink, text);
  return done;
}

int piece_count(void* model) { return processor(model).GetPieceSize(); }
int id_of(void* model, const char* piece, std::size_t size) { return processor(model).PieceToId({piece, size}); }
void piece_of(void* model, int id, PinpointTextSink sink) { give(sink, processor(model).IdToPiece(id)); }
bool is_special(void* model, int id) { return processor(model).IsControl(id) || processor(model).IsUnknown(id); }
int bos(void* model) { return processor(model).bos_id(); }
int eos(void* model) { return processor(model).eos_id(); }

constexpr PinpointSentencePiece functions{open,  close,    encode,     decode, piece_count,
                                          id_of, piece_of, is_special, bos,    eos};

}  // namespace

extern "C" const PinpointSentencePiece* pinpoint_sentencepiece() { return &functions; }
