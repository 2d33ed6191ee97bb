/// \file
/// Shared by the fuzzers: turns a broken property into a finding.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace pinpoint::fuzz {

/// Aborts, which libFuzzer counts as a finding, unless `holds`. \param property the expected property, as a sentence
inline void expect(bool holds, const char* property) {
  if (holds) return;
  std::fprintf(stderr, "broken property: %s\n", property);
  std::abort();
}

}  // namespace pinpoint::fuzz
