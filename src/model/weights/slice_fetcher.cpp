#include "model/weights/slice_fetcher.h"

#include <ATen/ops/empty.h>

#include <chrono>
#include <exception>
#include <utility>

#include "system/base/check.h"
#include "system/base/log.h"

namespace pinpoint::weights {

SliceFetcher::SliceFetcher(parallel::Communicator group, c10::Device device, std::int64_t slice_bytes,
                           std::unique_ptr<Shelf> shelf)
    : group_(group.size() > 1 ? group.duplicate() : std::move(group)), shelf_(std::move(shelf)) {
  const std::int64_t whole_bytes = group_.size() * slice_bytes;
  for (Slot& slot : slots_)
    slot.whole = std::make_shared<at::Tensor>(at::empty({whole_bytes}, at::TensorOptions(at::kByte).device(device)));
  const bool gathers = group_.size() > 1;
  if (shelf_->needs_space() && (gathers || !device.is_cpu())) space_ = device::pinned_empty(slice_bytes, device);
  if (gathers && !device.is_cpu()) host_whole_ = device::pinned_empty(whole_bytes, device);
}

SliceFetcher::~SliceFetcher() {
  if (std::uncaught_exceptions() > 0) return;
  for (Slot& slot : slots_)
    if (is_in_progress(slot)) complete_unused(slot);
}

/// Nobody will use the unit, so it is complete even if its slice cannot be read. But the gather takes place, because
/// other ranks may wait in it.
void SliceFetcher::complete_unused(Slot& slot) noexcept try {
  if (slot.stage == Stage::bringing) try {
      bring(slot);
    } catch (const std::exception& error) {
      log_warning("{} (read ahead and not used)", error.what());
      take(slot, space_.defined() ? space_ : *slot.whole);
    }
  continue_fetch(slot, /*may_wait=*/true);
} catch (const std::exception& error) {
  log_error("a fetch of weights that nobody uses cannot be completed ({})", error.what());
  std::terminate();
}

void SliceFetcher::forget() {
  for (Slot& slot : slots_) {
    PINPOINT_EXPECT(!slot.is_leased());
    if (is_in_progress(slot)) continue_fetch(slot, /*may_wait=*/true);
    slot.unit.reset();
  }
}

SliceFetcher::Slot* SliceFetcher::find(std::int64_t unit) {
  for (Slot& slot : slots_)
    if (slot.unit == unit) return &slot;
  return nullptr;
}

SliceFetcher::Slot& SliceFetcher::free_slot() {
  Slot* slot = slots_[0].is_leased() ? &slots_[1] : &slots_[0];
  PINPOINT_EXPECT(!slot->is_leased());
  return *slot;
}

void SliceFetcher::begin(Slot& slot, std::int64_t unit) {
  slot.unit = unit;
  slot.stage = Stage::bringing;
  shelf_->begin(unit, space_.defined() ? space_ : *slot.whole);
}

void SliceFetcher::prefetch(std::int64_t unit) {
  if (find(unit)) return;
  for (Slot& slot : slots_)
    if (is_in_progress(slot)) continue_fetch(slot, /*may_wait=*/true);  // prefetched by a walk that was given up
  begin(free_slot(), unit);
}

void SliceFetcher::make_progress() {
  for (Slot& slot : slots_)
    if (is_in_progress(slot)) continue_fetch(slot, /*may_wait=*/false);
}

void SliceFetcher::bring(Slot& slot) {
  const auto unit = std::exchange(slot.unit, std::nullopt);  // if the read throws, nothing is in progress
  const at::Tensor slice = shelf_->finish();
  slot.unit = unit;
  take(slot, slice);
}

void SliceFetcher::take(Slot& slot, const at::Tensor& slice) {
  const at::Tensor& whole = *slot.whole;
  if (group_.size() > 1) {
    counts_.received += (group_.size() - 1) * slice.numel();
    gather_.emplace(group_, slice, whole.is_cpu() ? whole : host_whole_);
    slot.stage = Stage::gathering;
  } else if (slice.data_ptr() == whole.data_ptr()) {
    slot.stage = Stage::whole;
  } else {
    upload_.emplace(slice, whole);
    slot.stage = Stage::uploading;
  }
}

void SliceFetcher::continue_fetch(Slot& slot, bool may_wait) {
  const at::Tensor& whole = *slot.whole;
  if (slot.stage == Stage::bringing) {
    if (!may_wait && !shelf_->is_ready()) return;
    bring(slot);
  }
  if (slot.stage == Stage::gathering) {
    if (may_wait)
      gather_->wait();
    else if (!gather_->make_progress())
      return;
    gather_.reset();
    slot.stage = whole.is_cpu() ? Stage::whole : Stage::uploading;
    if (slot.stage == Stage::uploading) upload_.emplace(host_whole_, whole);
  }
  if (slot.stage == Stage::uploading) {
    if (may_wait)
      upload_->wait();
    else if (!upload_->is_done())
      return;
    upload_.reset();
    slot.stage = Stage::whole;
  }
}

transformer::Lease<at::Tensor> SliceFetcher::lease(std::int64_t unit) {
  prefetch(unit);
  Slot& slot = *find(unit);
  const auto start = std::chrono::steady_clock::now();
  if (is_in_progress(slot)) continue_fetch(slot, /*may_wait=*/true);
  counts_.waited += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return slot.whole;
}

std::int64_t SliceFetcher::whole_bytes() const { return 2 * slots_[0].whole->numel(); }

std::int64_t SliceFetcher::passing_bytes() const {
  return (space_.defined() ? space_.numel() : 0) + (host_whole_.defined() ? host_whole_.numel() : 0);
}

}  // namespace pinpoint::weights
