/// \file
/// What is kept of a row's logits.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace pinpoint::transformer {

/// Logits of chosen tokens, and the logsumexp over the vocabulary.
struct Readout {
  at::Tensor logits;     ///< [rows, R] float32
  at::Tensor logsumexp;  ///< [rows] float32
};

/// Adds up a readout from one vocabulary tile after the other. The logsumexp is summed in float64.
class ReadoutSum {
 public:
  /// tokens: ids whose logits are kept. options: of the logits that `add` receives
  ReadoutSum(std::int64_t rows, std::vector<std::int64_t> tokens, const at::TensorOptions& options);

  /// tile_logits [rows, v]: those of the ids first .. first+v-1.
  void add(const at::Tensor& tile_logits, std::int64_t first);
  /// \pre every id's logits have been added
  Readout finish() const;

 private:
  std::vector<std::int64_t> tokens_;
  at::Tensor logits_;     // [rows, R]
  at::Tensor logsumexp_;  // [rows] float64
};

}  // namespace pinpoint::transformer
