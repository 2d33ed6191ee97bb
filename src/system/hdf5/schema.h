/// \file
/// The description of one kind of HDF5 file, from hdf5_schemas/KIND.yaml. The descriptions are compiled into the
/// program.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "system/hdf5/h5_file.h"

namespace pinpoint::hdf5 {

/// Where a data set of floating point numbers may have NaN.
enum class NanRule {
  never,
  incomplete,  ///< if the attribute `complete` is 0: for whole samples, the same ones in every such data set
  allowed,
};

struct AttributeRule {
  std::string name;
  H5Type type = H5Type::other;
  bool is_list = false;
};

/// An axis is named by its scale, a data set that names its places. In names of axes and data sets, a `*` matches every
/// number that the file has there ("tuned/layers.*/q_proj").
struct AxisRule {
  std::string name;
  H5Type type = H5Type::other;
  std::vector<std::string> product_of;  ///< the size is the product of these axes' sizes; empty: any size
  bool length_alone = false;            ///< its scale has no values
};

struct DataSetRule {
  std::string name;
  H5Type type = H5Type::other;
  std::vector<std::string> axes;
  NanRule nan = NanRule::never;
  std::vector<std::string> within;  ///< per column, the axis on which its numbers are places; empty: any numbers
  bool distinct = false;            ///< no two rows are equal
  bool required = true;
};

struct Schema {
  std::string kind;
  std::int64_t version = 0;
  std::vector<AttributeRule> attributes;  ///< including those of every file (provenance.yaml); all required
  std::vector<AxisRule> axes;
  std::vector<DataSetRule> data_sets;
};

/// The schema with every `*` replaced by the numbers that the names in `data_sets` have there. An axis with a `*`
/// occurs only if it is one of `data_sets`.
Schema with_numbers(const Schema& schema, const std::vector<std::string>& data_sets);

/// Whether there is a description of this kind of file.
bool schema_exists(std::string_view kind);
/// \throws UserError for an unknown kind
Schema load_schema(std::string_view kind);
/// \param name of the text, for messages \throws UserError if the text is not a description
Schema parse_schema(std::string_view yaml, std::string_view name);

}  // namespace pinpoint::hdf5
