#include "system/parallel/device_choice.h"

#include "system/base/check.h"
#include "system/base/host.h"
#include "system/base/log.h"
#include "system/parallel/agreement.h"
#include "system/parallel/hosts.h"

#ifdef PINPOINT_CUDA
#include <cuda_runtime_api.h>
#endif

namespace pinpoint::parallel {
namespace {

constexpr char field_end = '\t';

/// One line: the host, the problem, the identifiers.
std::string to_line(const FoundGpus& found) {
  std::string line = found.host + field_end + found.problem + field_end;
  for (const std::string& gpu : found.gpus) line += gpu + field_end;
  return line;
}

FoundGpus from_line(const std::string& line) {
  std::vector<std::string> fields;
  for (std::size_t begin = 0, end = 0; begin < line.size(); begin = end + 1) {
    end = line.find(field_end, begin);
    fields.push_back(line.substr(begin, end - begin));
  }
  return {.host = fields.at(0), .gpus = {fields.begin() + 2, fields.end()}, .problem = fields.at(1)};
}

/// From now on CUDA's calls of this process mean this GPU.
void take_gpu([[maybe_unused]] int index) {
#ifdef PINPOINT_CUDA
  const cudaError_t error = cudaSetDevice(index);
  validate(error == cudaSuccess,
           "host {}: GPU {} cannot be used ({}); look for other programs on it, or leave this host out", host_name(),
           index, cudaGetErrorString(error));
#endif
}

}  // namespace

FoundGpus find_gpus(DeviceChoice wanted) {
  FoundGpus found{.host = host_name(), .gpus = {}, .problem = "not looked for"};
  if (wanted == DeviceChoice::cpu) return found;
#ifdef PINPOINT_CUDA
  int count = 0;
  const cudaError_t error = cudaGetDeviceCount(&count);
  if (error != cudaSuccess) found.problem = cudaGetErrorString(error);
  for (int index = 0; error == cudaSuccess && index < count; ++index) {
    cudaDeviceProp properties{};
    const cudaError_t known = cudaGetDeviceProperties(&properties, index);
    if (known != cudaSuccess) return {.host = found.host, .gpus = {}, .problem = cudaGetErrorString(known)};
    std::string identifier;
    for (const char byte : properties.uuid.bytes) identifier += fmt::format("{:02x}", static_cast<unsigned char>(byte));
    found.gpus.push_back(identifier);
  }
#else
  found.problem = "this program was built without CUDA: build the preset `cuda`";
#endif
  return found;
}

ChosenDevice choose_device(DeviceChoice wanted, const Communicator& world, const FoundGpus& mine) {
  std::vector<FoundGpus> found;
  for (const std::string& line : texts_of_all(world, to_line(mine))) found.push_back(from_line(line));
  const std::vector<AssignedGpu> assigned = assign_gpus(wanted, found);
  if (assigned.empty()) return {};
  if (const std::string sharing = describe_sharing(found, assigned); !sharing.empty() && world.is_root())
    log_warning("{}", sharing);
  const AssignedGpu& gpu = assigned[static_cast<std::size_t>(world.rank())];
  together(world, [&] { take_gpu(gpu.index); });
  return {{c10::DeviceType::CUDA, static_cast<c10::DeviceIndex>(gpu.index)}, gpu.ranks};
}

}  // namespace pinpoint::parallel
