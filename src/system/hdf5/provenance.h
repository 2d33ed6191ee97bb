/// \file
/// The origin of a file's numbers: the root attributes of every HDF5 file (hdf5_schemas/provenance.yaml).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "system/hdf5/h5_file.h"

namespace pinpoint::hdf5 {

/// A file from which another one was made.
struct Parent {
  std::string name;
  std::string sha256;
  bool operator==(const Parent&) const = default;
};

Parent parent_of(const files::InputFile& input);

struct Provenance {
  std::string software_version, commit;
  std::string created;  ///< ISO 8601, UTC
  std::string config;   ///< YAML with the value of every key
  std::string model_sha256;
  std::vector<Parent> parents;
  std::int64_t world_size = 1;
  std::vector<std::string> hosts;
  std::string slurm_job_id;  ///< empty outside of Slurm
  bool operator==(const Provenance&) const = default;
};

/// With version, commit, time and Slurm job. The caller fills in the rest.
Provenance provenance_now();

/// Writes the attributes, including `schema` (a kind in hdf5_schemas/) and the version of its description.
void write_provenance(H5File& file, std::string_view schema, const Provenance& provenance);
Provenance read_provenance(const H5File& file);

/// \throws UserError unless the file has this kind and its current version
void require_schema(const H5File& file, std::string_view schema);

}  // namespace pinpoint::hdf5
