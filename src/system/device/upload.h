/// \file
/// A copy from the machine's memory to the device that goes on while the device computes.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>

namespace pinpoint::device {

/// Begins with the object; on a device other than the CPU on a stream of its own. What is computed after `wait`
/// returned sees the data.
class Upload {
 public:
  /// from: on the CPU (`pinned_empty`); to: same shape and type. Both are left alone until the copy is done.
  Upload(const at::Tensor& from, const at::Tensor& to);
  Upload(Upload&&) noexcept;
  Upload& operator=(Upload&&) noexcept;
  ~Upload();

  bool is_done();
  void wait();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// uint8 [bytes] in the machine's memory from which `device` copies fastest: pinned where it is a GPU.
at::Tensor pinned_empty(std::int64_t bytes, c10::Device device);

}  // namespace pinpoint::device
