#include <hdf5.h>
#include <hdf5_hl.h>

#include <algorithm>
#include <array>

#include "system/base/check.h"
#include "system/hdf5/h5_type.h"

namespace pinpoint::hdf5 {
namespace {

std::vector<std::int64_t> shape_of(const H5Handle& space) {
  std::vector<hsize_t> shape(static_cast<std::size_t>(std::max(0, H5Sget_simple_extent_ndims(space.id()))));
  H5Sget_simple_extent_dims(space.id(), shape.data(), nullptr);
  return {shape.begin(), shape.end()};
}

/// "effect/logit_diff", without the leading slash; empty if there is no object.
std::string path_of(std::int64_t object) {
  std::string name(static_cast<std::size_t>(std::max<ssize_t>(0, H5Iget_name(object, nullptr, 0))), '\0');
  H5Iget_name(object, name.data(), name.size() + 1);
  return name.starts_with('/') ? name.substr(1) : name;
}

/// The path of the first scale on an axis.
std::string scale_on(const H5Handle& data_set, unsigned axis) {
  std::string path;
  const auto take_first = [](hid_t, unsigned, hid_t scale, void* result) -> herr_t {
    *static_cast<std::string*>(result) = path_of(scale);
    return 1;
  };
  H5DSiterate_scales(data_set.id(), axis, nullptr, take_first, &path);
  return path;
}

std::vector<std::string> scales_of(const H5Handle& data_set, std::size_t rank) {
  if (H5DSis_scale(data_set.id()) > 0) return {path_of(data_set.id())};
  std::vector<std::string> scales;
  for (std::size_t axis = 0; axis < rank; ++axis) scales.push_back(scale_on(data_set, static_cast<unsigned>(axis)));
  return scales;
}

bool has_checksum(const H5Handle& data_set) {
  const H5Handle properties(H5Dget_create_plist(data_set.id()));
  unsigned flags = 0;
  std::size_t no_values = 0;
  return H5Pget_filter_by_id2(properties.id(), H5Z_FILTER_FLETCHER32, &flags, &no_values, nullptr, 0, nullptr,
                              nullptr) >= 0;
}

/// Whether the file has all values that the shape claims. Otherwise HDF5 would read missing values as zeros, or
/// allocate memory for a damaged shape.
bool stored_whole(const H5Handle& data_set, const std::vector<std::int64_t>& shape, H5Type type) {
  double promised = static_cast<double>(size_of(type));
  for (const std::int64_t size : shape) promised *= static_cast<double>(size);
  return static_cast<double>(H5Dget_storage_size(data_set.id())) >= promised;
}

/// Whether a scale has only a length, by the name that netCDF gives it.
bool has_length_alone(const H5Handle& data_set) {
  std::array<char, not_a_variable.size() + 1> name{};
  return H5DSis_scale(data_set.id()) > 0 && H5DSget_scale_name(data_set.id(), name.data(), name.size()) >= 0 &&
         name.data() == not_a_variable;
}

std::size_t count_of(const std::vector<std::int64_t>& shape) {
  std::size_t count = 1;
  for (const std::int64_t size : shape) count *= static_cast<std::size_t>(size);
  return count;
}

}  // namespace

H5Handle H5File::open_data_set(const std::string& name) const {
  validate(contains(name), "{}: data set {} is missing; make the file again", path_.string(), name);
  H5Handle data_set(H5Dopen2(file_.id(), name.c_str(), H5P_DEFAULT));
  check(data_set.valid(), fmt::format("data set {} cannot be opened", name));
  return data_set;
}

H5Handle H5File::open_attribute(const std::string& name) const {
  validate(H5Aexists(file_.id(), name.c_str()) > 0, "{}: attribute {} is missing; make the file again", path_.string(),
           name);
  H5Handle attribute(H5Aopen(file_.id(), name.c_str(), H5P_DEFAULT));
  check(attribute.valid(), fmt::format("attribute {} cannot be opened", name));
  return attribute;
}

std::vector<std::string> H5File::data_sets() const {
  std::vector<std::string> names;
  const auto add = [](hid_t group, const char* name, const H5L_info_t*, void* result) -> herr_t {
    const H5Handle object(H5Oopen(group, name, H5P_DEFAULT));
    if (H5Iget_type(object.id()) == H5I_DATASET) static_cast<std::vector<std::string>*>(result)->emplace_back(name);
    return object.valid() ? 0 : -1;
  };
  check(H5Lvisit(file_.id(), H5_INDEX_NAME, H5_ITER_INC, add, &names) >= 0, "its contents cannot be listed");
  std::sort(names.begin(), names.end());
  return names;
}

bool H5File::contains(const std::string& name) const {
  for (std::size_t end = name.find('/'); end != std::string::npos; end = name.find('/', end + 1))
    if (H5Lexists(file_.id(), name.substr(0, end).c_str(), H5P_DEFAULT) <= 0) return false;
  return H5Lexists(file_.id(), name.c_str(), H5P_DEFAULT) > 0;
}

H5DataSet H5File::describe(const std::string& name) const {
  const H5Handle data_set = open_data_set(name);
  const H5Handle type(H5Dget_type(data_set.id())), space(H5Dget_space(data_set.id()));
  H5DataSet result;
  result.type = type_of(type);
  result.shape = shape_of(space);
  result.scales = scales_of(data_set, result.shape.size());
  result.checksummed = has_checksum(data_set);
  result.is_length = has_length_alone(data_set);
  return result;
}

template <H5Value T>
std::vector<T> H5File::read(const std::string& name) const {
  const H5DataSet description = describe(name);
  validate(description.type == type_of<T>(), "{}: data set {} holds {} where {} belongs; make the file again",
           path_.string(), name, name_of(description.type), name_of(type_of<T>()));
  const H5Handle data_set = open_data_set(name);
  validate(stored_whole(data_set, description.shape, description.type),
           "{}: data set {} is damaged (a part of it is not in the file); make the file again", path_.string(), name);
  const H5Handle space(H5Dget_space(data_set.id())), type = library_type(description.type);
  H5Target<T> target(count_of(description.shape));
  check(H5Dread(data_set.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, target.data()) >= 0,
        fmt::format("data set {} cannot be read", name));
  return target.take(space);
}

void H5File::read_values(const std::string& name, std::int64_t first, std::span<float> to) const {
  const H5DataSet description = describe(name);
  validate(description.type == H5Type::float32 && description.shape.size() == 1 && first >= 0 &&
               first + std::ssize(to) <= description.shape[0],
           "{}: data set {} is not a list of {} or more float32 values; make the file again", path_.string(), name,
           first + std::ssize(to));
  if (to.empty()) return;
  const H5Handle data_set = open_data_set(name);
  validate(stored_whole(data_set, description.shape, description.type),
           "{}: data set {} is damaged (a part of it is not in the file); make the file again", path_.string(), name);
  const hsize_t begin = static_cast<hsize_t>(first), count = to.size();
  const H5Handle space(H5Dget_space(data_set.id())), memory(H5Screate_simple(1, &count, nullptr));
  H5Sselect_hyperslab(space.id(), H5S_SELECT_SET, &begin, nullptr, &count, nullptr);
  check(H5Dread(data_set.id(), H5T_NATIVE_FLOAT, memory.id(), space.id(), H5P_DEFAULT, to.data()) >= 0,
        fmt::format("data set {} cannot be read", name));
}

std::vector<std::string> H5File::attributes() const {
  std::vector<std::string> names;
  const auto add = [](hid_t, const char* name, const H5A_info_t*, void* result) -> herr_t {
    static_cast<std::vector<std::string>*>(result)->emplace_back(name);
    return 0;
  };
  check(H5Aiterate2(file_.id(), H5_INDEX_NAME, H5_ITER_INC, nullptr, add, &names) >= 0,
        "its attributes cannot be listed");
  return names;
}

H5Attribute H5File::describe_attribute(const std::string& name) const {
  const H5Handle attribute = open_attribute(name);
  const H5Handle type(H5Aget_type(attribute.id())), space(H5Aget_space(attribute.id()));
  return {type_of(type), !shape_of(space).empty()};
}

template <H5Value T>
std::vector<T> H5File::read_attribute_list(const std::string& name) const {
  const H5Type stored = describe_attribute(name).type;
  validate(stored == type_of<T>(), "{}: attribute {} holds {} where {} belongs; make the file again", path_.string(),
           name, name_of(stored), name_of(type_of<T>()));
  const H5Handle attribute = open_attribute(name);
  const H5Handle space(H5Aget_space(attribute.id())), type = library_type(stored);
  H5Target<T> target(count_of(shape_of(space)));
  check(H5Aread(attribute.id(), type.id(), target.data()) >= 0, fmt::format("attribute {} cannot be read", name));
  return target.take(space);
}

template <H5Value T>
T H5File::read_attribute(const std::string& name) const {
  validate(!describe_attribute(name).is_list, "{}: attribute {} is a list where one value belongs; make the file again",
           path_.string(), name);
  return read_attribute_list<T>(name).front();
}

#define PINPOINT_H5_READ(T)                                          \
  template std::vector<T> H5File::read<T>(const std::string&) const; \
  template T H5File::read_attribute<T>(const std::string&) const;    \
  template std::vector<T> H5File::read_attribute_list<T>(const std::string&) const
PINPOINT_H5_READ(float);
PINPOINT_H5_READ(double);
PINPOINT_H5_READ(std::int32_t);
PINPOINT_H5_READ(std::int64_t);
PINPOINT_H5_READ(std::string);
#undef PINPOINT_H5_READ

}  // namespace pinpoint::hdf5
