#include "system/parallel/slice_gather.h"

#include <mpi.h>

#include <exception>
#include <limits>

#include "system/base/check.h"
#include "system/parallel/pending.h"

namespace pinpoint::parallel {
namespace {

/// MPI counts are ints: a slice of 137 GB is 2^31 units.
constexpr std::int64_t unit_bytes = 64;

class UnitType {
 public:
  UnitType() {
    MPI_Type_contiguous(unit_bytes, MPI_BYTE, &type_);
    MPI_Type_commit(&type_);
  }
  ~UnitType() { MPI_Type_free(&type_); }  // MPI keeps it until what uses it is done
  UnitType(const UnitType&) = delete;
  UnitType& operator=(const UnitType&) = delete;
  operator MPI_Datatype() const { return type_; }

 private:
  MPI_Datatype type_ = MPI_DATATYPE_NULL;
};

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
  const std::int64_t units = slice.numel() / unit_bytes;
  validate(units <= std::numeric_limits<int>::max(), "a slice of {} bytes is more than MPI gathers; use a larger shard",
           slice.numel());
  state_->slice = slice;
  state_->whole = whole;
  const UnitType unit;
  MPI_Iallgather(slice.data_ptr(), static_cast<int>(units), unit, whole.data_ptr(), static_cast<int>(units), unit,
                 *static_cast<const MPI_Comm*>(communicator.handle()), &state_->request);
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
