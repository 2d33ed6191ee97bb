/// \file
/// Conversions between C++ types, H5Type and the library's types in memory.
#pragma once

#include "system/hdf5/h5_file.h"

namespace pinpoint::hdf5 {

/// Begin of the name that netCDF's library gives to a scale without a variable: a dimension with only a length.
inline constexpr std::string_view not_a_variable = "This is a netCDF dimension but not a netCDF variable.";

template <H5Value T>
constexpr H5Type type_of() {
  if constexpr (std::same_as<T, float>) return H5Type::float32;
  if constexpr (std::same_as<T, double>) return H5Type::float64;
  if constexpr (std::same_as<T, std::int32_t>) return H5Type::int32;
  if constexpr (std::same_as<T, std::int64_t>) return H5Type::int64;
  return H5Type::text;
}

/// Text is stored as strings of variable length, which h5py and xarray read as str.
H5Handle library_type(H5Type type);
/// The H5Type of a stored type; `other` for one that this program does not use.
H5Type type_of(const H5Handle& library_type);
std::size_t size_of(H5Type type);

/// Values in the form that HDF5 reads.
template <H5Value T>
class H5Source {
 public:
  explicit H5Source(std::span<const T> values) : values_(values) {}
  /// Never null: HDF5 refuses null even for no values.
  const void* data() const { return values_.empty() ? static_cast<const void*>(this) : values_.data(); }

 private:
  std::span<const T> values_;
};

/// For text, HDF5 reads pointers.
template <>
class H5Source<std::string> {
 public:
  explicit H5Source(std::span<const std::string> values);
  const void* data() const { return pointers_.empty() ? static_cast<const void*>(this) : pointers_.data(); }

 private:
  std::vector<const char*> pointers_;
};

/// A buffer that HDF5 writes values into; never null.
template <H5Value T>
class H5Target {
 public:
  explicit H5Target(std::size_t count) : values_(count) { values_.reserve(1); }
  void* data() { return values_.data(); }
  /// \param space the data space that was read
  std::vector<T> take(const H5Handle& /*space*/) { return std::move(values_); }

 private:
  std::vector<T> values_;
};

template <>
class H5Target<std::string> {
 public:
  explicit H5Target(std::size_t count) : pointers_(count) { pointers_.reserve(1); }
  void* data() { return pointers_.data(); }
  /// Copies and frees the strings that HDF5 allocated.
  std::vector<std::string> take(const H5Handle& space);

 private:
  std::vector<char*> pointers_;
};

}  // namespace pinpoint::hdf5
