#include "study/patching/rows.h"

#include "study/patching/difference_rows.h"
#include "study/patching/whole_rows.h"

namespace pinpoint::patching {

void Rows::add_differs(const at::Tensor& differs) {
  const at::Tensor on_cpu = differs.cpu().contiguous();
  const bool* flags = on_cpu.data_ptr<bool>();
  differs_.emplace_back(flags, flags + on_cpu.numel());
}

std::vector<bool> Rows::differs_in(const SetPlace& set) const {
  const auto begin = differs_.back().begin() + set.first * set.layout.heads;
  return {begin, begin + set.layout.samples * set.layout.heads};
}

void Rows::expect_readout(const SetPlace& set, const parallel::Range& rows, const at::Tensor& tile,
                          const std::vector<std::int64_t>& tokens) {
  readouts_.push_back({set, rows, {tile.size(0), tokens, tile.options()}});
}

void Rows::report(WalkResults& results) const {
  for (const auto& [set, rows, sum] : readouts_) results.add_rows(set, rows, sum.finish());
}

std::unique_ptr<Rows> make_rows(const WalkParts& parts, Arithmetic arithmetic) {
  if (arithmetic == Arithmetic::difference) return std::make_unique<DifferenceRows>(parts);
  return std::make_unique<WholeRows>(parts);
}

}  // namespace pinpoint::patching
