#include "app/config/gpu_table.h"

#include <gmock/gmock.h>

#include "support/user_error.h"

namespace pinpoint::config {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr std::string_view table = R"(
reached: {products: 0.5, links: 0.8}
disk_gbps: 3
gpus:
  mine: {memory_gb: 10, memory_gbps: 1000, bf16_tflops: 100, float32_tflops: 20, host_gbps: 30, node_gbps: 40, net_gbps: 5, ranks_per_node: 4, host_memory_gb: 64}
  none: {memory_gb: 10, memory_gbps: 100, bf16_tflops: 1, float32_tflops: 2, node_gbps: 40, net_gbps: 5, ranks_per_node: 2, computes_on_host: true}
)";

TEST(GpuTable, IsReadWithTheRatesThatAreReached) {
  const auto machines = parse_machines(table, "table.yaml");
  ASSERT_EQ(machines.size(), 2u);
  const planning::Machine& mine = machines[0];
  EXPECT_EQ(mine.name, "mine");
  EXPECT_EQ(mine.memory, 10e9);
  EXPECT_EQ(mine.host_memory, 64e9);
  EXPECT_EQ(mine.products(transformer::DType::bf16), 50e12);
  EXPECT_EQ(mine.products(transformer::DType::float32), 10e12);
  EXPECT_DOUBLE_EQ(mine.host_link, 24e9);
  EXPECT_DOUBLE_EQ(mine.node_link, 32e9);
  EXPECT_DOUBLE_EQ(mine.network, 4e9);
  EXPECT_EQ(mine.disk, 3e9);
  EXPECT_EQ(mine.per_node, 4);
  EXPECT_FALSE(mine.computes_on_host);
  EXPECT_TRUE(machines[1].computes_on_host);
}

TEST(GpuTable, OfTheProgramKnowsTheseMachines) {
  // Memory and dense bf16 rate, from the manufacturers' data sheets.
  for (const auto& [name, gigabytes, tflops] : {std::tuple{"H100-80G", 80, 989},
                                                {"H200", 141, 989},
                                                {"A100-80G", 80, 312},
                                                {"A100-40G", 40, 312},
                                                {"B200", 180, 2250}}) {
    const planning::Machine machine = find_machine(name);
    EXPECT_EQ(machine.memory, 1e9 * gigabytes) << name;
    EXPECT_EQ(machine.bf16_peak, 1e12 * tflops) << name;
    EXPECT_EQ(machine.per_node, 8) << name;
  }
  EXPECT_TRUE(find_machine("cpu").computes_on_host);
}

TEST(GpuTable, ListsTheKnownNamesForAnUnknownOne) {
  EXPECT_THAT(test::user_error([] { find_machine("H20"); }),
              AllOf(HasSubstr("--gpu H20: not in the table"), HasSubstr("did you mean H200?"),
                    HasSubstr("A100-40G, B200, cpu")));
}

TEST(GpuTable, WithAMissingOrImpossibleNumberIsRefused) {
  const auto message = [](std::string text, std::string_view part, std::string_view other) {
    text.replace(text.find(part), part.size(), other);
    return test::user_error([&] { parse_machines(text, "table.yaml"); });
  };
  EXPECT_THAT(message(std::string(table), "disk_gbps: 3", "disk_gbps: no"),
              HasSubstr("disk_gbps: missing or not a number"));
  EXPECT_THAT(message(std::string(table), "memory_gb: 10, ", ""), HasSubstr("table.yaml:5: memory_gb: missing"));
  EXPECT_THAT(message(std::string(table), "net_gbps: 5", "net_gbps: 0"),
              HasSubstr("net_gbps: missing or not a number above 0"));
  EXPECT_THAT(message(std::string(table), "ranks_per_node: 4", "ranks_per_node: 1e12"),
              HasSubstr("table.yaml:5: ranks_per_node: above 100000"));
}

}  // namespace
}  // namespace pinpoint::config
