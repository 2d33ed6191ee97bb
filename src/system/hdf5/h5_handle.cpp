#include "system/hdf5/h5_handle.h"

#include <hdf5.h>

#include <type_traits>

namespace pinpoint::hdf5 {
namespace {

/// Keeps HDF5's last message. HDF5 has one error stack per process, and its next call clears it, even the closing of a
/// handle.
std::string& last_reason() {
  static std::string reason = "no reason given";
  return reason;
}

/// HDF5 calls this for every error.
herr_t remember_reason(hid_t stack, void* reason) {
  const auto take_first = [](unsigned n, const H5E_error2_t* error, void* text) -> herr_t {
    if (n == 0 && error->desc) *static_cast<std::string*>(text) = error->desc;
    return 0;
  };
  return H5Ewalk2(stack, H5E_WALK_UPWARD, take_first, reason);
}

}  // namespace

static_assert(std::is_same_v<hid_t, std::int64_t>, "H5Handle stores hid_t as a 64-bit integer");

void H5Handle::close() {
  if (valid()) H5Idec_ref(std::exchange(id_, -1));
}

std::string hdf5_reason() { return last_reason(); }

void silence_hdf5() { H5Eset_auto2(H5E_DEFAULT, remember_reason, &last_reason()); }

}  // namespace pinpoint::hdf5
