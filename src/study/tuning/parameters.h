/// \file
/// The parameters that a tuning trains.
#pragma once

#include <cstdint>

#include "model/transformer/gradient_sink.h"
#include "model/transformer/weight_store.h"
#include "study/tuning/adamw.h"

namespace pinpoint::tuning {

/// Master values in float32, their gradients and moments, and the model with these values. HeadParameters and
/// AllParameters decide which weights are parameters and how the ranks share them. All calls are collective.
class Parameters {
 public:
  virtual ~Parameters() = default;
  Parameters(const Parameters&) = delete;
  Parameters& operator=(const Parameters&) = delete;

  /// The model with the current values.
  virtual transformer::WeightStore& store() = 0;
  /// The lowest layer that has parameters. The backward walk ends there, except with train_embedding.
  virtual std::int64_t lowest_layer() const = 0;
  virtual bool train_embedding() const = 0;

  /// Begins a step: sets all gradients to 0.
  virtual void clear_gradients() = 0;
  virtual transformer::GradientSink& gradients() = 0;
  /// Whether this rank's own gradients are finite; true if they cannot be separated from those of other ranks.
  virtual bool gradients_are_finite() const = 0;
  /// Sums the gradients over all ranks, in order of rank. Returns the squared L2 norm of all gradients together.
  virtual double sum_gradients() = 0;
  /// Clips the summed gradients and makes one update. `store` then has the new weights. \pre sum_gradients was called
  /// \param norm of all gradients together
  void update(double norm, double learning_rate, const TuneOptions& options);
  bool values_are_finite() const;

  /// The gradients, in the order of the values. Before `sum_gradients` they are not summed over all ranks.
  virtual Tensors& sums() = 0;
  /// The parameters that this rank holds. Their moments have the same order.
  const Tensors& values() const { return values_; }
  const AdamWState& moments() const { return moments_; }
  /// Continues from a saved state. \pre the state is of the same parameters
  void restore(const Tensors& values, const AdamWState& moments);

 protected:
  Parameters() = default;
  void start_from(Tensors values);
  /// Puts the values into the model.
  virtual void publish() = 0;

 private:
  Tensors values_;
  AdamWState moments_;
};

}  // namespace pinpoint::tuning
