#include "app/config/gpu_table.h"

#include <fmt/ranges.h>

#include <cmath>

#include "study/planning/fit.h"
#include "system/base/check.h"
#include "system/files/embedded_texts.h"
#include "system/files/nearest_name.h"
#include "system/files/yaml_document.h"

namespace pinpoint::config {
namespace {

/// Numbers of one map of the table.
class Numbers {
 public:
  Numbers(const YAML::Node& node, std::string_view file) : node_(node), file_(file) {
    validate(node.IsMap(), "{}: expected a map; see configs/gpus.yaml", files::place_of(node, file));
  }

  bool has(const char* key) const { return node_[key].IsDefined(); }
  /// A finite number above 0.
  double get(const char* key) const {
    double number = 0;
    validate(has(key) && YAML::convert<double>::decode(node_[key], number) && std::isfinite(number) && number > 0,
             "{}: {}: missing or not a number above 0; see configs/gpus.yaml", files::place_of(node_, file_), key);
    return number;
  }
  int ranks(const char* key) const {
    const double number = get(key);
    validate(number <= planning::most_ranks, "{}: {}: above {}; see configs/gpus.yaml", files::place_of(node_, file_),
             key, planning::most_ranks);
    return static_cast<int>(number);
  }

 private:
  YAML::Node node_;
  std::string_view file_;
};

constexpr double giga = 1e9, tera = 1e12;

planning::Machine parse_machine(const std::string& name, const Numbers& numbers, const Numbers& reached, double disk) {
  const double links = giga * reached.get("links");
  planning::Machine machine{.name = name,
                            .memory = giga * numbers.get("memory_gb"),
                            .host_memory = 0,
                            .bf16_peak = tera * numbers.get("bf16_tflops"),
                            .float32_peak = tera * numbers.get("float32_tflops"),
                            .efficiency = reached.get("products"),
                            .memory_rate = links * numbers.get("memory_gbps"),
                            .host_link = 0,
                            .node_link = links * numbers.get("node_gbps"),
                            .network = links * numbers.get("net_gbps"),
                            .disk = giga * disk,
                            .per_node = numbers.ranks("ranks_per_node"),
                            .computes_on_host = numbers.has("computes_on_host")};
  // On a CPU nothing crosses a link to reach the memory that is computed in.
  machine.host_link = machine.computes_on_host ? machine.memory_rate : links * numbers.get("host_gbps");
  if (!machine.computes_on_host) machine.host_memory = giga * numbers.get("host_memory_gb");
  return machine;
}

}  // namespace

std::vector<planning::Machine> parse_machines(std::string_view yaml, std::string_view file) {
  const YAML::Node root = files::parse_yaml(yaml, file);
  const Numbers table(root, file), reached(root["reached"], file);
  const double disk = table.get("disk_gbps");
  std::vector<planning::Machine> machines;
  for (const auto& entry : root["gpus"])
    machines.push_back(parse_machine(entry.first.Scalar(), Numbers(entry.second, file), reached, disk));
  return machines;
}

planning::Machine find_machine(std::string_view name) {
  std::vector<std::string> known;
  for (const planning::Machine& machine : parse_machines(files::embedded_gpus(), "configs/gpus.yaml")) {
    if (machine.name == name) return machine;
    known.push_back(machine.name);
  }
  const auto near = files::nearest_name(name, known);
  throw UserError(
      fmt::format("--gpu {}: not in the table{}; choose {}, or give --gpu-memory-gb and --gpu-tflops in place "
                  "of a name",
                  name, near ? " (did you mean " + *near + "?)" : "", fmt::join(known, ", ")));
}

}  // namespace pinpoint::config
