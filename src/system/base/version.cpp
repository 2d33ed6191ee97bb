#include "system/base/version.h"

#include "pinpoint_commit.h"

namespace pinpoint {

std::string software_version() { return PINPOINT_VERSION; }
std::string software_commit() { return PINPOINT_COMMIT; }

}  // namespace pinpoint
