#include "system/base/random.h"

#include <cmath>
#include <numbers>
#include <unordered_map>

#include "system/base/check.h"

namespace pinpoint {
namespace {

constexpr std::uint64_t golden_gamma = 0x9E3779B97F4A7C15u;

std::uint64_t mix(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

/// FNV-1a, which is the same on every machine; std::hash need not be.
std::uint64_t hash(std::string_view text) {
  std::uint64_t h = 0xCBF29CE484222325u;
  for (unsigned char c : text) h = (h ^ c) * 0x100000001B3u;
  return h;
}

}  // namespace

Random::Random(std::uint64_t seed, std::string_view purpose) : state_(mix(seed + golden_gamma) ^ hash(purpose)) {}

std::uint64_t Random::bits() { return mix(state_ += golden_gamma); }

std::uint64_t Random::below(std::uint64_t bound) {
  PINPOINT_EXPECT(bound > 0);
  const std::uint64_t incomplete = (0 - bound) % bound;  // the first `incomplete` results would be more likely
  std::uint64_t x = bits();
  while (x < incomplete) x = bits();
  return x % bound;
}

double Random::uniform() { return static_cast<double>(bits() >> 11) * 0x1.0p-53; }

double Random::normal() {
  const double radius = std::sqrt(-2 * std::log(1 - uniform()));
  return radius * std::cos(2 * std::numbers::pi * uniform());
}

std::vector<std::int64_t> Random::sample(std::int64_t bound, std::int64_t count) {
  PINPOINT_EXPECT(count <= bound);
  // Fisher-Yates over 0 .. bound-1; only swapped places are stored.
  std::unordered_map<std::int64_t, std::int64_t> moved;
  const auto at = [&](std::int64_t i) {
    const auto found = moved.find(i);
    return found == moved.end() ? i : found->second;
  };
  std::vector<std::int64_t> chosen;
  for (std::int64_t i = 0; i < count; ++i) {
    const auto j = i + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(bound - i)));
    chosen.push_back(at(j));
    moved[j] = at(i);
  }
  return chosen;
}

}  // namespace pinpoint
