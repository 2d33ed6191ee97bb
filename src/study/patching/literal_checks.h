/// \file
/// The literal passes of exact_check on this rank in a walk (docs/method.md, 2.6). They are always accurate. If the
/// walk's own passes are rounded, each checked sample gets accurate passes A and B.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "study/patching/arithmetic.h"
#include "study/patching/literal_pass.h"
#include "study/patching/pass_stack.h"
#include "study/patching/walk_results.h"

namespace pinpoint::patching {

class LiteralChecks {
 public:
  LiteralChecks(const transformer::Transformer& transformer, Arithmetic arithmetic);

  /// \param sample counted within the block \param mine its place among this rank's samples \param index in `pairs`
  void add(std::int64_t sample, std::int64_t mine, const std::vector<dialogue::TokenPair>& pairs, std::int64_t index,
           const std::vector<HeadId>& heads);

  /// Appends the tokens of all passes.
  void add_tokens(text::TokenIds& tokens) const;
  /// next(n): the embedding of the next n of these tokens, [n, d] wide. Called before the first layer.
  void begin(const std::function<at::Tensor(std::size_t)>& next);
  /// mine: trace of the walk's passes of this rank's samples in the layer.
  void advance(std::int64_t layer, const transformer::LayerWeights& weights, const PassTrace& mine,
               transformer::Operations& operations);

  void begin_read_out(const std::vector<std::int64_t>& tokens);
  void read(const transformer::VocabularyTile& tile, transformer::Operations& operations);
  void report(WalkResults& results) const;

 private:
  struct Checked {
    std::int64_t sample, mine;
    std::optional<PassStack> passes;  // accurate ones, if the walk's are not
    std::vector<LiteralPass> literal;
    std::vector<transformer::ReadoutSum> sums;  // of `literal`, then of `passes`
  };

  const transformer::Transformer& transformer_;
  transformer::Activations activations_;
  bool needs_own_passes_;
  std::vector<Checked> checked_;
};

}  // namespace pinpoint::patching
