/// \file
/// Times things against each other on a machine that others use too.
///
/// An absolute time says little there, and two times taken one after the other differ by what the neighbours did
/// meanwhile. So the things are timed in turns, in many rounds, and what counts is the ratio within a round: the median
/// over the rounds, with its spread. Google Benchmark has no such pairing: it runs one benchmark to its end before the
/// next one begins, also with random interleaving, and reports no ratios.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

namespace pinpoint::bench {

/// The middle of some numbers, and between which two all of them but the outermost quarters lie.
struct Spread {
  double median = 0;
  double low = 0;   ///< first quartile
  double high = 0;  ///< third quartile
};
/// \pre `values` is not empty
Spread spread_of(std::vector<double> values);

/// Seconds of every round.
class Rounds {
 public:
  explicit Rounds(std::vector<std::vector<double>> seconds) : seconds_(std::move(seconds)) {}

  /// Of one call of thing `thing`.
  Spread seconds(std::size_t thing) const;
  /// `scale` * time of `thing` / time of `other`, taken round by round.
  Spread ratio(std::size_t thing, std::size_t other, double scale = 1) const;

 private:
  std::vector<std::vector<double>> seconds_;  // [things][rounds]
};

/// How often a thing is called in a round.
enum class Calls {
  once,   ///< it takes long enough, or ranks do it together and must call it equally often
  often,  ///< until a tenth of a second has passed
};

/// Calls each thing to warm up, then times all of them in every round, each round beginning with another one.
Rounds time_in_turns(std::int64_t rounds, Calls calls, const std::vector<std::function<void()>>& things);

}  // namespace pinpoint::bench
