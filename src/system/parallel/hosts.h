/// \file
/// The machines of the ranks, and other short texts that all ranks know of each other.
#pragma once

#include <string>
#include <vector>

#include "system/parallel/communicator.h"

namespace pinpoint::parallel {

/// The text of each rank, on every rank. Collective. \pre a text is one line
std::vector<std::string> texts_of_all(const Communicator& world, const std::string& text);

/// The host of each rank, on every rank. Collective.
std::vector<std::string> host_names(const Communicator& world);

struct Peers {
  int before = 0;  ///< of lower rank
  int all = 1;     ///< including this rank
};
/// The ranks that gave the same text as this one. Collective.
Peers peers_with_same(const Communicator& world, const std::string& text);

/// The ranks on this machine. Collective.
Peers peers_on_host(const Communicator& world);

}  // namespace pinpoint::parallel
