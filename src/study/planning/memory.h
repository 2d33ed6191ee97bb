/// \file
/// The memory of one rank, part by part.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace pinpoint::planning {

struct MemoryPart {
  std::string name;  ///< as in the report
  double bytes = 0;
};

struct Memory {
  std::vector<MemoryPart> parts;  ///< of the memory that the rank computes in
  double host = 0;                ///< bytes of the machine's memory besides

  void add(std::string name, double bytes) {
    if (bytes > 0) parts.push_back({std::move(name), bytes});
  }
  Memory& operator+=(const Memory& other) {
    parts.insert(parts.end(), other.parts.begin(), other.parts.end());
    host += other.host;
    return *this;
  }
  double total() const {
    double bytes = 0;
    for (const MemoryPart& part : parts) bytes += part.bytes;
    return bytes;
  }
};

}  // namespace pinpoint::planning
