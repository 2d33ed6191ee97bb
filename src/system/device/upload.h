/// \file
/// Copies from host memory to the device while the device computes.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>

namespace pinpoint::device {

/// The constructor starts the copy, on a GPU in a stream of its own. What is computed after `wait` sees the data.
class Upload {
 public:
  /// \param from on the CPU (`pinned_empty`) \param to same shape and type; neither is changed until the copy is done
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

/// uint8 [bytes] in host memory, pinned if `device` is a GPU, which then copies fastest.
at::Tensor pinned_empty(std::int64_t bytes, c10::Device device);

}  // namespace pinpoint::device
