/// \file
/// What a tuning trains.
#pragma once

#include <cstdint>

#include "model/transformer/gradient_sink.h"
#include "model/transformer/weight_store.h"
#include "study/tuning/adamw.h"

namespace pinpoint::tuning {

/// Master values in float32, their gradients and moments, and the model that they make. Which weights these are, and
/// how the ranks share them, is a matter of the two kinds: HeadParameters and AllParameters. All ranks call everything
/// together.
class Parameters {
 public:
  virtual ~Parameters() = default;
  Parameters(const Parameters&) = delete;
  Parameters& operator=(const Parameters&) = delete;

  /// The model as it is now.
  virtual transformer::WeightStore& store() = 0;
  /// The lowest layer that has parameters. Nothing goes back beyond it,
  virtual std::int64_t lowest_layer() const = 0;
  /// but where the embedding is a parameter too.
  virtual bool train_embedding() const = 0;

  /// Begins a step: the gradients of what is told from now on.
  virtual void clear_gradients() = 0;
  virtual transformer::GradientSink& gradients() = 0;
  /// Whether what was told on this rank is finite; true where that cannot be told apart from other ranks'.
  virtual bool gradients_are_finite() const = 0;
  /// Sums the gradients over all ranks, in order of rank. Returns the squared L2 norm of the whole.
  virtual double sum_gradients() = 0;
  /// After `sum_gradients`: clips them by `norm`, that of the whole, and makes one update, after which `store` gives
  /// the new weights.
  void update(double norm, double learning_rate, const TuneOptions& options);
  bool values_are_finite() const;

  /// The gradients, in the order of the values: this rank's own until `sum_gradients`.
  virtual Tensors& sums() = 0;
  /// What this rank has of the parameters, and their moments in the same order.
  const Tensors& values() const { return values_; }
  const AdamWState& moments() const { return moments_; }
  /// Goes on from a saved state. \pre of these very parameters
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
