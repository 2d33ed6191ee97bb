#include "system/hdf5/h5_type.h"

#include <hdf5.h>

namespace pinpoint::hdf5 {
namespace {

constexpr H5Type number_types[] = {H5Type::float32, H5Type::float64, H5Type::int32, H5Type::int64};

hid_t native_type(H5Type type) {
  switch (type) {
    case H5Type::float32: return H5T_NATIVE_FLOAT;
    case H5Type::float64: return H5T_NATIVE_DOUBLE;
    case H5Type::int32: return H5T_NATIVE_INT32;
    case H5Type::int64: return H5T_NATIVE_INT64;
    default: return H5T_C_S1;
  }
}

}  // namespace

std::string_view name_of(H5Type type) {
  switch (type) {
    case H5Type::float32: return "float32";
    case H5Type::float64: return "float64";
    case H5Type::int32: return "int32";
    case H5Type::int64: return "int64";
    case H5Type::text: return "text";
    case H5Type::other: break;
  }
  return "another type";
}

H5Handle library_type(H5Type type) {
  H5Handle copy(H5Tcopy(native_type(type)));
  if (type == H5Type::text) {
    H5Tset_size(copy.id(), H5T_VARIABLE);
    H5Tset_cset(copy.id(), H5T_CSET_UTF8);
  }
  return copy;
}

H5Type type_of(const H5Handle& library_type) {
  if (H5Tis_variable_str(library_type.id()) > 0) return H5Type::text;
  for (const H5Type type : number_types)
    if (H5Tequal(library_type.id(), native_type(type)) > 0) return type;
  return H5Type::other;
}

std::size_t size_of(H5Type type) { return H5Tget_size(library_type(type).id()); }

H5Source<std::string>::H5Source(std::span<const std::string> values) {
  for (const std::string& value : values) pointers_.push_back(value.c_str());
}

std::vector<std::string> H5Target<std::string>::take(const H5Handle& space) {
  std::vector<std::string> values;
  for (const char* pointer : pointers_) values.emplace_back(pointer ? pointer : "");
  H5Dvlen_reclaim(library_type(H5Type::text).id(), space.id(), H5P_DEFAULT, pointers_.data());
  return values;
}

}  // namespace pinpoint::hdf5
