#include "bench/support/sweep_formula.h"

namespace pinpoint::bench {
namespace {

struct Symbols {
  explicit Symbols(const SweepShape& shape)
      : L(static_cast<double>(shape.model.layers)), H(static_cast<double>(shape.model.heads)),
        d(static_cast<double>(shape.model.width)), f(static_cast<double>(shape.model.mlp_width)),
        V(static_cast<double>(shape.model.vocabulary)), He(static_cast<double>(shape.model.heads_width())),
        N(static_cast<double>(shape.samples)), T(static_cast<double>(shape.tokens)),
        Ts(static_cast<double>(shape.suffix)),
        P(L * (2 * d * He + 2 * d * static_cast<double>(shape.model.kv_width()) + 3 * d * f)) {}
  double L, H, d, f, V, He, N, T, Ts;
  double P;  // parameters of the layers
};

}  // namespace

double sweep_operations(const SweepShape& shape) {
  const Symbols s(shape);
  const double passes = 2 * s.P * (s.T + s.Ts);
  const double rows = s.H * s.L * (s.L + 1) / 2 * 6 * s.d * s.f;
  const double joins = s.L * s.H * 2 * s.d * s.He;
  const double unembedding = s.L * s.H * 2 * s.d * s.V;
  return s.N * (passes + rows + joins + unembedding);
}

double literal_operations(const SweepShape& shape) {
  const Symbols s(shape);
  return s.N * s.L * s.H * 2 * s.P * s.T;
}

}  // namespace pinpoint::bench
