#include "model/transformer/stack.h"

#include "system/base/check.h"

namespace pinpoint::transformer {

std::int64_t Stack::begin(std::size_t i) const {
  std::int64_t rows = 0;
  for (std::size_t before = 0; before < i; ++before) rows += stretches[before].rows;
  return rows;
}

Stack make_stack(std::vector<Stretch> stretches, const Rotary& rotary) {
  std::vector<RotaryAngles> angles;
  for (std::size_t i = 0; i < stretches.size(); ++i) {
    const Stretch& stretch = stretches[i];
    PINPOINT_EXPECT(stretch.prefix.has_value() == (stretch.first > 0));
    PINPOINT_EXPECT(!stretch.prefix || (*stretch.prefix < i && stretches[*stretch.prefix].first == 0 &&
                                        stretches[*stretch.prefix].rows >= stretch.first));
    angles.push_back(rotary.angles(stretch.first, stretch.rows));
  }
  return {std::move(stretches), concatenate(angles)};
}

}  // namespace pinpoint::transformer
