#include "system/parallel/gpu_assignment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/user_error.h"

namespace pinpoint::parallel {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

FoundGpus with(const std::string& host, std::vector<std::string> gpus) { return {host, std::move(gpus), ""}; }
FoundGpus without(const std::string& host) { return {host, {}, "no driver"}; }

std::vector<int> indices(const std::vector<AssignedGpu>& assigned) {
  std::vector<int> all;
  for (const AssignedGpu& gpu : assigned) all.push_back(gpu.index);
  return all;
}

std::vector<int> sharers(const std::vector<AssignedGpu>& assigned) {
  std::vector<int> all;
  for (const AssignedGpu& gpu : assigned) all.push_back(gpu.ranks);
  return all;
}

TEST(Gpus, AreTakenInTurnOnEachHost) {
  const std::vector<FoundGpus> found{with("n1", {"a", "b"}), with("n1", {"a", "b"}), with("n2", {"c", "d"}),
                                     with("n2", {"c", "d"})};
  for (const DeviceChoice wanted : {DeviceChoice::automatic, DeviceChoice::cuda}) {
    EXPECT_THAT(indices(assign_gpus(wanted, found)), ElementsAre(0, 1, 0, 1));
    EXPECT_THAT(sharers(assign_gpus(wanted, found)), ElementsAre(1, 1, 1, 1));
  }
  EXPECT_THAT(assign_gpus(DeviceChoice::cpu, found), IsEmpty());
  EXPECT_EQ(describe_sharing(found, assign_gpus(DeviceChoice::cuda, found)), "");
}

/// srun --gpus-per-task=1: each rank finds one GPU, with index 0, and they are different ones.
TEST(Gpus, ThatOnlyOneRankSeesAreNotShared) {
  const std::vector<FoundGpus> found{with("n1", {"a"}), with("n1", {"b"}), with("n1", {"c"})};
  EXPECT_THAT(indices(assign_gpus(DeviceChoice::cuda, found)), ElementsAre(0, 0, 0));
  EXPECT_THAT(sharers(assign_gpus(DeviceChoice::cuda, found)), ElementsAre(1, 1, 1));
}

/// In order of rank, the first would take "a" and leave the second only what is taken.
TEST(Gpus, AreNotTakenFromARankWithoutAnotherChoice) {
  const std::vector<FoundGpus> found{with("n1", {"a", "b"}), with("n1", {"a"})};
  EXPECT_THAT(indices(assign_gpus(DeviceChoice::cuda, found)), ElementsAre(1, 0));
}

/// The same identifiers on two hosts are different GPUs.
TEST(Gpus, AreSharedEvenlyAndWithAWarningIfThereAreMoreRanks) {
  const std::vector<FoundGpus> found{with("n1", {"a", "b"}), with("n1", {"a", "b"}), with("n1", {"a", "b"}),
                                     with("n2", {"a", "b"})};
  const std::vector<AssignedGpu> assigned = assign_gpus(DeviceChoice::automatic, found);
  EXPECT_THAT(indices(assigned), ElementsAre(0, 1, 0, 0));
  EXPECT_THAT(sharers(assigned), ElementsAre(2, 1, 2, 1));
  EXPECT_THAT(describe_sharing(found, assigned), HasSubstr("host n1: up to 2 ranks share a GPU"));
}

TEST(Gpus, OnSomeRanksOnlyAreRefusedWithTheNameOfTheHost) {
  const std::vector<FoundGpus> found{with("n1", {"a"}), without("n2"), without("n3")};
  for (const DeviceChoice wanted : {DeviceChoice::automatic, DeviceChoice::cuda}) {
    const std::string message = test::user_error([&] { assign_gpus(wanted, found); });
    EXPECT_THAT(message, HasSubstr("rank 1 on host n2 has no usable GPU (no driver), while other ranks have one"));
    EXPECT_THAT(message, HasSubstr("parallel.device: cpu"));
  }
  EXPECT_THAT(assign_gpus(DeviceChoice::cpu, found), IsEmpty());
}

TEST(Gpus, OnNoRankMeanTheCpuUnlessTheyAreRequired) {
  const std::vector<FoundGpus> found{without("n1"), without("n2")};
  EXPECT_THAT(assign_gpus(DeviceChoice::automatic, found), IsEmpty());
  EXPECT_THAT(test::user_error([&] { assign_gpus(DeviceChoice::cuda, found); }),
              HasSubstr("parallel.device: cuda, but rank 0 on host n1 has no usable GPU (no driver); use auto or cpu"));
}

}  // namespace
}  // namespace pinpoint::parallel
