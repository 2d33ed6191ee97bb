/// \file
/// Makes units of weights whole on this rank while they are used. Fetches this rank's slice from its shelf, gathers the
/// slices of the group, and uploads the unit to the device; meanwhile the previous unit is in use.
#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include "model/transformer/weight_store.h"
#include "model/weights/shelf.h"
#include "system/device/upload.h"
#include "system/parallel/communicator.h"
#include "system/parallel/slice_gather.h"

namespace pinpoint::weights {

/// What a fetcher has done so far.
struct FetchCounts {
  std::int64_t received = 0;  ///< bytes gathered from other ranks
  double waited = 0;          ///< seconds that leases have waited for their units
};

/// At most two whole units exist at any time. Collective over the group, as is every function but `counts`, also the
/// constructor and the destructor: all ranks lease and prefetch the same units in the same order. Gathers have a
/// communicator of their own, so other collectives of the group may take place at any time.
class SliceFetcher {
 public:
  /// slice_bytes: of every unit's slice, a multiple of 64. A whole unit has group.size() times as many.
  SliceFetcher(parallel::Communicator group, c10::Device device, std::int64_t slice_bytes,
               std::unique_ptr<Shelf> shelf);
  SliceFetcher(const SliceFetcher&) = delete;
  SliceFetcher& operator=(const SliceFetcher&) = delete;
  /// Completes a fetch in progress, because another rank may have begun its gather already. A slice that cannot be read
  /// is then only a warning. Does nothing while an exception ends the job.
  ~SliceFetcher();

  /// Begins to fetch `unit`, unless it is whole or in progress. First waits for another fetch in progress.
  /// \pre at most one unit is leased
  void prefetch(std::int64_t unit);
  /// Moves the fetch along that is on its way.
  void make_progress();
  /// Discards all units here and in progress, because their slices have changed. \pre none is leased
  void forget();
  /// The whole unit: uint8 [group.size() * slice_bytes] on the device, valid while the lease lives.
  transformer::Lease<at::Tensor> lease(std::int64_t unit);

  const FetchCounts& counts() const { return counts_; }
  /// Bytes of the buffers for whole units, and for slices in transfer.
  std::int64_t whole_bytes() const;
  std::int64_t passing_bytes() const;

 private:
  enum class Stage { bringing, gathering, uploading, whole };
  struct Slot {
    std::shared_ptr<at::Tensor> whole;  // a lease is a second reference to it
    std::optional<std::int64_t> unit;
    Stage stage = Stage::whole;
    bool is_leased() const { return whole.use_count() > 1; }
  };

  Slot* find(std::int64_t unit);
  Slot& free_slot();
  void begin(Slot& slot, std::int64_t unit);
  void complete_unused(Slot& slot) noexcept;
  /// Waits for the slice of the slot's unit and begins the next stage with it. \throws the exception of the read
  void bring(Slot& slot);
  void take(Slot& slot, const at::Tensor& slice);
  /// Continues the fetch of `slot` as far as possible without waiting, or, with may_wait, to its end.
  void continue_fetch(Slot& slot, bool may_wait);
  bool is_in_progress(const Slot& slot) const { return slot.unit && slot.stage != Stage::whole; }

  parallel::Communicator group_;  // its own duplicate if it gathers
  std::unique_ptr<Shelf> shelf_;
  std::array<Slot, 2> slots_;
  at::Tensor space_;       // receives the shelf's slice if the shelf needs it; undefined if the slot itself does
  at::Tensor host_whole_;  // receives gathered slices if the device is not the CPU
  std::optional<parallel::SliceGather> gather_;
  std::optional<device::Upload> upload_;
  FetchCounts counts_;
};

}  // namespace pinpoint::weights
