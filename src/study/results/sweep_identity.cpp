#include "study/results/sweep_identity.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace pinpoint::results {
namespace {

std::string describe(const std::vector<RecordToken>& tokens) {
  std::vector<std::string> words;
  for (const auto& [name, id] : tokens) words.push_back(fmt::format("{} {}", name, id));
  return fmt::format("{}", fmt::join(words, ", "));
}

/// Enough digits to distinguish two SHA-256.
std::string shortened(const std::string& sha256) { return sha256.substr(0, 12) + ".."; }

}  // namespace

std::optional<std::string> difference(const SweepIdentity& saved, const SweepIdentity& now) {
  if (saved.model_sha256 != now.model_sha256)
    return fmt::format("model_sha256: saved {}, now {} (other weights, perhaps a fine-tune)",
                       shortened(saved.model_sha256), shortened(now.model_sha256));
  if (saved.dtype != now.dtype)
    return fmt::format("model.dtype: saved {}, now {} (products are rounded otherwise)", saved.dtype, now.dtype);
  if (saved.arithmetic != now.arithmetic)
    return fmt::format(
        "sweep.arithmetic: saved {}, now {} (products are rounded otherwise; --set sweep.arithmetic={} resumes)",
        saved.arithmetic, now.arithmetic, saved.arithmetic);
  if (saved.record_tokens != now.record_tokens)
    return fmt::format("record tokens: saved {}, now {} (other logits were recorded)", describe(saved.record_tokens),
                       describe(now.record_tokens));
  if (saved.tile_rows != now.tile_rows)
    return fmt::format("sweep.tile_rows: saved {}, now {} (products of another shape are rounded otherwise)",
                       saved.tile_rows, now.tile_rows);
  if (saved.set_samples != now.set_samples)
    return fmt::format("samples in a set: saved {}, now {} (rows would have other places in their tiles)",
                       saved.set_samples, now.set_samples);
  return std::nullopt;
}

}  // namespace pinpoint::results
