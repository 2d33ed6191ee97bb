/// \file
/// `pinpoint check FILE.h5...`: compares files with their schemas (hdf5_schemas/).
#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <memory>

#include "app/commands/command_line.h"
#include "system/hdf5/schema_check.h"
#include "system/hdf5/seal.h"

namespace pinpoint::commands {
namespace {

/// "FILE: ok", or one line per problem.
void print(const std::string& file, const std::vector<std::string>& problems) {
  for (const std::string& problem : problems) fmt::print("{}: {}\n", file, problem);
  if (!problems.empty()) return;
  const char* unsealed = hdf5::has_seal(file)
                             ? ""
                             : ", but without a seal (another program changed the file, or its end is lost): only the "
                               "data sets with checksums were compared with what was written";
  fmt::print("{}: ok{}\n", file, unsealed);
}

/// Every rank checks, so that all ranks end with the same status. Rank 0 prints.
ExitStatus check(const std::vector<std::string>& files, const stages::Session& session) {
  ExitStatus status = ExitStatus::done;
  for (const std::string& file : files) {
    const std::vector<std::string> problems = hdf5::problems_of(std::filesystem::path(file));
    if (session.world.is_root()) print(file, problems);
    if (!problems.empty()) status = ExitStatus::user_error;
  }
  return status;
}

}  // namespace

void add_check(CLI::App& app, stages::CommonOptions& options, Command& chosen) {
  CLI::App* subcommand = app.add_subcommand("check", "Compare HDF5 files with their schemas; exit status 2: not ok");
  const auto files = std::make_shared<std::vector<std::string>>();
  subcommand->add_option("FILE", *files, "Files that pinpoint wrote")->required();
  add_log_level(*subcommand, options);
  subcommand->callback([files, &options, &chosen] {
    options.is_read_only = true;
    chosen = [files](stages::Session& session) { return check(*files, session); };
  });
}

}  // namespace pinpoint::commands
