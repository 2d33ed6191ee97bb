#include "study/tuning/identity.h"

#include <fmt/format.h>

namespace pinpoint::tuning {

Identity identity_of(const TuneOptions& options, const IdentityInputs& inputs) {
  // A new option does not compile before it has a name here. It then joins either the list below or `free_options`.
  const auto& [method, data, max_lr, min_lr, warmup_ratio, batch, epochs, steps, train_kv, train_bias, weight_decay,
               betas, eps, clip_norm, max_length, micro_batch, cache_lower_layers, checkpoint_every, keep, converge] =
      options;
  const auto text = [](const auto& value) { return fmt::format("{}", value); };
  return {{"tune.method", text(name_of(method))},
          {"model.dtype", text(name_of(inputs.dtype))},
          {"tune.train_kv", text(train_kv)},
          {"tune.train_bias", text(train_bias)},
          {"the dialogues of tune.data", inputs.dialogues_sha256.substr(0, 16)},
          {"seed", text(inputs.seed)},
          {"tune.batch", text(batch)},
          {"steps", text(inputs.steps)},
          {"tune.max_lr", text(max_lr)},
          {"tune.min_lr", text(min_lr)},
          {"tune.warmup_ratio", text(warmup_ratio)},
          {"tune.weight_decay", text(weight_decay)},
          {"tune.betas", fmt::format("{}, {}", betas[0], betas[1])},
          {"tune.eps", text(eps)},
          {"tune.clip_norm", clip_norm ? text(*clip_norm) : "null"}};
}

}  // namespace pinpoint::tuning
