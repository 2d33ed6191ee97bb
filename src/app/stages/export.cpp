#include "app/stages/export.h"

#include <filesystem>
#include <memory>
#include <utility>
#include <vector>

#include "app/config/config.h"
#include "model/pretrained/model_export.h"
#include "study/results/checkpoint_folder.h"
#include "study/results/file_names.h"
#include "study/results/full_checkpoint.h"
#include "study/results/full_tensors.h"
#include "study/results/tuned_tensors.h"
#include "system/base/check.h"
#include "system/base/log.h"
#include "system/files/text_file.h"

namespace pinpoint::stages {
namespace {

namespace fs = std::filesystem;

/// The checkpoint of `options.step`, or the newest.
fs::path checkpoint_file(const ExportOptions& options) {
  const fs::path folder = fs::path(options.out) / results::checkpoints_folder;
  const std::vector<fs::path> files = results::checkpoint_files(folder);
  validate(!files.empty(), "{}: contains no checkpoint; give the output folder of `pinpoint tune`", folder.string());
  if (!options.step) return files.back();
  const fs::path file = results::checkpoint_path(folder, *options.step);
  validate(fs::exists(file), "{}: not found (only the last tune.keep checkpoints are kept); the newest is {}",
           file.string(), files.back().filename().string());
  return file;
}

/// The configuration of the tuning. It names the model and its dtype.
config::Config config_of(const hdf5::H5File& checkpoint) {
  const auto yaml = checkpoint.read_attribute<std::string>("config");
  return config::parse_config(yaml, checkpoint.path().parent_path(), {}, checkpoint.path().string());
}

/// The tensors that the checkpoint, of either method, changed.
std::unique_ptr<pretrained::ChangedTensors> changed_by(hdf5::H5File checkpoint, pretrained::ModelDirectory& model,
                                                       transformer::DType dtype) {
  const fs::path file = checkpoint.path();
  const bool full = checkpoint.read_attribute<std::string>("schema") == results::full_checkpoint_schema;
  results::Checkpoint saved = full ? results::read_full_metadata(file, model.config(), hdf5::SealCheck::done_before)
                                   : results::read_checkpoint(file, model.config(), hdf5::SealCheck::done_before);
  validate(model.fingerprint() == saved.provenance.model_sha256,
           "{}: not the weights that were tuned (the checkpoint names model_sha256 {:.12}..); restore those",
           model.path().string(), saved.provenance.model_sha256);
  if (full) return std::make_unique<results::FullTensors>(model.config(), std::move(checkpoint), dtype, model);
  return std::make_unique<results::TunedTensors>(model.config(), std::move(saved), dtype);
}

void prepare(const fs::path& to) {
  validate(!fs::exists(to) || (fs::is_directory(to) && fs::is_empty(to)),
           "{}: exists and is not an empty folder; choose another --to", to.string());
  files::make_folder(to);
}

}  // namespace

void export_tuned(const ExportOptions& options) {
  const fs::path file = checkpoint_file(options), to = options.to;
  hdf5::H5File checkpoint = hdf5::H5File::open(file);
  const config::Config config = config_of(checkpoint);
  pretrained::ModelDirectory model(config.model.path);
  const auto changed = changed_by(std::move(checkpoint), model, config.model.dtype);
  prepare(to);
  options.changed_only ? pretrained::export_changed(to, model, *changed)
                       : pretrained::export_model(to, model, *changed);
  log_info("{}: {} tuned tensors from {}{}", to.string(), changed->names().size(), file.string(),
           options.changed_only ? ", no others" : ", all others unchanged");
}

}  // namespace pinpoint::stages
