#include <hdf5.h>
#include <hdf5_hl.h>

#include <algorithm>

#include "system/base/check.h"
#include "system/hdf5/h5_type.h"

namespace pinpoint::hdf5 {
namespace {

constexpr std::int64_t cached_chunk = 1 << 20;  // bytes: chunks up to this size fit into HDF5's cache

std::int64_t product(const std::vector<std::int64_t>& sizes) {
  std::int64_t result = 1;
  for (const std::int64_t size : sizes) result *= size;
  return result;
}

std::vector<hsize_t> library_shape(const std::vector<std::int64_t>& shape) { return {shape.begin(), shape.end()}; }

H5Handle space_of(const std::vector<std::int64_t>& shape) {
  if (shape.empty()) return H5Handle(H5Screate(H5S_SCALAR));
  return H5Handle(H5Screate_simple(static_cast<int>(shape.size()), library_shape(shape).data(), nullptr));
}

/// As much of the last axes as fits into `cached_chunk`. \pre neither the shape nor an axis is empty
std::vector<std::int64_t> chunk_of(std::vector<std::int64_t> shape, std::int64_t element_size) {
  std::int64_t bytes = product(shape) * element_size;
  for (std::int64_t& size : shape) {
    const std::int64_t rest = bytes / size;
    size = std::clamp<std::int64_t>(cached_chunk / rest, 1, size);
    bytes = rest * size;
  }
  return shape;
}

/// Chunked and checksummed if HDF5 can do that: not for a single value, an empty data set or text.
/// \param even_chunks largest number of values in a chunk; 0: chunks as in `chunk_of`
H5Handle creation_properties(const std::vector<std::int64_t>& shape, H5Type type, std::int64_t even_chunks) {
  H5Handle properties(H5Pcreate(H5P_DATASET_CREATE));
  if (shape.empty() || product(shape) == 0 || type == H5Type::text) return properties;
  const auto chunk = even_chunks > 0 ? library_shape({H5File::even_chunk(product(shape), even_chunks)})
                                     : library_shape(chunk_of(shape, static_cast<std::int64_t>(size_of(type))));
  H5Pset_chunk(properties.id(), static_cast<int>(chunk.size()), chunk.data());
  H5Pset_fletcher32(properties.id());
  return properties;
}

/// Creates missing groups of a path.
H5Handle link_properties() {
  H5Handle properties(H5Pcreate(H5P_LINK_CREATE));
  H5Pset_create_intermediate_group(properties.id(), 1);
  return properties;
}

std::string last_component(const std::string& name) { return name.substr(name.rfind('/') + 1); }

template <H5Value T>
bool add_attribute(const H5Handle& file, const std::string& name, const H5Handle& space, std::span<const T> values) {
  const H5Handle type = library_type(type_of<T>());
  const H5Handle attribute(H5Acreate2(file.id(), name.c_str(), type.id(), space.id(), H5P_DEFAULT, H5P_DEFAULT));
  // HDF5 refuses a null buffer even for no values.
  return attribute.valid() && (values.empty() || H5Awrite(attribute.id(), type.id(), H5Source<T>(values).data()) >= 0);
}

}  // namespace

std::int64_t H5File::even_chunk(std::int64_t size, std::int64_t largest) {
  const std::int64_t chunks = (size + largest - 1) / largest;
  return (size + chunks - 1) / chunks;
}

H5Handle H5File::create_data_set(const std::string& name, H5Type type, const std::vector<std::int64_t>& shape,
                                 std::int64_t largest_chunk) {
  PINPOINT_EXPECT(target_);
  H5Handle data_set(H5Dcreate2(file_.id(), name.c_str(), library_type(type).id(), space_of(shape).id(),
                               link_properties().id(), creation_properties(shape, type, largest_chunk).id(),
                               H5P_DEFAULT));
  check(data_set.valid(), fmt::format("data set {} cannot be made", name));
  return data_set;
}

void H5File::attach_scales(const H5Handle& data_set, const std::vector<std::string>& scales) {
  for (std::size_t axis = 0; axis < scales.size(); ++axis) {
    const auto index = static_cast<unsigned>(axis);
    const H5Handle scale = open_data_set(scales[axis]);
    check(H5DSattach_scale(data_set.id(), scale.id(), index) >= 0 &&
              H5DSset_label(data_set.id(), index, last_component(scales[axis]).c_str()) >= 0,
          fmt::format("scale {} cannot be attached", scales[axis]));
  }
}

std::int64_t H5File::scale_size(const std::string& scale) const {
  const H5Handle space(H5Dget_space(open_data_set(scale).id()));
  return H5Sget_simple_extent_npoints(space.id());
}

template <H5Value T>
void H5File::write_scale(const std::string& name, const std::vector<T>& places) {
  const H5Handle data_set = create_data_set(name, type_of<T>(), {static_cast<std::int64_t>(places.size())});
  const H5Handle type = library_type(type_of<T>());
  check(H5Dwrite(data_set.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, H5Source<T>(places).data()) >= 0 &&
            H5DSset_scale(data_set.id(), last_component(name).c_str()) >= 0,
        fmt::format("scale {} cannot be written", name));
}

void H5File::write_length(const std::string& name, std::int64_t length) {
  const H5Handle data_set = create_data_set(name, H5Type::int32, {length});
  // netCDF's library writes the length in ten digits.
  check(H5DSset_scale(data_set.id(), fmt::format("{}{:>11}", not_a_variable, length).c_str()) >= 0,
        fmt::format("scale {} cannot be written", name));
}

void H5File::prepare(const std::string& name, H5Type type, const std::string& scale, std::int64_t largest_chunk) {
  attach_scales(create_data_set(name, type, {scale_size(scale)}, largest_chunk), {scale});
}

template <H5Value T>
void H5File::write(const std::string& name, std::span<const T> values, const std::vector<std::string>& scales) {
  std::vector<std::int64_t> shape;
  for (const std::string& scale : scales) shape.push_back(scale_size(scale));
  PINPOINT_EXPECT(product(shape) == static_cast<std::int64_t>(values.size()));
  const H5Handle data_set = create_data_set(name, type_of<T>(), shape);
  const H5Handle type = library_type(type_of<T>());
  check(H5Dwrite(data_set.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, H5Source<T>(values).data()) >= 0,
        fmt::format("data set {} cannot be written", name));
  attach_scales(data_set, scales);
}

template <H5Value T>
void H5File::write_attribute(const std::string& name, const T& value) {
  check(add_attribute(file_, name, space_of({}), std::span(&value, 1)), "attribute " + name + " cannot be written");
}

template <H5Value T>
void H5File::write_attribute(const std::string& name, const std::vector<T>& values) {
  const H5Handle space = space_of({static_cast<std::int64_t>(values.size())});
  check(add_attribute(file_, name, space, std::span(values)), "attribute " + name + " cannot be written");
}

#define PINPOINT_H5_WRITE(T)                                                                               \
  template void H5File::write_scale<T>(const std::string&, const std::vector<T>&);                         \
  template void H5File::write<T>(const std::string&, std::span<const T>, const std::vector<std::string>&); \
  template void H5File::write_attribute<T>(const std::string&, const T&);                                  \
  template void H5File::write_attribute<T>(const std::string&, const std::vector<T>&)
PINPOINT_H5_WRITE(float);
PINPOINT_H5_WRITE(double);
PINPOINT_H5_WRITE(std::int32_t);
PINPOINT_H5_WRITE(std::int64_t);
PINPOINT_H5_WRITE(std::string);
#undef PINPOINT_H5_WRITE

}  // namespace pinpoint::hdf5
