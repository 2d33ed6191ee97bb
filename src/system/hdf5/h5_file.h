/// \file
/// An HDF5 file that is written once, or read.
///
/// A file is written completely or not at all. It is built in memory. `commit` writes it as NAME.tmp, flushes and
/// renames it. HDF5 itself never writes to the disk, because a kill during an update damages its file, and after a full
/// disk it keeps trying to write, even when the program ends.
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

/// The type of a data set or attribute. Text is UTF-8 of any length.
enum class H5Type { float32, float64, int32, int64, text, other };

/// "float32", ..., as in hdf5_schemas/.
std::string_view name_of(H5Type type);

template <class T>
concept H5Value = std::same_as<T, float> || std::same_as<T, double> || std::same_as<T, std::int32_t> ||
    std::same_as<T, std::int64_t> || std::same_as<T, std::string>;

/// What a data set is, without its values.
struct H5DataSet {
  H5Type type = H5Type::other;
  std::vector<std::int64_t> shape;
  /// [axes] the path of each axis's scale in the file; empty for an axis without one. A scale is its own scale.
  std::vector<std::string> scales;
  bool checksummed = false;  ///< every chunk has a Fletcher32 checksum
  bool is_length = false;    ///< a scale with a length but no values
};

/// Whether `open` compares the seal, which reads the whole file once.
enum class SealCheck { now, done_before };

struct H5Attribute {
  H5Type type = H5Type::other;
  bool is_list = false;
};

class H5File {
 public:
  /// A new file. \throws UserError if `path` is not writable
  static H5File create(const std::filesystem::path& path);
  /// A file to read. \throws UserError if it is missing, unreadable, damaged (system/hdf5/seal.h), truncated or not an
  /// HDF5 file
  static H5File open(const std::filesystem::path& path, SealCheck check = SealCheck::now);
  /// A file whose bytes are in memory; HDF5 copies them. Compares the seal. Errors as of `open`.
  static H5File open(const files::InputFile& input);

  const std::filesystem::path& path() const { return path_; }

  /// A dimension scale: an axis with the name of each place on it. The last component of the path names the axis.
  template <H5Value T>
  void write_scale(const std::string& name, const std::vector<T>& places);
  /// An axis with a length but no names. It takes no space, whatever the length. For netCDF and xarray it is a
  /// dimension without a variable.
  void write_length(const std::string& name, std::int64_t length);
  /// A data set with one axis per scale, row major. Scales are named by path and written before. Groups in the path are
  /// created. Chunked and checksummed unless it is a single value or empty.
  /// \pre values.size() is the product of the scales' sizes
  template <H5Value T>
  void write(const std::string& name, std::span<const T> values, const std::vector<std::string>& scales);
  template <H5Value T>
  void write(const std::string& name, const std::vector<T>& values, const std::vector<std::string>& scales) {
    write(name, std::span<const T>(values), scales);
  }
  /// A data set with a single value.
  template <H5Value T>
  void write_value(const std::string& name, const T& value) {
    write(name, std::span<const T>(&value, 1), {});
  }
  /// A data set of one axis without values, which several ranks write later (h5_file_parallel.h). It has checksums and
  /// even chunks of at most `largest_chunk` values. \pre the scale is not empty
  void prepare(const std::string& name, H5Type type, const std::string& scale,
               std::int64_t largest_chunk = prepared_chunk);
  static constexpr std::int64_t prepared_chunk = 1 << 20;
  /// Values per chunk if `size` values are divided into even chunks of at most `largest`.
  static std::int64_t even_chunk(std::int64_t size, std::int64_t largest = prepared_chunk);
  /// Attributes of the file itself.
  template <H5Value T>
  void write_attribute(const std::string& name, const T& value);
  template <H5Value T>
  void write_attribute(const std::string& name, const std::vector<T>& values);
  /// Writes the complete file with its seal under its name, flushed to the disk, and closes it.
  /// \throws UserError if the disk is full; nothing of the new file is left then
  void commit();
  /// Instead of `commit`: writes NAME.tmp without a seal. The caller fills the prepared data sets.
  std::unique_ptr<files::AtomicFile> hand_over();

  /// Paths of all data sets, without a leading slash, in alphabetical order.
  std::vector<std::string> data_sets() const;
  bool contains(const std::string& name) const;
  H5DataSet describe(const std::string& name) const;
  /// All values, row major. \throws UserError if the data set is missing, has another type, or is damaged
  template <H5Value T>
  std::vector<T> read(const std::string& name) const;
  /// Values `first` .. `first + to.size() - 1` of a data set of one axis. \throws UserError as `read`
  void read_values(const std::string& name, std::int64_t first, std::span<float> to) const;

  std::vector<std::string> attributes() const;
  H5Attribute describe_attribute(const std::string& name) const;
  /// \throws UserError if the attribute is missing or has another type; for `read_attribute`, also if it is a list
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
  std::unique_ptr<files::AtomicFile> target_;  ///< of a new file; none for a file that is read
  H5Handle file_;
};

}  // namespace pinpoint::hdf5
