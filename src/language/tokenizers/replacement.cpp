#include "language/tokenizers/replacement.h"

#include "system/base/check.h"

namespace pinpoint::tokenizers {

std::string Replacement::apply(std::string_view text) const {
  PINPOINT_EXPECT(!from.empty());
  std::string replaced;
  replaced.reserve(text.size() + text.size() / 2);
  std::size_t done = 0;
  for (std::size_t at; (at = text.find(from, done)) != std::string_view::npos; done = at + from.size())
    replaced.append(text, done, at - done).append(to);
  return replaced.append(text, done);
}

}  // namespace pinpoint::tokenizers
