/// \file
/// Times things against each other on a shared machine.
///
/// Absolute times mean little there, and two times taken one after the other differ by the load of other processes. So
/// the things are timed in turns, in many rounds. The result is the ratio within a round: its median over the rounds,
/// and its spread. Google Benchmark has no such pairing: even with random interleaving it finishes one benchmark before
/// it begins the next, and it reports no ratios.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

namespace pinpoint::bench {

/// Median and quartiles.
struct Spread {
  double median = 0;
  double low = 0;   ///< first quartile
  double high = 0;  ///< third quartile
};
/// \pre `values` is not empty
Spread spread_of(std::vector<double> values);

/// The seconds of all rounds.
class Rounds {
 public:
  explicit Rounds(std::vector<std::vector<double>> seconds) : seconds_(std::move(seconds)) {}

  /// Of one call of a thing.
  Spread seconds(std::size_t thing) const;
  /// scale * time of `thing` / time of `other`, round by round.
  Spread ratio(std::size_t thing, std::size_t other, double scale = 1) const;

 private:
  std::vector<std::vector<double>> seconds_;  // [things][rounds]
};

/// How often a thing is called per round.
enum class Calls {
  once,   ///< for things that take long, or that all ranks must call equally often
  often,  ///< until a tenth of a second has passed
};

/// Calls each thing to warm up, then times all of them in every round. Each round begins with another thing.
Rounds time_in_turns(std::int64_t rounds, Calls calls, const std::vector<std::function<void()>>& things);

}  // namespace pinpoint::bench
