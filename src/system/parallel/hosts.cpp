#include "system/parallel/hosts.h"

#include "system/base/check.h"
#include "system/base/host.h"
#include "system/parallel/collectives.h"

namespace pinpoint::parallel {

std::vector<std::string> texts_of_all(const Communicator& world, const std::string& text) {
  PINPOINT_EXPECT(text.find('\n') == std::string::npos);
  std::string joined;
  for (const std::string& each : gather(world, text)) joined += each + '\n';
  joined = broadcast(world, joined, 0);
  std::vector<std::string> texts;
  for (std::size_t begin = 0, end = 0; begin < joined.size(); begin = end + 1) {
    end = joined.find('\n', begin);
    texts.push_back(joined.substr(begin, end - begin));
  }
  return texts;
}

std::vector<std::string> host_names(const Communicator& world) { return texts_of_all(world, host_name()); }

Peers peers_with_same(const Communicator& world, const std::string& text) {
  Peers peers{.before = 0, .all = 0};
  int rank = 0;
  for (const std::string& each : texts_of_all(world, text)) {
    if (each == text) ++peers.all;
    if (each == text && rank < world.rank()) ++peers.before;
    ++rank;
  }
  return peers;
}

Peers peers_on_host(const Communicator& world) { return peers_with_same(world, host_name()); }

}  // namespace pinpoint::parallel
