// ranks: 1 2 3
/// \file
/// All ranks decide the same, whatever each of them found on its machine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/user_error.h"
#include "system/parallel/collectives.h"
#include "system/parallel/device_choice.h"

namespace pinpoint::parallel {
namespace {

using testing::HasSubstr;

class DeviceChoiceTest : public testing::Test {
 protected:
  /// As if the first `gpu_hosts` ranks were on machines with a GPU.
  FoundGpus found(int gpu_hosts) const {
    const bool has_gpu = world.rank() < gpu_hosts;
    return {.host = "node" + std::to_string(world.rank()),
            .gpus = has_gpu ? std::vector<std::string>{"gpu"} : std::vector<std::string>{},
            .problem = has_gpu ? "" : "no CUDA-capable device is detected"};
  }
  const Communicator world = Communicator::world();
};

TEST_F(DeviceChoiceTest, AHostWithoutAGpuIsNamedOnAllRanks) {
  for (int gpu_hosts = 1; gpu_hosts < world.size(); ++gpu_hosts)
    for (const DeviceChoice wanted : {DeviceChoice::automatic, DeviceChoice::cuda}) {
      const std::string message = test::user_error([&] { choose_device(wanted, world, found(gpu_hosts)); });
      EXPECT_THAT(message, HasSubstr(fmt::format("rank {0} on host node{0} has no usable GPU (no CUDA-capable device "
                                                 "is detected), while other ranks have one",
                                                 gpu_hosts)));
    }
}

TEST_F(DeviceChoiceTest, TheCpuIsTakenWithoutGpusAndOnRequest) {
  EXPECT_TRUE(choose_device(DeviceChoice::automatic, world, found(0)).device.is_cpu());
  EXPECT_TRUE(choose_device(DeviceChoice::cpu, world, found(1)).device.is_cpu());
  EXPECT_EQ(choose_device(DeviceChoice::cpu, world, found(1)).ranks, 1);
  EXPECT_THAT(test::user_error([&] { choose_device(DeviceChoice::cuda, world, found(0)); }),
              HasSubstr("rank 0 on host node0 has no usable GPU"));
}

#ifndef PINPOINT_CUDA  // where CUDA looks for the GPU, which exists only here
TEST_F(DeviceChoiceTest, RanksOfAHostShareItsOnlyGpu) {
  const FoundGpus same{.host = "node", .gpus = {"gpu"}, .problem = ""};
  const ChosenDevice chosen = choose_device(DeviceChoice::automatic, world, same);
  EXPECT_EQ(chosen.device, c10::Device(c10::DeviceType::CUDA, 0));
  EXPECT_EQ(chosen.ranks, world.size());
}
#endif

}  // namespace
}  // namespace pinpoint::parallel
