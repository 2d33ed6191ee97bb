#include "model/pretrained/finite.h"

#include <algorithm>
#include <array>

#include "system/base/check.h"

namespace pinpoint::pretrained {
namespace {

/// Tests whole blocks without a branch, so that the compiler uses vector instructions.
template <class Word>
bool any_full_exponent(const Word* words, std::size_t count, Word exponent) {
  Word any = 0;
  for (std::size_t i = 0; i < count; ++i) any |= static_cast<Word>((words[i] & exponent) == exponent);
  return any != 0;
}

template <class Word>
std::optional<std::int64_t> first_full_exponent(std::string_view bytes, Word exponent) {
  constexpr std::size_t block = 4096;
  const auto* words = reinterpret_cast<const Word*>(bytes.data());
  const std::size_t count = bytes.size() / sizeof(Word);
  for (std::size_t begin = 0; begin < count; begin += block) {
    const std::size_t size = std::min(block, count - begin);
    if (!any_full_exponent(words + begin, size, exponent)) continue;
    const auto* found =
        std::find_if(words + begin, words + begin + size, [=](Word word) { return (word & exponent) == exponent; });
    return found - words;
  }
  return {};
}

}  // namespace

std::optional<std::int64_t> first_not_finite(std::string_view bytes, at::ScalarType dtype) {
  switch (dtype) {
    case at::ScalarType::Float: return first_full_exponent<std::uint32_t>(bytes, 0x7F800000u);
    case at::ScalarType::Half: return first_full_exponent<std::uint16_t>(bytes, 0x7C00u);
    case at::ScalarType::BFloat16: return first_full_exponent<std::uint16_t>(bytes, 0x7F80u);
    default: PINPOINT_EXPECT(!"a floating type of weights"); return {};
  }
}

}  // namespace pinpoint::pretrained
