#include "study/patching/rows.h"

#include "study/patching/difference_rows.h"
#include "study/patching/whole_rows.h"

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

void Rows::expect_readout(const GroupPlace& group, const parallel::Range& rows, const at::Tensor& tile,
                          const std::vector<std::int64_t>& tokens) {
  readouts_.push_back({group, rows, {tile.size(0), tokens, tile.options()}});
}

void Rows::report(WalkResults& results) const {
  for (const auto& [group, rows, sum] : readouts_) results.add_rows(group, rows, sum.finish());
}

std::unique_ptr<Rows> make_rows(const WalkParts& parts, Arithmetic arithmetic) {
  if (arithmetic == Arithmetic::difference) return std::make_unique<DifferenceRows>(parts);
  return std::make_unique<WholeRows>(parts);
}

}  // namespace pinpoint::patching
