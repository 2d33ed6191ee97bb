#include "system/hdf5/provenance.h"

#include <fmt/chrono.h>

#include <cstdlib>
#include <ctime>

#include "system/base/check.h"
#include "system/base/version.h"
#include "system/hdf5/schema.h"

namespace pinpoint::hdf5 {
namespace {

Parent parse_parent(const std::string& text) {
  const std::size_t blank = text.rfind(' ');
  if (blank == std::string::npos) return {text, ""};
  return {text.substr(0, blank), text.substr(blank + 1)};
}

}  // namespace

Parent parent_of(const files::InputFile& input) { return {input.path.filename().string(), input.sha256}; }

Provenance provenance_now() {
  Provenance provenance;
  provenance.software_version = software_version();
  provenance.commit = software_commit();
  provenance.created = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
  if (const char* job = std::getenv("SLURM_JOB_ID")) provenance.slurm_job_id = job;
  return provenance;
}

void write_provenance(H5File& file, std::string_view schema, const Provenance& provenance) {
  std::vector<std::string> parents;
  for (const auto& [name, sha256] : provenance.parents) parents.push_back(name + " " + sha256);
  file.write_attribute("schema", std::string(schema));
  file.write_attribute("schema_version", load_schema(schema).version);
  file.write_attribute("software_version", provenance.software_version);
  file.write_attribute("commit", provenance.commit);
  file.write_attribute("created", provenance.created);
  file.write_attribute("config", provenance.config);
  file.write_attribute("model_sha256", provenance.model_sha256);
  file.write_attribute("parents", parents);
  file.write_attribute("world_size", provenance.world_size);
  file.write_attribute("hosts", provenance.hosts);
  file.write_attribute("SLURM_JOB_ID", provenance.slurm_job_id);
}

Provenance read_provenance(const H5File& file) {
  const auto text = [&](const char* name) { return file.read_attribute<std::string>(name); };
  Provenance provenance;
  provenance.software_version = text("software_version");
  provenance.commit = text("commit");
  provenance.created = text("created");
  provenance.config = text("config");
  provenance.model_sha256 = text("model_sha256");
  for (const std::string& parent : file.read_attribute_list<std::string>("parents"))
    provenance.parents.push_back(parse_parent(parent));
  provenance.world_size = file.read_attribute<std::int64_t>("world_size");
  provenance.hosts = file.read_attribute_list<std::string>("hosts");
  provenance.slurm_job_id = text("SLURM_JOB_ID");
  return provenance;
}

void require_schema(const H5File& file, std::string_view schema) {
  const auto kind = file.read_attribute<std::string>("schema");
  validate(kind == schema, "{}: is a file of kind {} where one of kind {} belongs; name another file",
           file.path().string(), kind, schema);
  const auto version = file.read_attribute<std::int64_t>("schema_version"), known = load_schema(schema).version;
  validate(version == known, "{}: schema_version is {}, this program reads {} of kind {}; make the file again",
           file.path().string(), version, known, schema);
}

}  // namespace pinpoint::hdf5
