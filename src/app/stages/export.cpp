#include "app/stages/export.h"

#include <filesystem>
#include <memory>
#include <utility>
#include <vector>

#include "app/config/config.h"
#include "app/stages/model_loading.h"
#include "model/pretrained/model_export.h"
#include "model/pretrained/weight_type.h"
#include "study/results/checkpoint_folder.h"
#include "study/results/file_names.h"
#include "study/results/full_checkpoint.h"
#include "study/results/full_tensors.h"
#include "study/results/tuned_tensors.h"
#include "system/base/check.h"
#include "system/base/log.h"
#include "system/files/path_conflict.h"
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

void require_free(const fs::path& to, const fs::path& model) {
  validate(!files::lies_in(to, model),
           "{}: lies in the folder of the model itself ({}), which export never writes to; choose another --to",
           to.string(), model.string());
  validate(!fs::exists(to) || (fs::is_directory(to) && fs::is_empty(to)),
           "{}: exists and is not an empty folder; choose another --to", to.string());
}

/// Logs what 16 bits would lose, or have lost, of the tuning.
void log_loss(const fs::path& to, const pretrained::RoundingLoss& loss, bool is_rounded) {
  if (loss.is_lossless()) return;
  const std::string beyond = loss.overflowed() == 0 ? "" : fmt::format("; {} values are too large", loss.overflowed());
  log_info(
      "{}: rounding to {} (--dtype {}) {} {:.3g} % of the update; {:.3g} % of the changed weights {} their old value{}",
      to.string(), pretrained::torch_name(loss.to()), loss.to() == at::kHalf ? "float16" : "bf16",
      is_rounded ? "lost" : "would lose", 100 * loss.lost_share(), 100 * loss.undone_share(),
      is_rounded ? "have" : "would have", beyond);
}

void log_summary(const fs::path& to, const pretrained::ExportSummary& summary, const ExportOptions& options) {
  log_loss(to, summary.loss, options.dtype == summary.loss.to());
  if (options.changed_only || !summary.stated || *summary.stated == summary.dtype) return;
  log_info("{}: config.json states {}, where the model's own states {}, {}", to.string(),
           pretrained::torch_name(summary.dtype), pretrained::torch_name(*summary.stated),
           options.dtype ? "as chosen by --dtype" : "because a narrower type would round the tuned tensors");
}

}  // namespace

void export_tuned(const ExportOptions& options) {
  const fs::path file = checkpoint_file(options), to = options.to;
  hdf5::H5File checkpoint = hdf5::H5File::open(file);
  const config::Config config = config_of(checkpoint);
  require_free(to, config.model.path);
  pretrained::ModelDirectory model(config.model.path);
  warn_of_embeddings(model);
  const auto changed = changed_by(std::move(checkpoint), model, config.model.dtype);
  files::make_folder(to);
  const pretrained::ExportSummary summary = options.changed_only
                                                ? pretrained::export_changed(to, model, *changed, options.dtype)
                                                : pretrained::export_model(to, model, *changed, options.dtype);
  log_info("{}: {} tuned tensors from {}{}", to.string(), changed->names().size(), file.string(),
           options.changed_only ? ", no others"
           : options.dtype      ? fmt::format(", all weights in {}", pretrained::torch_name(*options.dtype))
                                : ", all others unchanged");
  log_summary(to, summary, options);
}

}  // namespace pinpoint::stages
