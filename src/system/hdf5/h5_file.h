/// \file
/// One HDF5 file, written once or read.
///
/// A file is written whole or not at all. It is built in memory and reaches the disk in `commit`, as NAME.tmp that is
/// flushed and renamed: HDF5 survives neither a kill in mid-update nor a full disk (it goes on trying to write when it
/// is closed, and when the program ends), so it is never given the chance.
#pragma once

#include <concepts>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "system/files/atomic_file.h"
#include "system/files/input_file.h"
#include "system/hdf5/h5_handle.h"

namespace pinpoint::hdf5 {

/// What a data set or an attribute holds. Text is UTF-8 of any length.
enum class H5Type { float32, float64, int32, int64, text, other };

/// "float32", ..., as in hdf5_schemas/.
std::string_view name_of(H5Type type);

template <class T>
concept H5Value = std::same_as<T, float> || std::same_as<T, double> || std::same_as<T, std::int32_t> ||
    std::same_as<T, std::int64_t> || std::same_as<T, std::string>;

/// What is known of a data set without reading it.
struct H5DataSet {
  H5Type type = H5Type::other;
  std::vector<std::int64_t> shape;
  /// [rank] the scale on each axis, by its path in the file; empty where an axis has none. A scale is its own.
  std::vector<std::string> scales;
  bool checksummed = false;  ///< every chunk carries its Fletcher32
  bool is_length = false;    ///< a scale that has a length and no values
};

/// Whether the seal of a file that is opened is compared: that reads the whole file once.
enum class SealCheck { now, done_before };

struct H5Attribute {
  H5Type type = H5Type::other;
  bool is_list = false;
};

class H5File {
 public:
  /// A new file. \throws UserError when `path` cannot be written to
  static H5File create(const std::filesystem::path& path);
  /// A file to read. \throws UserError when it is missing, unreadable, damaged (system/hdf5/seal.h), truncated or no
  /// HDF5 file
  static H5File open(const std::filesystem::path& path, SealCheck check = SealCheck::now);
  /// A file whose bytes are in memory; HDF5 copies them. Compares the seal. Errors as of `open`.
  static H5File open(const files::InputFile& input);

  const std::filesystem::path& path() const { return path_; }

  /// A dimension scale: an axis, with the name of each of its places. Its last path component names the axis.
  template <H5Value T>
  void write_scale(const std::string& name, const std::vector<T>& places);
  /// An axis of which there is nothing to say but its length: takes no room, whatever the length. To netCDF, and so to
  /// xarray, it is a dimension without a variable.
  void write_length(const std::string& name, std::int64_t length);
  /// A data set of one axis per scale (by path, written before), row major. Groups in the path are made. Chunked and
  /// checksummed unless it is a single value or empty. \pre values.size() is the product of the scales' sizes
  template <H5Value T>
  void write(const std::string& name, std::span<const T> values, const std::vector<std::string>& scales);
  template <H5Value T>
  void write(const std::string& name, const std::vector<T>& values, const std::vector<std::string>& scales) {
    write(name, std::span<const T>(values), scales);
  }
  /// A data set of a single value.
  template <H5Value T>
  void write_value(const std::string& name, const T& value) {
    write(name, std::span<const T>(&value, 1), {});
  }
  /// A data set of one axis, without its values, which several ranks will write (h5_file_parallel.h): in even chunks
  /// of at most `largest_chunk` values, with checksums. \pre the scale is not empty
  void prepare(const std::string& name, H5Type type, const std::string& scale,
               std::int64_t largest_chunk = prepared_chunk);
  static constexpr std::int64_t prepared_chunk = 1 << 20;
  /// The values of a chunk where `size` of them are in even chunks of at most `largest`.
  static std::int64_t even_chunk(std::int64_t size, std::int64_t largest = prepared_chunk);
  /// Attributes of the file itself.
  template <H5Value T>
  void write_attribute(const std::string& name, const T& value);
  template <H5Value T>
  void write_attribute(const std::string& name, const std::vector<T>& values);
  /// Puts the file under its name, whole and flushed to the disk; it is closed then.
  /// \throws UserError when the disk is full; nothing is left of the new file then
  void commit();
  /// Instead of `commit`: writes NAME.tmp, without a seal, and hands it over to whoever fills the data sets prepared.
  std::unique_ptr<files::AtomicFile> hand_over();

  /// Paths of all data sets, without a leading slash, in alphabetical order.
  std::vector<std::string> data_sets() const;
  bool contains(const std::string& name) const;
  H5DataSet describe(const std::string& name) const;
  /// All values, row major. \throws UserError when the data set is missing, of another type, or damaged
  template <H5Value T>
  std::vector<T> read(const std::string& name) const;
  /// The values of a data set of one axis from `first` on, as many as `to` has room for. Errors as of `read`.
  void read_values(const std::string& name, std::int64_t first, std::span<float> to) const;

  std::vector<std::string> attributes() const;
  H5Attribute describe_attribute(const std::string& name) const;
  /// \throws UserError when the attribute is missing or of another type, and (`read_attribute`) when it is a list
  template <H5Value T>
  T read_attribute(const std::string& name) const;
  template <H5Value T>
  std::vector<T> read_attribute_list(const std::string& name) const;

 private:
  H5File(std::filesystem::path path, std::unique_ptr<files::AtomicFile> target, H5Handle file);
  H5Handle open_data_set(const std::string& name) const;
  H5Handle open_attribute(const std::string& name) const;
  H5Handle create_data_set(const std::string& name, H5Type type, const std::vector<std::int64_t>& shape,
                           std::int64_t largest_chunk = 0);
  std::string finish();
  void attach_scales(const H5Handle& data_set, const std::vector<std::string>& scales);
  std::int64_t scale_size(const std::string& scale) const;
  /// Throws a UserError "FILE: WHAT (HDF5's reason); ..." unless `done`.
  void check(bool done, const std::string& what) const;

  std::filesystem::path path_;
  std::unique_ptr<files::AtomicFile> target_;  ///< where a new file goes; none for one that is read
  H5Handle file_;
};

}  // namespace pinpoint::hdf5
