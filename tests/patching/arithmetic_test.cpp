#include "patching/arithmetic.h"

#include <gtest/gtest.h>

#include "parallel/device.h"

namespace pinpoint::patching {
namespace {

using model::Activations;

const c10::Device cpu(c10::DeviceType::CPU), gpu(c10::DeviceType::CUDA, 0);

TEST(Arithmetic, SuitsTheDeviceAndTheWeights) {
  EXPECT_EQ(suitable_arithmetic(parallel::has_bf16_units(gpu), model::DType::bf16), Arithmetic::difference);
  EXPECT_EQ(suitable_arithmetic(parallel::has_bf16_units(gpu), model::DType::float32), Arithmetic::float32);
  EXPECT_EQ(suitable_arithmetic(parallel::has_bf16_units(cpu), model::DType::float32), Arithmetic::float32);
  EXPECT_EQ(suitable_arithmetic(parallel::has_bf16_units(cpu), model::DType::bf16),
            parallel::has_bf16_units(cpu) ? Arithmetic::difference : Arithmetic::float32);
}

TEST(Arithmetic, RoundsActivationsOnlyInBf16AndNeverInChecks) {
  for (const Activations accurate : {Activations::wide, Activations::two_parts}) {
    EXPECT_EQ(activations_of_passes(Arithmetic::float32, accurate), Activations::wide);
    EXPECT_EQ(activations_of_passes(Arithmetic::difference, accurate), accurate);
    EXPECT_EQ(activations_of_passes(Arithmetic::bf16, accurate), Activations::rounded);
    EXPECT_EQ(activations_of_passes(Arithmetic::two_parts, accurate), Activations::two_parts);
    EXPECT_EQ(activations_of_checks(Arithmetic::bf16, accurate), accurate);
    EXPECT_EQ(activations_of_checks(Arithmetic::float32, accurate), Activations::wide);
  }
}

}  // namespace
}  // namespace pinpoint::patching
