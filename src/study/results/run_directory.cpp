#include "study/results/run_directory.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <system_error>
#include <unistd.h>

#include <array>
#include <ctime>
#include <fstream>
#include <string>
#include <utility>

#include "study/results/file_names.h"
#include "system/base/check.h"
#include "system/base/log.h"
#include "system/files/atomic_file.h"
#include "system/files/set_aside.h"

namespace pinpoint::results {
namespace {

namespace fs = std::filesystem;

enum class Kind { hdf5, text, folder };
struct Result {
  std::string_view name;
  Kind kind;
  std::string_view writer;  ///< the command that replaces it; the log's files are new ones of every command
};
/// The results that this program writes into an output directory.
constexpr std::array own_results{
    Result{pairs_file, Kind::text, "data pairs"},
    Result{pairs_manifest_file, Kind::text, "data pairs"},
    Result{sweep_parts_folder, Kind::folder, "sweep"},
    Result{effects_file, Kind::hdf5, "sweep"},
    Result{heads_file, Kind::text, "sweep"},
    Result{checkpoints_folder, Kind::folder, "tune"},
    Result{tune_log_file, Kind::text, "tune"},
    Result{log_folder, Kind::folder, ""},
    Result{attempts_file, Kind::text, ""},
};

/// The first bytes of every HDF5 file.
bool has_hdf5_signature(const fs::path& file) {
  std::array<char, 8> first{};
  std::ifstream(file, std::ios::binary).read(first.data(), first.size());
  return std::string_view(first.data(), first.size()) == "\x89HDF\r\n\x1a\n";
}

bool is_of_kind(const fs::path& path, Kind kind) {
  if (kind == Kind::folder) return fs::is_directory(path);
  return fs::is_regular_file(path) && (kind != Kind::hdf5 || has_hdf5_signature(path));
}

fs::path created(fs::path root) {
  std::error_code error;
  const bool is_something_else = fs::exists(root, error) && !fs::is_directory(root, error);
  validate(!is_something_else, "{}: output is not a folder; choose another `output`, or move that file away",
           root.string());
  fs::create_directories(root, error);
  validate(!error, "{}: output cannot be created ({}); check permissions, or choose another `output`", root.string(),
           error.message());
  return root;
}

/// Anything under the name of a result must be of the result's kind.
void require_own_results(const fs::path& root) {
  constexpr std::array names_of_kinds{"an HDF5 file", "a file", "a folder"};
  for (const auto& [name, kind, writer] : own_results) {
    const fs::path path = root / name;
    validate(!fs::exists(path) || is_of_kind(path, kind),
             "{}: not a result of this program (expected {}); choose another `output`, or move it away", path.string(),
             names_of_kinds[static_cast<std::size_t>(kind)]);
  }
}

void remove_half_written(const fs::path& file) {
  std::error_code error;
  if (fs::remove(file, error)) log_info("{}: removed, a run that was killed left it half written", file.string());
}

void remove_half_written_results(const fs::path& root) {
  for (const auto& [name, kind, writer] : own_results) {
    if (kind != Kind::folder) remove_half_written(files::AtomicFile::temporary_of(root / name));
  }
  for (const std::string_view name : {sweep_parts_folder, checkpoints_folder}) {
    const fs::path folder = root / name;
    if (!fs::is_directory(folder)) continue;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder))
      if (entry.path().string().ends_with(".h5.tmp")) remove_half_written(entry.path());
  }
}

}  // namespace

RunDirectory::RunDirectory(fs::path root) : root_(created(std::move(root))), lock_(root_) {
  require_own_results(root_);
  remove_half_written_results(root_);
}

void RunDirectory::remove_stop_file() const {
  std::error_code error;
  fs::remove(stop_file(), error);
  validate(!error, "{}: cannot be removed ({}); remove it, or the next run stops again", stop_file().string(),
           error.message());
}

fs::path RunDirectory::log_file(std::string_view command) const {
  const fs::path folder = root_ / log_folder;
  std::error_code error;
  fs::create_directory(folder, error);
  validate(!error, "{}: cannot be created ({}); check permissions and free space", folder.string(), error.message());
  const std::time_t now = std::time(nullptr);
  std::tm local{};  // newer versions of fmt have no localtime
  localtime_r(&now, &local);
  return folder / fmt::format("{}-{:%Y%m%d-%H%M%S}-{}.log", command, local, getpid());
}

std::optional<fs::path> RunDirectory::set_aside(std::string_view name) const { return files::set_aside(root_ / name); }

void RunDirectory::write(std::string_view name, std::string_view bytes) const {
  files::write_beside_old(root_ / name, bytes);
}

std::vector<files::OutputPath> outputs_of(const fs::path& root, std::string_view command) {
  std::vector<files::OutputPath> outputs{{"output", root, files::Change::added_to},
                                         {"output", root / files::DirectoryLock::file_name},
                                         {"output", root / log_folder, files::Change::added_to},
                                         {"output", root / stop_file}};
  for (const auto& [name, kind, writer] : own_results) {
    if (writer == command) outputs.push_back({"output", root / name});
    if (kind != Kind::folder) outputs.push_back({"output", files::AtomicFile::temporary_of(root / name)});
  }
  return outputs;
}

}  // namespace pinpoint::results
