/// \file
/// The description of one kind of HDF5 file, as hdf5_schemas/KIND.yaml gives it. The same descriptions stand inside
/// the program.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "system/hdf5/h5_file.h"

namespace pinpoint::hdf5 {

/// Where a data set of floating point numbers may hold NaN.
enum class NanRule {
  never,
  incomplete,  ///< in files whose attribute `complete` is 0: whole samples, the same in every such data set
  allowed,
};

struct AttributeRule {
  std::string name;
  H5Type type = H5Type::other;
  bool is_list = false;
};

/// An axis is named by its scale, a data set with the names of its places. In the names of axes and data sets a `*`
/// stands for every number that the file has at that place ("tuned/layers.*/q_proj").
struct AxisRule {
  std::string name;
  H5Type type = H5Type::other;
  std::vector<std::string> product_of;  ///< axes whose sizes multiply to this one's; empty: any size
  bool length_alone = false;            ///< its scale has no values
};

struct DataSetRule {
  std::string name;
  H5Type type = H5Type::other;
  std::vector<std::string> axes;
  NanRule nan = NanRule::never;
  std::vector<std::string> within;  ///< axes in which the whole numbers of each column are places; empty: any
  bool distinct = false;            ///< no two rows are equal
  bool required = true;
};

struct Schema {
  std::string kind;
  std::int64_t version = 0;
  std::vector<AttributeRule> attributes;  ///< those of every file (provenance.yaml) included; all required
  std::vector<AxisRule> axes;
  std::vector<DataSetRule> data_sets;
};

/// The schema with every name that has a `*` written out for the numbers that `data_sets` have there; an axis only
/// where it is among them.
Schema with_numbers(const Schema& schema, const std::vector<std::string>& data_sets);

/// Whether there is a description of that kind of file.
bool schema_exists(std::string_view kind);
/// \throws UserError when there is none
Schema load_schema(std::string_view kind);
/// A description from its text. `name` stands for it in messages. \throws UserError when it is not a description
Schema parse_schema(std::string_view yaml, std::string_view name);

}  // namespace pinpoint::hdf5
