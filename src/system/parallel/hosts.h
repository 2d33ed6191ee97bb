/// \file
/// Which ranks share a machine.
#pragma once

#include <string>
#include <vector>

#include "system/parallel/communicator.h"

namespace pinpoint::parallel {

/// Every rank's host, on every rank. Collective.
std::vector<std::string> host_names(const Communicator& world);

/// Ranks that gave the same text as this one: those before it, and all. Collective.
struct Peers {
  int before = 0;
  int all = 1;
};
Peers peers_with_same(const Communicator& world, const std::string& text);

/// The ranks of this machine. Collective.
Peers peers_on_host(const Communicator& world);

}  // namespace pinpoint::parallel
