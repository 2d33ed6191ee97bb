#include "study/patching/pass_positions.h"

#include <algorithm>

#include "model/transformer/rotary.h"

namespace pinpoint::patching {

using dialogue::TokenPair;

std::int64_t counterfactual_suffix(const TokenPair& pair, const transformer::ModelConfig& config) {
  if (pair.reference == pair.counterfactual) return 0;
  const auto reference = static_cast<std::int64_t>(pair.reference.size());
  const auto counterfactual = static_cast<std::int64_t>(pair.counterfactual.size());
  if (transformer::rope_base(config, reference) != transformer::rope_base(config, counterfactual))
    return counterfactual;
  const auto [in_reference, in_counterfactual] = std::mismatch(pair.reference.begin(), pair.reference.end(),
                                                               pair.counterfactual.begin(), pair.counterfactual.end());
  return std::max<std::int64_t>(1, pair.counterfactual.end() - in_counterfactual);
}

std::int64_t pass_positions(const TokenPair& pair, const transformer::ModelConfig& config) {
  return static_cast<std::int64_t>(pair.reference.size()) + counterfactual_suffix(pair, config);
}

}  // namespace pinpoint::patching
