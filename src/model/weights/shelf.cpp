#include "model/weights/shelf.h"

namespace pinpoint::weights {

void MemoryShelf::begin(std::int64_t unit, const at::Tensor& space) {
  const at::Tensor& resting = slices_[static_cast<std::size_t>(unit)];
  slice_ = resting.is_cpu() ? resting : space.copy_(resting);
}

void DiskShelf::begin(std::int64_t unit, const at::Tensor& space) {
  reading_ = std::async(std::launch::async, [this, unit, slice = space]() mutable {
    read_(unit, slice);
    return slice;
  });
}

bool DiskShelf::is_ready() { return reading_.wait_for(std::chrono::seconds(0)) == std::future_status::ready; }

at::Tensor DiskShelf::finish() { return reading_.get(); }

}  // namespace pinpoint::weights
