/// \file
/// An identifier of the HDF5 library that is released at the end of its scope, and the library's error messages. Only
/// the h5_*.cpp files include <hdf5.h>. hid_t is a 64-bit integer.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

namespace pinpoint::hdf5 {

/// Owns one reference to a file, data set, type, space, attribute or property list.
class H5Handle {
 public:
  H5Handle() = default;
  explicit H5Handle(std::int64_t id) : id_(id) {}
  H5Handle(H5Handle&& other) noexcept : id_(std::exchange(other.id_, -1)) {}
  H5Handle& operator=(H5Handle&& other) noexcept {
    std::swap(id_, other.id_);
    return *this;
  }
  ~H5Handle() { close(); }

  std::int64_t id() const { return id_; }
  bool valid() const { return id_ >= 0; }
  void close();
  /// Gives up ownership, for a call that closes the identifier and returns whether that worked.
  std::int64_t release() { return std::exchange(id_, -1); }

 private:
  std::int64_t id_ = -1;
};

/// From now on HDF5 does not print its error stack. Our own messages include `hdf5_reason`.
void silence_hdf5();

/// HDF5's message for its last error: the innermost of its error stack.
std::string hdf5_reason();

}  // namespace pinpoint::hdf5
