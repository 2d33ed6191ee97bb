#include "app/report/heat_map.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <string_view>

namespace pinpoint::report {
namespace {

/// The least effect of each degree of darkness, as a share of the largest effect.
constexpr std::array<double, 4> degrees{0.02, 0.1, 0.3, 0.6};

/// The mark of each degree, from no effect on.
constexpr std::array<std::string_view, 5> negative_marks{"\u00b7", "\u2591", "\u2592", "\u2593", "\u2588"};
constexpr std::array<std::string_view, 5> positive_marks{"\u00b7", "-", "+", "*", "#"};
constexpr std::array<int, 5> negative_colours{0, 223, 215, 208, 196}, positive_colours{0, 153, 111, 69, 27};

std::size_t degree_of(double effect, double largest) {
  std::size_t degree = 0;
  while (degree < degrees.size() && std::abs(effect) >= degrees[degree] * largest && effect != 0) ++degree;
  return degree;
}

std::string cell(double effect, double largest, std::size_t width, Ink ink) {
  if (std::isnan(effect)) return std::string(width, '?');
  const std::size_t degree = degree_of(effect, largest);
  const std::string_view mark = (effect < 0 ? negative_marks : positive_marks)[degree];
  std::string text;
  for (std::size_t i = 0; i < width; ++i) text += degree == 0 && i > 0 ? " " : mark;
  if (ink == Ink::plain || degree == 0) return text;
  return fmt::format("\033[38;5;{}m{}\033[0m", (effect < 0 ? negative_colours : positive_colours)[degree], text);
}

/// The number of every fourth head, above its cell.
std::string scale(std::int64_t heads, std::size_t width) {
  std::string line = "  head     ";
  for (std::int64_t head = 0; head < heads; head += 4)
    line += fmt::format("{:<{}}", head, 4 * (width + (width > 1 ? 1 : 0)));
  return line.substr(0, line.find_last_not_of(' ') + 1);
}

}  // namespace

std::vector<std::string> heat_map(std::span<const double> effects, std::int64_t heads, Ink ink) {
  double largest = 0;
  for (const double effect : effects)
    if (!std::isnan(effect)) largest = std::max(largest, std::abs(effect));
  const std::size_t width = heads <= 16 ? 2 : 1;  // one column per head if there are many
  std::vector<std::string> lines{scale(heads, width)};
  const auto layers = static_cast<std::int64_t>(effects.size()) / heads;
  for (std::int64_t layer = 0; layer < layers; ++layer) {
    std::string line = fmt::format("  layer {:>2} ", layer);
    for (std::int64_t head = 0; head < heads; ++head) {
      if (width > 1 || head == 0) line += ' ';
      line += cell(effects[static_cast<std::size_t>(layer * heads + head)], largest, width, ink);
    }
    lines.push_back(std::move(line));
  }
  std::string legend =
      fmt::format("  of the largest, {:.3g}: {} less than {:.0f} %", largest, negative_marks[0], 100 * degrees[0]);
  for (std::size_t degree = 1; degree <= degrees.size(); ++degree)
    legend += fmt::format(", {0}{0} {1}{1} from {2:.0f} %", negative_marks[degree], positive_marks[degree],
                          100 * degrees[degree - 1]);
  lines.push_back(std::move(legend));
  lines.emplace_back("  blocks are negative: the head lowers the apology when patched; signs are positive");
  return lines;
}

}  // namespace pinpoint::report
