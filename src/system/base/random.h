/// \file
/// Random choices that are the same on every machine, compiler and number of ranks.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace pinpoint {

/// A stream of random numbers that follows from the run's seed and the purpose of the choice. So no choice depends on
/// how many others came before it. The generator is SplitMix64 (Steele, Lea, Flood 2014). The distributions are our
/// own, because those of the standard library differ between implementations.
class Random {
 public:
  Random(std::uint64_t seed, std::string_view purpose);

  std::uint64_t bits();
  /// Uniform in 0 .. bound-1, without bias. \pre bound > 0
  std::uint64_t below(std::uint64_t bound);
  /// Uniform in [0, 1), 53 random bits.
  double uniform();
  /// Standard normal (Box-Muller).
  double normal();
  /// `count` distinct numbers of 0 .. bound-1 in random order. \pre count <= bound
  std::vector<std::int64_t> sample(std::int64_t bound, std::int64_t count);

 private:
  std::uint64_t state_;
};

}  // namespace pinpoint
