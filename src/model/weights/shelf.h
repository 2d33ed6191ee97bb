/// \file
/// The place in which a rank's slices of the weights rest between uses.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <future>
#include <vector>

namespace pinpoint::weights {

/// Returns slices of numbered units (layers, vocabulary tiles), one at a time: first `begin`, later `finish`.
class Shelf {
 public:
  virtual ~Shelf() = default;

  /// Begins to fetch the slice of `unit`. space: uint8 [bytes of a slice] on the CPU, which may receive it.
  virtual void begin(std::int64_t unit, const at::Tensor& space) = 0;
  /// Whether `finish` would not wait.
  virtual bool is_ready() = 0;
  /// Waits for the slice that was begun, and returns it on the CPU, in the given space or where it rests.
  /// \throws the exception of the read
  virtual at::Tensor finish() = 0;
  /// Whether slices are written to the space that `begin` receives.
  virtual bool needs_space() const = 0;
};

/// In this process's memory (config: `weights: device` or `host`).
class MemoryShelf final : public Shelf {
 public:
  /// slices: [units], uint8 of one size, on the CPU or on the device (then they are copied to the CPU)
  explicit MemoryShelf(std::vector<at::Tensor> slices) : slices_(std::move(slices)) {}
  void begin(std::int64_t unit, const at::Tensor& space) override;
  bool is_ready() override { return true; }
  at::Tensor finish() override { return slice_; }
  bool needs_space() const override { return !slices_.empty() && !slices_.front().is_cpu(); }

 private:
  std::vector<at::Tensor> slices_;
  at::Tensor slice_;
};

/// In the files, read at each use by a background thread (config: `weights: disk`).
class DiskShelf final : public Shelf {
 public:
  /// Fills the slice of a unit; called on another thread.
  using Read = std::function<void(std::int64_t unit, at::Tensor& slice)>;
  explicit DiskShelf(Read read) : read_(std::move(read)) {}
  void begin(std::int64_t unit, const at::Tensor& space) override;
  bool is_ready() override;
  at::Tensor finish() override;
  bool needs_space() const override { return true; }

 private:
  Read read_;
  std::future<at::Tensor> reading_;  // its destructor waits for the thread
};

}  // namespace pinpoint::weights
