/// \file
/// A progress bar with rate and time left on a terminal; a line now and then in a log file.
#pragma once

#include <chrono>
#include <string>
#include <utility>

namespace pinpoint {

/// "1 h 02 min", "3 min 20 s", "12 s", "1.5 s".
std::string format_duration(double seconds);

class Progress {
 public:
  enum class Audience { shown, silent };

  /// `total` units of work called `unit` ("samples"). Silent where `audience` says so (ranks other than 0).
  Progress(std::string title, std::string unit, double total, Audience audience);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Work finished so far, fractions allowed; never less than before. What was finished before the start (a
  /// restart) is given once by `start_at` and does not count for the rate.
  void update(double done);
  void start_at(double done);
  /// A few words that the next bar and lines end with ("loss 1.32").
  void note(std::string words) { note_ = std::move(words); }
  /// The total has turned out to be another one.
  void expect(double total) { total_ = total; }
  /// Ends the bar, so that what is printed next stands on a line of its own.
  void finish();

 private:
  void draw();
  void log_line();

  using Clock = std::chrono::steady_clock;
  std::string title_, unit_, note_;
  double total_, start_ = 0, done_ = 0;
  bool shown_, terminal_, open_ = false;
  Clock::time_point begin_ = Clock::now(), last_ = begin_;
};

}  // namespace pinpoint
