#include "system/parallel/device_choice.h"

#include "system/base/check.h"
#include "system/base/host.h"
#include "system/parallel/hosts.h"

#ifdef PINPOINT_CUDA
#include <cuda_runtime_api.h>
#endif

namespace pinpoint::parallel {

c10::Device choose_device(const Options& options, const Communicator& world) {
  const c10::Device cpu(c10::DeviceType::CPU);
  if (options.device == DeviceChoice::cpu) return cpu;
#ifdef PINPOINT_CUDA
  int count = 0;
  if (cudaGetDeviceCount(&count) == cudaSuccess && count > 0) {
    const int index = peers_on_host(world).before % count;
    cudaSetDevice(index);
    return {c10::DeviceType::CUDA, static_cast<c10::DeviceIndex>(index)};
  }
  validate(options.device != DeviceChoice::cuda, "parallel.device: cuda, but {} has no usable GPU; use auto or cpu",
           host_name());
#else
  (void)world;
  validate(
      options.device != DeviceChoice::cuda,
      "parallel.device: cuda, but this program was built without CUDA; build the preset `cuda`, or use auto or cpu");
#endif
  return cpu;
}

}  // namespace pinpoint::parallel
