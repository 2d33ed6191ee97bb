/// \file
/// Makes units of weights whole on this rank while they are used, from slices that rest elsewhere: the slice is
/// brought, the group's slices are gathered, and what has been gathered goes to the device; the next unit meanwhile.
#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include "model/transformer/weights.h"
#include "model/weights/shelf.h"
#include "system/device/upload.h"
#include "system/parallel/communicator.h"
#include "system/parallel/slice_gather.h"

namespace pinpoint::weights {

/// What a fetcher has done so far.
struct FetchCounts {
  std::int64_t received = 0;  ///< bytes gathered from other ranks
  double waited = 0;          ///< seconds in which a lease had to wait for its unit
};

/// At most two whole units exist at any time. Collective over the group: all of its ranks lease and prefetch the same
/// units in the same order.
class SliceFetcher {
 public:
  /// slice_bytes: of every unit's slice, a multiple of 64; whole units have group.size() times as many.
  SliceFetcher(parallel::Communicator group, c10::Device device, std::int64_t slice_bytes,
               std::unique_ptr<Shelf> shelf);
  SliceFetcher(const SliceFetcher&) = delete;
  SliceFetcher& operator=(const SliceFetcher&) = delete;
  /// Brings to its end what is on its way: another rank may have begun a gather that this one has not. But not while an
  /// exception ends the job.
  ~SliceFetcher();

  /// Begins to fetch `unit`, unless it is there or on its way. Before, waits for one that is on its way.
  /// \pre at most one unit is leased
  void prefetch(std::int64_t unit);
  /// Moves the fetch along that is on its way.
  void make_progress();
  /// Units have changed where they rest: what is here or on its way is not used again. \pre none is leased
  void forget();
  /// The unit, whole: uint8 [group.size() * slice_bytes] on the device, while the lease lives.
  transformer::Lease<at::Tensor> lease(std::int64_t unit);

  const FetchCounts& counts() const { return counts_; }
  /// Bytes of its buffers: for whole units, and for slices on their way.
  std::int64_t whole_bytes() const;
  std::int64_t passing_bytes() const;

 private:
  enum class Stage { bringing, gathering, uploading, there };
  struct Slot {
    std::shared_ptr<at::Tensor> whole;  // a lease is another reference to it
    std::optional<std::int64_t> unit;
    Stage stage = Stage::there;
    bool is_leased() const { return whole.use_count() > 1; }
  };

  Slot* find(std::int64_t unit);
  Slot& free_slot();
  void begin(Slot& slot, std::int64_t unit);
  /// Goes on with the fetch of `slot` as far as it can without waiting, or (may_wait) to its end.
  void go_on(Slot& slot, bool may_wait);
  bool is_on_its_way(const Slot& slot) const { return slot.unit && slot.stage != Stage::there; }

  parallel::Communicator group_;
  std::unique_ptr<Shelf> shelf_;
  std::array<Slot, 2> slots_;
  at::Tensor space_;  // for a slice on its way, where the shelf needs it; undefined where it goes to the slot itself
  at::Tensor host_whole_;  // where slices are gathered for another device than the CPU
  std::optional<parallel::SliceGather> gather_;
  std::optional<device::Upload> upload_;
  FetchCounts counts_;
};

}  // namespace pinpoint::weights
