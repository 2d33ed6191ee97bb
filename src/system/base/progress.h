/// \file
/// Progress with rate and time left: a bar on a terminal, a line every 30 s in a log.
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

  /// \param total units of work \param unit their name ("samples") \param audience silent on ranks other than 0
  Progress(std::string title, std::string unit, double total, Audience audience);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Units finished so far, fractions allowed. A value below the last one is ignored.
  void update(double done);
  /// Units finished by an earlier run. They do not count for the rate. Called once, before `update`.
  void start_at(double done);
  /// A few words at the end of the next bars and lines ("loss 1.32").
  void note(std::string words) { note_ = std::move(words); }
  /// Corrects the total.
  void expect(double total) { total_ = total; }
  /// Ends the bar, so that later output begins on a new line.
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
