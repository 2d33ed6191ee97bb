/// \file
/// The symbols of docs/method.md as numbers, and the operations of a row in each product.
#pragma once

#include "model/transformer/model_config.h"

namespace pinpoint::planning {

/// He and Ge: width of all queries and of all keys.
struct Symbols {
  explicit Symbols(const transformer::ModelConfig& c)
      : L(static_cast<double>(c.layers)), H(static_cast<double>(c.heads)), d(static_cast<double>(c.width)),
        f(static_cast<double>(c.mlp_width)), V(static_cast<double>(c.vocabulary)), e(static_cast<double>(c.head_width)),
        He(static_cast<double>(c.heads_width())), Ge(static_cast<double>(c.kv_width())) {}
  double L, H, d, f, V, e, He, Ge;

  double mlp_row() const { return 6 * d * f; }
  double join_row() const { return 2 * d * He; }
  /// A join with the columns of one head only.
  double head_join_row() const { return 2 * d * e; }
  double unembedding_row() const { return 2 * d * V; }
  /// Scores of a query with its keys in one layer, and the weighted sum of values.
  double attention_row(double keys) const { return 4 * He * keys; }
};

}  // namespace pinpoint::planning
