/// \file
/// The rows of a block on this rank, in any arithmetic.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "model/transformer/transformer.h"
#include "study/patching/arithmetic.h"
#include "study/patching/pass_stack.h"
#include "study/patching/walk_plan.h"
#include "study/patching/walk_results.h"
#include "system/parallel/communicator.h"
#include "system/parallel/row_exchange.h"

namespace pinpoint::patching {

/// What rows share with the rest of their walk. All of it outlives them.
struct WalkParts {
  const transformer::Transformer& transformer;
  const WalkPlan& plan;
  const parallel::RowExchange& samples;  ///< by the rank that runs a sample's passes
  const parallel::Communicator& world;
  transformer::Operations& operations;
  transformer::Activations activations;  ///< of the passes and of whole rows
};

class Rows {
 public:
  virtual ~Rows() = default;

  /// residual [N, d] wide: the embedding of every sample's last token. Called before the first layer.
  virtual void begin(const at::Tensor& residual) = 0;
  /// Takes all rows through a layer. mine: trace of this rank's samples there. Collective.
  virtual void advance(std::int64_t layer, const transformer::LayerWeights& weights, const PassTrace& mine) = 0;

  /// residual [mine, d]: of pass A of this rank's samples, after the last layer. Collective.
  virtual void begin_read_out(const at::Tensor& residual, const std::vector<std::int64_t>& tokens) = 0;
  /// Reads all rows out over one vocabulary tile. logits [mine, v]: of pass A. Collective.
  virtual void read(const transformer::VocabularyTile& tile, const at::Tensor& logits) = 0;
  void report(WalkResults& results) const;

  /// Per layer [N * H], in order of the block: whether the head's output differs between the passes.
  const std::vector<std::vector<bool>>& differs() const { return differs_; }

 protected:
  /// Adds a layer. differs: [N * H] bool.
  void add_differs(const at::Tensor& differs);
  /// The flags of a set in the layer added last, [n * H].
  std::vector<bool> differs_in(const SetPlace& set) const;

  /// A tile that is being read out.
  struct TileReadout {
    const SetPlace& set;
    parallel::Range rows;  ///< in the set's list
    transformer::ReadoutSum sum;
  };
  /// Adds the readout of a tile with rows `tile` [M, d].
  void expect_readout(const SetPlace& set, const parallel::Range& rows, const at::Tensor& tile,
                      const std::vector<std::int64_t>& tokens);
  std::vector<TileReadout> readouts_;  // of the live tiles, set by set

 private:
  std::vector<std::vector<bool>> differs_;
};

/// \pre the sets' layouts hold null rows unless `arithmetic` is `difference`
std::unique_ptr<Rows> make_rows(const WalkParts& parts, Arithmetic arithmetic);

}  // namespace pinpoint::patching
