/// \file
/// The literal passes of exact_check that this rank makes in a walk (method: section 2). They are always accurate:
/// where the walk's own passes are rounded, a checked sample gets accurate ones beside them.
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

  /// \param sample counted within the block \param mine its place among this rank's samples
  void add(std::int64_t sample, std::int64_t mine, const std::vector<dialogue::TokenPair>& pairs, std::int64_t index,
           const std::vector<HeadId>& heads);

  /// Appends the tokens of all passes.
  void add_tokens(text::TokenIds& tokens) const;
  /// next(n): the embedding of the next n of these tokens, [n, d] wide. To be called before the first layer.
  void begin(const std::function<at::Tensor(std::size_t)>& next);
  /// mine: what the walk's passes of this rank's samples left in the layer.
  void advance(std::int64_t layer, const transformer::LayerWeights& weights, const PassTrace& mine,
               transformer::Operations& operations);

  void begin_read_out(const std::vector<std::int64_t>& tokens);
  void read(const transformer::VocabularyTile& tile, transformer::Operations& operations);
  void report(WalkResults& results) const;

 private:
  struct Checked {
    std::int64_t sample, mine;
    std::optional<PassStack> passes;  // accurate ones, where the walk's are not
    std::vector<LiteralPass> literal;
    std::vector<transformer::ReadoutSum> sums;  // of `literal`, then of `passes`
  };

  const transformer::Transformer& transformer_;
  transformer::Activations activations_;
  bool needs_own_passes_;
  std::vector<Checked> checked_;
};

}  // namespace pinpoint::patching
