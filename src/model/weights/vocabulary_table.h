/// \file
/// The rows of an embedding or an unembedding, shared by the ranks of a group.
#pragma once

#include <memory>
#include <string>

#include "model/transformer/model_config.h"
#include "model/transformer/vocabulary_tile.h"
#include "model/transformer/weight_store.h"
#include "model/weights/counting_source.h"
#include "model/weights/slice_fetcher.h"
#include "system/parallel/communicator.h"
#include "system/parallel/options.h"

namespace pinpoint::weights {

/// A matrix [V, d], in tiles of `vocabulary_tile` rows. Every rank of the group has an even share of every tile's rows,
/// in order of rank. It keeps them, or reads them from the files at each use.
class VocabularyTable {
 public:
  /// source: outlives the table. name: of the stored tensor. \throws UserError like TensorSource
  VocabularyTable(CountingSource& source, std::string name, const transformer::ModelConfig& config,
                  const at::TensorOptions& options, parallel::WeightsRest rest, const parallel::Communicator& group);

  /// The rows `ids` [n] (64-bit, CPU): [n, d] on the device. Collective.
  at::Tensor rows(const at::Tensor& ids);
  /// The tile that begins with row `first`: [rows of the tile, d]. Begins to fetch the next tile. Collective.
  transformer::Lease<at::Tensor> lease_tile(std::int64_t first);
  void make_progress();

  std::int64_t tiles() const { return (vocabulary_ + transformer::vocabulary_tile - 1) / transformer::vocabulary_tile; }
  /// This rank's rows of a tile, counted from the tile's first row.
  parallel::Range own_rows_of(std::int64_t tile) const;
  /// A view of the same rows where they rest, [rows, d], which may be written to. \pre they do not rest on disk
  at::Tensor resting_rows(std::int64_t tile) const;
  /// Discards gathered tiles, because their rows were written to.
  void forget();

  std::int64_t resting_bytes() const { return resting_bytes_; }
  /// Null if the matrix is whole in the memory that is computed in, or no tile has been leased yet.
  const SliceFetcher* fetcher() const { return tiles_.get(); }

 private:
  std::unique_ptr<Shelf> shelf();
  int owner(std::int64_t id) const { return static_cast<int>(id % transformer::vocabulary_tile / share_rows_); }
  /// Reads those of rows first .. first+count-1 that exist from the files into `destination` [count, d].
  void read(std::int64_t first, const at::Tensor& destination) const;
  void read_share(std::int64_t tile, at::Tensor& slice) const;
  at::Tensor own_rows(const std::vector<std::int64_t>& ids) const;

  CountingSource& source_;
  std::string name_;
  std::int64_t vocabulary_, width_;
  at::TensorOptions options_;
  parallel::Communicator group_;
  bool on_disk_;
  std::int64_t share_rows_, share_bytes_ = 0;  // of every tile, on every rank
  at::Tensor whole_;                           // [V, d] if it is whole in the memory that is computed in
  std::vector<at::Tensor> shares_;             // per tile, uint8; otherwise
  std::unique_ptr<SliceFetcher> tiles_;  // from the first lease on, if it is not whole; an embedding is never leased
  std::int64_t resting_bytes_ = 0;
};

}  // namespace pinpoint::weights
