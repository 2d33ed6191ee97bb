#include "model/pretrained/weight_type.h"

#include <algorithm>
#include <array>
#include <utility>

#include "system/base/check.h"

namespace pinpoint::pretrained {
namespace {

/// The name that config.json gets comes first.
constexpr std::array<std::pair<std::string_view, at::ScalarType>, 7> torch_names{{
    {"float32", at::ScalarType::Float},
    {"float16", at::ScalarType::Half},
    {"bfloat16", at::ScalarType::BFloat16},
    {"float64", at::ScalarType::Double},
    {"float", at::ScalarType::Float},
    {"half", at::ScalarType::Half},
    {"double", at::ScalarType::Double},
}};

}  // namespace

std::string_view torch_name(at::ScalarType type) {
  const auto* found = std::ranges::find(torch_names, type, &std::pair<std::string_view, at::ScalarType>::second);
  PINPOINT_EXPECT(found != torch_names.end());
  return found->first;
}

std::optional<at::ScalarType> find_torch_type(std::string_view name) {
  const auto* found = std::ranges::find(torch_names, name, &std::pair<std::string_view, at::ScalarType>::first);
  return found == torch_names.end() ? std::nullopt : std::optional(found->second);
}

at::ScalarType common_type(at::ScalarType one, at::ScalarType other) {
  if (one == other) return one;
  return one == at::kDouble || other == at::kDouble ? at::kDouble : at::kFloat;
}

}  // namespace pinpoint::pretrained
