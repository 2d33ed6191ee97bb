#include "system/base/progress.h"

#include <algorithm>
#include <cmath>
#include <iostream>

#include "system/base/log.h"
#include "system/base/terminal.h"

namespace pinpoint {
namespace {

constexpr double redraw_seconds = 0.1;
constexpr double log_seconds = 30;
constexpr int bar_width = 28;

}  // namespace

std::string format_duration(double seconds) {
  if (seconds < 9.95) return fmt::format("{:.1f} s", std::max(0.0, seconds));
  const auto s = static_cast<long long>(std::llround(std::max(0.0, seconds)));
  if (s >= 3600) return fmt::format("{} h {:02} min", s / 3600, s / 60 % 60);
  if (s >= 60) return fmt::format("{} min {:02} s", s / 60, s % 60);
  return fmt::format("{} s", s);
}

Progress::Progress(std::string title, std::string unit, double total, Audience audience)
    : title_(std::move(title)), unit_(std::move(unit)), total_(total), shown_(audience == Audience::shown),
      terminal_(writes_to_terminal()) {}

Progress::~Progress() { finish(); }

void Progress::start_at(double done) {
  start_ = done_ = done;
  begin_ = last_ = Clock::now();
}

void Progress::update(double done) {
  done_ = std::max(done_, done);
  if (!shown_) return;
  const auto now = Clock::now();
  const double since = std::chrono::duration<double>(now - last_).count();
  if (since < (terminal_ ? redraw_seconds : log_seconds)) return;
  last_ = now;
  terminal_ ? draw() : log_line();
}

void Progress::finish() {
  if (!open_) return;
  draw();
  std::cerr << '\n';
  open_ = false;
}

void Progress::draw() {
  const double share = total_ > 0 ? std::min(1.0, done_ / total_) : 1.0;
  const double elapsed = std::chrono::duration<double>(Clock::now() - begin_).count();
  const double rate = elapsed > 0 ? (done_ - start_) / elapsed : 0;
  const int filled = static_cast<int>(share * bar_width);
  const std::string left = rate > 0 ? format_duration((total_ - done_) / rate) : "?";
  std::cerr << fmt::format("\r{} [{:#<{}}{:.<{}}] {:3.0f} %  {:.3g} {}/s  {} left {} \033[K", title_, "", filled, "",
                           bar_width - filled, 100 * share, rate, unit_, left, note_)
            << std::flush;
  open_ = true;
}

void Progress::log_line() {
  const double elapsed = std::chrono::duration<double>(Clock::now() - begin_).count();
  const double rate = elapsed > 0 ? (done_ - start_) / elapsed : 0;
  log_info("{}: {:.1f} of {:g} {}, {:.3g}/s, {} left{}{}", title_, done_, total_, unit_, rate,
           rate > 0 ? format_duration((total_ - done_) / rate) : "?", note_.empty() ? "" : ", ", note_);
}

}  // namespace pinpoint
