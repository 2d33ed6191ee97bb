#include "patching/rows.h"

#include "model/product.h"
#include "patching/difference_rows.h"
#include "patching/whole_rows.h"

namespace pinpoint::patching {

void Rows::add_differs(const at::Tensor& differs) {
  const at::Tensor on_cpu = differs.cpu().contiguous();
  const bool* flags = on_cpu.data_ptr<bool>();
  differs_.emplace_back(flags, flags + on_cpu.numel());
}

std::vector<bool> Rows::differs_in(const GroupPlace& group) const {
  const auto begin = differs_.back().begin() + group.first * group.layout.heads;
  return {begin, begin + group.layout.samples * group.layout.heads};
}

void Rows::report(WalkResults& results) const {
  for (const auto& [group, rows, sum] : readouts_) results.add_rows(group, rows, sum.finish());
}

std::unique_ptr<Rows> make_rows(const WalkParts& parts, Arithmetic arithmetic) {
  if (arithmetic == Arithmetic::difference) return std::make_unique<DifferenceRows>(parts);
  const c10::Device device = parts.transformer.store().options().device();
  return std::make_unique<WholeRows>(parts, activations_of_passes(arithmetic, model::accurate_activations(device)));
}

}  // namespace pinpoint::patching
