/// \file
/// What the fuzzers have in common: how a broken property becomes a finding.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace pinpoint::fuzz {

/// Ends the process, as libFuzzer wants it, unless `holds`. \param property what should have been, as a sentence
inline void expect(bool holds, const char* property) {
  if (holds) return;
  std::fprintf(stderr, "broken property: %s\n", property);
  std::abort();
}

}  // namespace pinpoint::fuzz
