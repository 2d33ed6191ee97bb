#include "model/transformer/head_factors.h"

namespace pinpoint::transformer {

void scale_heads(at::Tensor& z, const at::Tensor& factors) {
  z.view({z.size(0), factors.size(1), -1}).mul_(factors.to(z.scalar_type()).unsqueeze(-1));
}

Hook factor_hook(const at::Tensor& factors) {
  if (!factors.defined()) return {};
  return [factors](HookPoint point, at::Tensor& activation) {
    if (point.site == Site::head_output) scale_heads(activation, factors);
  };
}

}  // namespace pinpoint::transformer
