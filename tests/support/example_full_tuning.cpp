#include "support/example_full_tuning.h"

#include <ATen/ops/empty.h>

#include <algorithm>

#include "model/weights/layer_layout.h"

namespace pinpoint::test {
namespace {

using Kind = weights::WeightUnit::Kind;

parallel::Range even_part(std::int64_t elements, std::int64_t share, int rank) {
  return {std::min(rank * share, elements), std::min((rank + 1) * share, elements)};
}

std::int64_t share_of(std::int64_t count, std::int64_t multiple, int ranks) {
  return ((count + ranks - 1) / ranks + multiple - 1) / multiple * multiple;
}

/// A number between 0 and 1, from the bits of a 64-bit mixer (splitmix64).
float number_at(std::uint64_t place) {
  std::uint64_t bits = (place + 1) * 0x9E3779B97F4A7C15U;
  bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9U;
  bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EBU;
  return static_cast<float>((bits ^ (bits >> 31)) >> 40) / 16777216.0F;
}

tuning::Tensors numbers_of(const std::vector<weights::WeightUnit>& units, std::uint64_t kind, std::int64_t steps) {
  tuning::Tensors tensors;
  for (const weights::WeightUnit& unit : units) {
    const std::uint64_t seed =
        std::hash<std::string>{}(unit.vector()) + 1000003 * kind + static_cast<std::uint64_t>(steps);
    at::Tensor values = at::empty({unit.own.size()}, at::kFloat);
    for (std::int64_t i = 0; i < unit.own.size(); ++i)
      values.data_ptr<float>()[i] = number_at(seed + static_cast<std::uint64_t>(unit.begin + unit.own.begin + i)) -
                                    (kind == 2 ? 0.0F : 0.5F);  // a second moment is not negative
    tensors.push_back(values);
  }
  return tensors;
}

}  // namespace

std::vector<weights::WeightUnit> even_units(const transformer::ModelConfig& model, int rank, int ranks,
                                            std::int64_t tile) {
  std::vector<weights::WeightUnit> units;
  const auto add_table = [&](Kind kind) {
    const std::int64_t share = share_of(std::min(tile, model.vocabulary), 1, ranks) * model.width;
    for (std::int64_t row = 0; row < model.vocabulary; row += tile) {
      const std::int64_t elements = std::min(tile, model.vocabulary - row) * model.width;
      units.push_back({kind, row / tile, row * model.width, elements, even_part(elements, share, rank)});
    }
  };
  const auto add = [&](Kind kind, std::int64_t number, std::int64_t elements) {
    units.push_back({kind, number, 0, elements, even_part(elements, share_of(elements, 16, ranks), rank)});
  };
  add_table(Kind::embedding_tile);
  for (std::int64_t layer = 0; layer < model.layers; ++layer)
    add(Kind::layer, layer, weights::LayerLayout(model, at::kFloat).elements());
  add(Kind::final_norm, 0, model.width);
  if (!model.tied_embeddings) add_table(Kind::unembedding_tile);
  return units;
}

results::Checkpoint example_full_checkpoint(const std::vector<weights::WeightUnit>& units, std::int64_t steps,
                                            const hdf5::Provenance& provenance) {
  results::Checkpoint checkpoint;
  checkpoint.provenance = provenance;
  checkpoint.identity = {{"tune.batch", "5"}, {"seed", "42"}};
  checkpoint.values = numbers_of(units, 0, steps);
  checkpoint.moments = {numbers_of(units, 1, steps), numbers_of(units, 2, steps), steps};
  for (std::int64_t n = 1; n <= steps; ++n)
    checkpoint.history.push_back({n, 1.0 / static_cast<double>(n), 1e-3, 0.25, 100 + n, 7, 0.125});
  checkpoint.micro_batch = 2;
  checkpoint.sampler_position = 5 * steps;
  return checkpoint;
}

}  // namespace pinpoint::test
