/// \file
/// A source that counts the bytes read from it.
#pragma once

#include <atomic>

#include "model/weights/tensor_source.h"

namespace pinpoint::weights {

class CountingSource final : public TensorSource {
 public:
  explicit CountingSource(TensorSource& source) : source_(source) {}

  at::Tensor read(const std::string& name, const std::vector<std::int64_t>& shape) override {
    at::Tensor tensor = source_.read(name, shape);
    bytes_ += static_cast<std::int64_t>(tensor.nbytes());
    return tensor;
  }
  bool contains(const std::string& name) const override { return source_.contains(name); }
  void read_range(const std::string& name, const std::vector<std::int64_t>& shape, parallel::Range range,
                  const Visit& visit) override {
    source_.read_range(name, shape, range, [&](std::int64_t first, const at::Tensor& elements) {
      bytes_ += static_cast<std::int64_t>(elements.nbytes());
      visit(first, elements);
    });
  }

  /// Bytes read so far, by all threads.
  std::int64_t bytes() const { return bytes_; }

 private:
  TensorSource& source_;
  std::atomic<std::int64_t> bytes_ = 0;
};

}  // namespace pinpoint::weights
