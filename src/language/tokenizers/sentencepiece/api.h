/// \file
/// Plain functions to the SentencePiece library, exported by the module sentencepiece/module.cpp.
///
/// Why a separate module: Debian's libsentencepiece exports an old copy of protobuf, and LibTorch loads the current
/// one. In one symbol scope, one of them crashes. The module is loaded so that it finds its own protobuf first and
/// hides its symbols. Only plain data crosses the boundary. Texts and ids go to the caller's sink, which owns them.
#pragma once

#include <cstddef>

extern "C" {

struct PinpointTextSink {
  void (*take)(void* target, const char* text, std::size_t size);
  void* target;
};
struct PinpointIdSink {
  void (*take)(void* target, const int* ids, std::size_t count);
  void* target;
};

struct PinpointSentencePiece {
  /// Opens the bytes of a tokenizer.model. Returns null, with the reason in `error`, if they are not a model.
  void* (*open)(const char* bytes, std::size_t size, PinpointTextSink error);
  void (*close)(void* model);
  /// Both return whether they succeeded; otherwise `error` has the reason.
  bool (*encode)(void* model, const char* text, std::size_t size, PinpointIdSink ids, PinpointTextSink error);
  bool (*decode)(void* model, const int* ids, std::size_t count, PinpointTextSink text, PinpointTextSink error);
  int (*piece_count)(void* model);
  int (*id_of)(void* model, const char* piece, std::size_t size);  ///< the unknown piece's id if there is none
  void (*piece_of)(void* model, int id, PinpointTextSink piece);
  bool (*is_special)(void* model, int id);  ///< a control piece or the unknown one
  int (*bos)(void* model);                  ///< -1 if there is none
  int (*eos)(void* model);
};

/// The module's only symbol.
const PinpointSentencePiece* pinpoint_sentencepiece();
}
