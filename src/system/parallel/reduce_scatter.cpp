#include "system/parallel/reduce_scatter.h"

#include <exception>

#include "system/base/check.h"
#include "system/parallel/mpi_call.h"

namespace pinpoint::parallel {

struct ReduceScatter::State {
  at::Tensor vector, room;  // room: [ranks, own]
  std::vector<int> send_counts, send_offsets, receive_counts, receive_offsets;
  MPI_Request request = MPI_REQUEST_NULL;
};

ReduceScatter::ReduceScatter(const Communicator& communicator, const at::Tensor& vector,
                             const std::vector<Range>& parts, const at::Tensor& room)
    : state_(std::make_unique<State>()) {
  const auto ranks = static_cast<std::size_t>(communicator.size());
  PINPOINT_EXPECT(!communicator.is_null() && parts.size() == ranks && parts.back().end == vector.numel());
  PINPOINT_EXPECT(vector.scalar_type() == at::kFloat && vector.is_contiguous() && vector.is_cpu() && room.is_cpu());
  const std::int64_t own = parts[static_cast<std::size_t>(communicator.rank())].size();
  State& state = *state_;
  state.vector = vector;
  state.room = room.narrow(0, 0, communicator.size() * own).view({communicator.size(), own});
  for (std::size_t rank = 0; rank < ranks; ++rank) {
    state.send_counts.push_back(count_of(parts[rank].size(), "weights"));
    state.send_offsets.push_back(count_of(parts[rank].begin, "weights"));
    state.receive_counts.push_back(count_of(own, "weights"));
    state.receive_offsets.push_back(count_of(static_cast<std::int64_t>(rank) * own, "weights"));
  }
  MPI_Ialltoallv(vector.data_ptr(), state.send_counts.data(), state.send_offsets.data(), MPI_FLOAT,
                 state.room.data_ptr(), state.receive_counts.data(), state.receive_offsets.data(), MPI_FLOAT,
                 comm(communicator), &state.request);
}

ReduceScatter::ReduceScatter(ReduceScatter&&) noexcept = default;
ReduceScatter& ReduceScatter::operator=(ReduceScatter&&) noexcept = default;

ReduceScatter::~ReduceScatter() {
  if (!state_ || state_->request == MPI_REQUEST_NULL) return;
  if (std::uncaught_exceptions() == 0)
    MPI_Wait(&state_->request, MPI_STATUS_IGNORE);
  else
    (void)state_.release();  // MPI may still write to the buffers
}

void ReduceScatter::make_progress() { parallel::make_progress(state_->request); }

at::Tensor ReduceScatter::wait() {
  MPI_Wait(&state_->request, MPI_STATUS_IGNORE);
  at::Tensor sum = state_->room[0];
  for (std::int64_t rank = 1; rank < state_->room.size(0); ++rank) sum += state_->room[rank];
  return sum;
}

}  // namespace pinpoint::parallel
