/// \file
/// The points at which a pass can be observed and changed.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>

namespace pinpoint::transformer {

/// An activation of a layer, for T positions.
enum class Site {
  attention_input,   ///< what enters the attention block, after the norm [T, d] (TransformerLens: ln1.hook_normalized)
  head_output,       ///< every head's output before the output projection [T, H*e] (hook_z)
  attention_output,  ///< what the attention block adds to the residual [T, d] float32 (hook_attn_out)
  gate,
  up,          ///< the MLP's two products before silu [T, f] (mlp.hook_pre, mlp.hook_pre_linear)
  mlp_output,  ///< what the MLP adds to the residual [T, d] float32 (hook_mlp_out)
};

struct HookPoint {
  Site site;
  std::int64_t layer;
};

/// Called at every hook point of a pass. May read the activation, change it in place or replace it by another one of
/// the same shape, type and device. An empty function is never called.
using Hook = std::function<void(HookPoint, at::Tensor&)>;

}  // namespace pinpoint::transformer
