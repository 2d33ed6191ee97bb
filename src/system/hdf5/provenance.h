/// \file
/// Where a file's numbers come from: the root attributes of every HDF5 file (hdf5_schemas/provenance.yaml).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "system/hdf5/h5_file.h"

namespace pinpoint::hdf5 {

/// A file that another one was made from.
struct Parent {
  std::string name;
  std::string sha256;
  bool operator==(const Parent&) const = default;
};

Parent parent_of(const files::InputFile& input);

struct Provenance {
  std::string software_version, commit;
  std::string created;  ///< ISO 8601, UTC
  std::string config;   ///< YAML of every key in force
  std::string model_sha256;
  std::vector<Parent> parents;
  std::int64_t world_size = 1;
  std::vector<std::string> hosts;
  std::string slurm_job_id;  ///< empty outside of Slurm
  bool operator==(const Provenance&) const = default;
};

/// What the program knows by itself: its version and commit, the time, the Slurm job. The rest is left to the caller.
Provenance provenance_now();

/// Writes the attributes, with `schema` (a kind that hdf5_schemas/ describes) and that description's version.
void write_provenance(H5File& file, std::string_view schema, const Provenance& provenance);
Provenance read_provenance(const H5File& file);

/// Throws a UserError unless the file is of that kind and version.
void require_schema(const H5File& file, std::string_view schema);

}  // namespace pinpoint::hdf5
