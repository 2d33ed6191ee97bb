#include "system/parallel/slice_gather.h"

#include <exception>

#include "system/base/check.h"
#include "system/parallel/mpi_call.h"

namespace pinpoint::parallel {
namespace {

/// MPI counts are ints: a slice of 137 GB has 2^31 units.
constexpr std::int64_t unit_bytes = 64;

}  // namespace

struct SliceGather::State {
  at::Tensor slice, whole;
  MPI_Request request = MPI_REQUEST_NULL;
};

SliceGather::SliceGather(const Communicator& communicator, const at::Tensor& slice, const at::Tensor& whole)
    : state_(std::make_unique<State>()) {
  PINPOINT_EXPECT(!communicator.is_null() && slice.numel() % unit_bytes == 0);
  PINPOINT_EXPECT(slice.is_contiguous() && whole.is_contiguous() && slice.is_cpu() && whole.is_cpu());
  PINPOINT_EXPECT(whole.numel() == slice.numel() * communicator.size());
  const int units = count_of(slice.numel() / unit_bytes, "units of a slice");
  state_->slice = slice;
  state_->whole = whole;
  const BytesType unit(unit_bytes);
  MPI_Iallgather(slice.data_ptr(), units, unit, whole.data_ptr(), units, unit, comm(communicator), &state_->request);
}

SliceGather::SliceGather(SliceGather&&) noexcept = default;
SliceGather& SliceGather::operator=(SliceGather&&) noexcept = default;

SliceGather::~SliceGather() {
  if (!state_) return;
  if (std::uncaught_exceptions() == 0)
    wait();
  else if (state_->request != MPI_REQUEST_NULL)
    (void)state_.release();  // MPI may still write to the buffers
}

bool SliceGather::make_progress() { return parallel::make_progress(state_->request); }

void SliceGather::wait() { MPI_Wait(&state_->request, MPI_STATUS_IGNORE); }

}  // namespace pinpoint::parallel
