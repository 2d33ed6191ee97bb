#include "model/transformer/readout.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/logaddexp.h>
#include <ATen/ops/logsumexp.h>

#include <limits>

namespace pinpoint::transformer {

ReadoutSum::ReadoutSum(std::int64_t rows, std::vector<std::int64_t> tokens, const at::TensorOptions& options)
    : tokens_(std::move(tokens)), logits_(at::empty({rows, static_cast<std::int64_t>(tokens_.size())}, options)),
      logsumexp_(at::full({rows}, -std::numeric_limits<double>::infinity(), options.dtype(at::kDouble))) {}

void ReadoutSum::add(const at::Tensor& tile_logits, std::int64_t first) {
  logsumexp_ = at::logaddexp(logsumexp_, at::logsumexp(tile_logits, -1).to(at::kDouble));
  for (std::size_t r = 0; r < tokens_.size(); ++r) {
    const std::int64_t column = tokens_[r] - first;
    if (0 <= column && column < tile_logits.size(1))
      logits_.select(1, static_cast<std::int64_t>(r)).copy_(tile_logits.select(1, column));
  }
}

Readout ReadoutSum::finish() const { return {logits_.to(at::kFloat), logsumexp_.to(at::kFloat)}; }

}  // namespace pinpoint::transformer
