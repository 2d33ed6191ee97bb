#include "app/stages/pairs_results.h"

#include "system/base/check.h"
#include "system/base/digest.h"
#include "system/base/log.h"
#include "system/files/text_file.h"

namespace pinpoint::stages {
namespace {

namespace fs = std::filesystem;

/// The file's bytes; none if it does not exist.
std::optional<std::string> contents_of(const fs::path& file) {
  return fs::exists(fs::symlink_status(file)) ? std::optional(files::read_file(file)) : std::nullopt;
}

void require_own(const fs::path& file, const std::string& pairs, const std::optional<std::string>& manifest) {
  const auto made = datasets::pairs_sha256_of(manifest.value_or(""));
  validate(made == sha256(pairs),
           "{}: holds other pairs, which `pinpoint data pairs` did not write or which were edited since ({}); choose "
           "another `output`, move them away, or set them aside with --set restart=fresh",
           file.string(),
           made ? fmt::format("{} names another SHA-256", results::pairs_manifest_file)
                : fmt::format("there is no {} of theirs", results::pairs_manifest_file));
}

void set_aside(const results::RunDirectory& directory, std::string_view name) {
  if (const auto aside = directory.set_aside(name)) log_info("set aside: {}", aside->string());
}

}  // namespace

void write_pairs(const results::RunDirectory& directory, config::Restart restart, const std::string& lines,
                 const datasets::PairsManifest& manifest) {
  const fs::path pairs = directory.root() / results::pairs_file;
  if (restart == config::Restart::fresh) {
    set_aside(directory, results::pairs_file);
    set_aside(directory, results::pairs_manifest_file);
  } else if (const auto old = contents_of(pairs); old && old != lines) {
    require_own(pairs, *old, contents_of(directory.root() / results::pairs_manifest_file));
    set_aside(directory, results::pairs_file);
  }
  // The manifest first: a kill must not leave pairs that look like a user's own.
  directory.write(results::pairs_manifest_file, datasets::to_json(manifest));
  directory.write(results::pairs_file, lines);
}

}  // namespace pinpoint::stages
