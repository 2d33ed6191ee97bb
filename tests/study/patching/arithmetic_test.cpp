#include "study/patching/arithmetic.h"

#include <gtest/gtest.h>

#include "system/device/capabilities.h"

namespace pinpoint::patching {
namespace {

using transformer::Activations;

const c10::Device cpu(c10::DeviceType::CPU), gpu(c10::DeviceType::CUDA, 0);

TEST(Arithmetic, SuitsTheDeviceAndTheWeights) {
  EXPECT_EQ(suitable_arithmetic(device::has_bf16_units(gpu), transformer::DType::bf16), Arithmetic::difference);
  EXPECT_EQ(suitable_arithmetic(device::has_bf16_units(gpu), transformer::DType::float32), Arithmetic::float32);
  EXPECT_EQ(suitable_arithmetic(device::has_bf16_units(cpu), transformer::DType::float32), Arithmetic::float32);
  EXPECT_EQ(suitable_arithmetic(device::has_bf16_units(cpu), transformer::DType::bf16),
            device::has_bf16_units(cpu) ? Arithmetic::difference : Arithmetic::float32);
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
