#include "system/device/upload.h"

#include <ATen/ops/empty.h>

#include "system/base/check.h"

#ifdef PINPOINT_CUDA
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

#include <cuda_runtime_api.h>
#endif

namespace pinpoint::device {

#ifdef PINPOINT_CUDA

namespace {

void check(cudaError_t error) {
  if (error != cudaSuccess)
    throw Failure(fmt::format("copying weights to the GPU failed ({})", cudaGetErrorString(error)));
}

class Event {
 public:
  Event() { check(cudaEventCreateWithFlags(&event_, cudaEventDisableTiming)); }
  ~Event() { cudaEventDestroy(event_); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  operator cudaEvent_t() const { return event_; }

 private:
  cudaEvent_t event_ = nullptr;
};

}  // namespace

/// Only exists for copies to a GPU: this build also runs on machines without one, where events cannot be created.
struct Upload::State {
  at::Tensor from, to;
  Event room, done;  // the device no longer uses the destination; the copy is done
};

Upload::Upload(const at::Tensor& from, const at::Tensor& to) {
  PINPOINT_EXPECT(from.is_cpu() && from.nbytes() == to.nbytes() && from.is_contiguous() && to.is_contiguous());
  if (to.is_cpu()) {
    to.copy_(from);
    return;
  }
  const c10::cuda::CUDAGuard on(to.device());
  state_ = std::make_unique<State>();
  state_->from = from;
  state_->to = to;
  const c10::cuda::CUDAStream copying = c10::cuda::getStreamFromPool(/*isHighPriority=*/true, to.device().index());
  check(cudaEventRecord(state_->room, c10::cuda::getCurrentCUDAStream(to.device().index())));
  check(cudaStreamWaitEvent(copying, state_->room, 0));
  check(cudaMemcpyAsync(to.data_ptr(), from.data_ptr(), from.nbytes(), cudaMemcpyHostToDevice, copying));
  check(cudaEventRecord(state_->done, copying));
}

bool Upload::is_done() {
  if (!state_) return true;
  const cudaError_t state = cudaEventQuery(state_->done);
  if (state == cudaErrorNotReady) {
    cudaGetLastError();  // otherwise LibTorch reports it as a failure of its next kernel
    return false;
  }
  check(state);
  return true;
}

void Upload::wait() {
  if (state_) check(cudaEventSynchronize(state_->done));
}

at::Tensor pinned_empty(std::int64_t bytes, c10::Device device) {
  return at::empty({bytes}, at::TensorOptions(at::kByte).pinned_memory(!device.is_cpu()));
}

#else

struct Upload::State {};

Upload::Upload(const at::Tensor& from, const at::Tensor& to) { to.copy_(from); }
bool Upload::is_done() { return true; }
void Upload::wait() {}

at::Tensor pinned_empty(std::int64_t bytes, [[maybe_unused]] c10::Device device) {
  PINPOINT_EXPECT(device.is_cpu());
  return at::empty({bytes}, at::kByte);
}

#endif

Upload::Upload(Upload&&) noexcept = default;
Upload& Upload::operator=(Upload&&) noexcept = default;
Upload::~Upload() = default;

}  // namespace pinpoint::device
