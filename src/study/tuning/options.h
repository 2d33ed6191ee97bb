/// \file
/// Options of a tuning (config: `tune`; docs/method.md, 5 and 6).
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

namespace pinpoint::tuning {

enum class Method {
  spt,  ///< supervised pinpoint tuning: the slices of the selected heads
  sft,  ///< supervised fine-tuning: every weight
};
inline constexpr std::array all_methods{Method::spt, Method::sft};
/// As configuration and files have it: "spt", "sft".
constexpr std::string_view name_of(Method method) { return method == Method::spt ? "spt" : "sft"; }

/// The loss has converged when, `patience` windows of steps in a row, its mean over the window is not below
/// (1 - relative) times the best mean of an earlier window (docs/method.md, 5.7).
struct Converge {
  std::int64_t window = 20;
  double relative = 0.002;
  std::int64_t patience = 3;
};

struct TuneOptions {
  Method method = Method::spt;
  std::filesystem::path data;
  double max_lr = 1e-5;
  double min_lr = 0;
  double warmup_ratio = 0.02;  ///< share of the steps
  std::int64_t batch = 32;     ///< dialogues per step, of all ranks together
  double epochs = 2;
  std::optional<std::int64_t> steps;  ///< overrides `epochs`
  bool train_kv = false;              ///< also the rows of W_k and W_v of a chosen head's group
  bool train_bias = false;            ///< also the biases of the same rows
  double weight_decay = 0.1;
  std::array<double, 2> betas{0.9, 0.95};
  double eps = 1e-8;
  std::optional<double> clip_norm = 1.0;    ///< none: off
  std::int64_t max_length = 2048;           ///< tokens; longer dialogues are dropped and counted
  std::optional<std::int64_t> micro_batch;  ///< dialogues of a rank per round; none: by memory
  std::optional<bool> cache_lower_layers;   ///< keep the output of the layers below; none: by memory
  std::int64_t checkpoint_every = 50;       ///< steps between checkpoints
  std::int64_t keep = 2;                    ///< checkpoints that are kept
  std::optional<Converge> converge;         ///< none: never ends early
};

}  // namespace pinpoint::tuning
