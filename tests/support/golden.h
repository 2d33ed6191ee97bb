/// \file
/// A case of the reference values: the results of an independent implementation for one checkpoint.
#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "language/text/tokenizer.h"

namespace pinpoint::test {

/// Symbols as in docs/method.md (N pairs, L, H, d, e, V). Triples are: logit of the first record token, logit of the
/// second, logsumexp over the vocabulary, all at the last position.
struct Golden {
  struct Sequence {
    text::TokenIds ids;  // [T]
    at::Tensor logits;   // [T, V] f32, computed in float64
  };

  std::vector<Sequence> sequences;
  std::vector<text::TokenIds> reference, counterfactual;  // N each
  std::array<std::int64_t, 2> record_ids;
  at::Tensor default_values;    // [N, 3] f64, the reference run
  at::Tensor patched;           // [N, L, H, 3] f64, with one head patched
  at::Tensor ref_z_last;        // [N, L, H*e] f32, input of the output projection at the last position, reference run
  at::Tensor cf_z_last;         // [N, L, H*e] f32, the same of the counterfactual run
  at::Tensor ref_attn_in_last;  // [N, L, d] f32, input of the attention at the last position, reference run

  std::int64_t pairs() const { return static_cast<std::int64_t>(reference.size()); }
};

/// Reads `expected.safetensors` of a case's folder, which is also the HF directory of its checkpoint.
Golden read_golden(const std::filesystem::path& folder);

}  // namespace pinpoint::test
