#include "study/results/sweep_parts.h"

#include <algorithm>
#include <map>

#include "system/base/check.h"
#include "system/base/log.h"
#include "system/base/number.h"
#include "system/files/text_file.h"

namespace pinpoint::results {
namespace {

constexpr std::string_view sweep_part_schema = "sweep_part";

/// The number in "0017.h5"; none for other names.
std::optional<int> number_of(const std::filesystem::path& file) {
  return file.extension() == ".h5" ? parse_number<int>(file.stem().string()) : std::nullopt;
}

std::map<int, std::filesystem::path> files_by_number(const std::filesystem::path& folder) {
  std::map<int, std::filesystem::path> files;
  if (!std::filesystem::exists(folder)) return files;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (const auto number = number_of(entry.path())) files[*number] = entry.path();
  return files;
}

void write_identity(hdf5::H5File& file, const SweepIdentity& identity) {
  std::vector<std::string> names;
  std::vector<std::int64_t> ids;
  for (const auto& [name, id] : identity.record_tokens) {
    names.push_back(name);
    ids.push_back(id);
  }
  file.write_attribute("dtype", identity.dtype);
  file.write_attribute("arithmetic", identity.arithmetic);
  file.write_attribute("record_token_names", names);
  file.write_attribute("record_token_ids", ids);
  file.write_attribute("tile_rows", identity.tile_rows);
  file.write_attribute("group_samples", identity.set_samples);
}

SweepIdentity read_sweep_identity(const hdf5::H5File& file) {
  SweepIdentity identity;
  identity.model_sha256 = file.read_attribute<std::string>("model_sha256");
  identity.dtype = file.read_attribute<std::string>("dtype");
  identity.arithmetic = file.read_attribute<std::string>("arithmetic");
  const auto names = file.read_attribute_list<std::string>("record_token_names");
  const auto ids = file.read_attribute_list<std::int64_t>("record_token_ids");
  validate(names.size() == ids.size(), "{}: has {} record tokens' names and {} ids; make the file again",
           file.path().string(), names.size(), ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i) identity.record_tokens.push_back({names[i], ids[i]});
  identity.tile_rows = file.read_attribute<std::int64_t>("tile_rows");
  identity.set_samples = file.read_attribute<std::int64_t>("group_samples");
  return identity;
}

void require_consistent(const SweepPart& part, const std::filesystem::path& file) {
  const auto& samples = part.record.samples;
  const auto checked_elsewhere = [&](const effects::ExactCheck& check) {
    return !std::binary_search(samples.begin(), samples.end(), check.sample);
  };
  const auto& checks = part.record.exact_checks;
  validate(samples.size() == part.record.ids.size() && part.pair_sha256.size() == samples.size() &&
               std::is_sorted(samples.begin(), samples.end()) &&
               std::none_of(checks.begin(), checks.end(), checked_elsewhere),
           "{}: its samples, pairs and exact checks do not belong together (damaged)", file.string());
}

}  // namespace

std::filesystem::path write_part(const std::filesystem::path& folder, const SweepPart& part,
                                 hdf5::Provenance provenance) {
  files::make_folder(folder);
  const auto existing = files_by_number(folder);
  const int number = existing.empty() ? 0 : existing.rbegin()->first + 1;
  hdf5::H5File file = hdf5::H5File::create(folder / fmt::format("{:04}.h5", number));
  provenance.model_sha256 = part.identity.model_sha256;
  hdf5::write_provenance(file, sweep_part_schema, provenance);
  write_identity(file, part.identity);
  write_record(file, part.record, part.identity.record_tokens);
  file.write("sample_index", part.record.samples, {"sample"});
  file.write("pair_sha256", part.pair_sha256, {"sample"});
  file.commit();
  return file.path();
}

SweepPart read_part(const std::filesystem::path& path) {
  const hdf5::H5File file = hdf5::H5File::open(path);
  hdf5::require_schema(file, sweep_part_schema);
  SweepPart part{read_sweep_identity(file), read_record(file), file.read<std::string>("pair_sha256")};
  part.record.samples = file.read<std::int64_t>("sample_index");
  require_consistent(part, path);
  return part;
}

std::vector<SavedPart> read_parts(const std::filesystem::path& folder) {
  std::vector<SavedPart> parts;
  for (const auto& [number, file] : files_by_number(folder)) try {
      parts.push_back({file, read_part(file)});
    } catch (const UserError& error) {
      log_warning("{}; its samples are computed again", error.what());
    }
  return parts;
}

std::optional<std::string> pair_difference(const SweepPart& saved, std::span<const std::string> now) {
  for (std::size_t i = 0; i < saved.record.samples.size(); ++i) {
    const auto sample = static_cast<std::size_t>(saved.record.samples[i]);
    if (sample < now.size() && saved.pair_sha256[i] != now[sample])
      return fmt::format("sample {} (\"{}\"): saved pair {:.12}.., now {:.12}.. (other prompts, or in another order)",
                         sample, saved.record.ids[i], saved.pair_sha256[i], now[sample]);
  }
  return std::nullopt;
}

}  // namespace pinpoint::results
