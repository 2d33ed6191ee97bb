/// \file
/// The SentencePiece library behind plain functions, as the module sentencepiece/module.cpp offers it.
///
/// Why a module of its own: Debian's libsentencepiece exports an old copy of protobuf, and LibTorch loads the current
/// one. In one symbol scope either of them crashes. The module is loaded so that it finds its own protobuf first and
/// shows nobody its symbols. Only plain data crosses; texts and ids go to a sink of the caller's, which owns them.
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
  /// From the bytes of a tokenizer.model; null, with the reason in `error`, if they are none.
  void* (*open)(const char* bytes, std::size_t size, PinpointTextSink error);
  void (*close)(void* model);
  /// Both say whether it worked, with the reason in `error` if not.
  bool (*encode)(void* model, const char* text, std::size_t size, PinpointIdSink ids, PinpointTextSink error);
  bool (*decode)(void* model, const int* ids, std::size_t count, PinpointTextSink text, PinpointTextSink error);
  int (*piece_count)(void* model);
  int (*id_of)(void* model, const char* piece, std::size_t size);  ///< the unknown piece's id if there is none
  void (*piece_of)(void* model, int id, PinpointTextSink piece);
  bool (*is_special)(void* model, int id);  ///< a control piece or the unknown one
  int (*bos)(void* model);                  ///< -1 if there is none
  int (*eos)(void* model);
};

/// The module's one symbol.
const PinpointSentencePiece* pinpoint_sentencepiece();
}
