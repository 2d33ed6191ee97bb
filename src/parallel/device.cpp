#include "parallel/device.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <dlfcn.h>
#include <link.h>
#include <sched.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "base/host.h"
#include "parallel/hosts.h"

#ifdef PINPOINT_CUDA
#include <cuda_runtime_api.h>
#endif

namespace pinpoint::parallel {
namespace {

/// This rank's cores as text; the same text on the same host means the same cores.
std::string affinity_mask() {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  if (sched_getaffinity(0, sizeof(mask), &mask) != 0) return {};
  std::string text;
  for (int core = 0; core < CPU_SETSIZE; ++core) text += CPU_ISSET(core, &mask) ? '1' : '0';
  return text;
}

std::optional<int> threads_from(const char* variable) {
  const char* text = std::getenv(variable);
  if (!text) return std::nullopt;
  int threads = 0;
  const auto [end, error] = std::from_chars(text, text + std::strlen(text), threads);
  // OMP_NUM_THREADS may be a list for nested regions ("4,2"); its first number is the one that counts here.
  validate(error == std::errc() && (*end == '\0' || *end == ',') && threads > 0,
           "{}={}: not a number of threads; set it to 1 or more, or unset it", variable, text);
  return threads;
}

/// Calls `visit(name, handle)` for every loaded library whose name contains "blas".
template <class Visit>
void for_each_blas(Visit visit) {
  std::vector<std::string> names;
  dl_iterate_phdr(
      [](dl_phdr_info* info, std::size_t, void* data) {
        if (std::string_view(info->dlpi_name).find("blas") != std::string_view::npos)
          static_cast<std::vector<std::string>*>(data)->push_back(info->dlpi_name);
        return 0;
      },
      &names);
  for (const std::string& name : names)
    if (void* handle = dlopen(name.c_str(), RTLD_LAZY | RTLD_NOLOAD)) {
      visit(handle);
      dlclose(handle);
    }
}

}  // namespace

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

std::int64_t device_memory([[maybe_unused]] c10::Device device) {
  std::size_t free = 0;
#ifdef PINPOINT_CUDA
  std::size_t all = 0;
  cudaSetDevice(device.index());
  cudaMemGetInfo(&free, &all);
#endif
  return static_cast<std::int64_t>(free);
}

bool multiplies_bf16(c10::Device device) {
#if defined(__x86_64__)
  static const bool has_kernels =
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
#else
  constexpr bool has_kernels = false;
#endif
  return !device.is_cpu() || has_kernels;
}

bool has_bf16_units(c10::Device device) {
#if defined(__x86_64__)
  static const bool has_instructions = __builtin_cpu_supports("avx512bf16");
#else
  constexpr bool has_instructions = false;
#endif
  return !device.is_cpu() || (has_instructions && multiplies_bf16(device));
}

int choose_threads(const Options& options, const Communicator& world) {
  if (options.threads) return *options.threads;
  if (const auto threads = threads_from("OMP_NUM_THREADS")) return *threads;
  if (const auto threads = threads_from("SLURM_CPUS_PER_TASK")) return *threads;
  const std::string mask = affinity_mask();
  const auto cores = static_cast<int>(std::count(mask.begin(), mask.end(), '1'));
  return std::max(1, cores / peers_with_same(world, host_name() + mask).all);
}

void set_threads(int threads) {
  at::set_num_threads(threads);
  for_each_blas([&](void* handle) {
    if (void* set = dlsym(handle, "openblas_set_num_threads")) reinterpret_cast<void (*)(int)>(set)(threads);
  });
}

std::string blas_description() {
  std::string text;
  for_each_blas([&](void* handle) {
    void* config = dlsym(handle, "openblas_get_config");
    if (config && text.empty()) text = reinterpret_cast<const char* (*)()>(config)();
  });
  return text;
}

}  // namespace pinpoint::parallel
