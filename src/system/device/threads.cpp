#include "system/device/threads.h"

#include <ATen/Parallel.h>
#include <dlfcn.h>
#include <link.h>

#include <string_view>
#include <vector>

namespace pinpoint::device {
namespace {

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

void set_threads(int threads) {
  for_each_blas([&](void* handle) {
    if (void* set = dlsym(handle, "openblas_set_num_threads")) reinterpret_cast<void (*)(int)>(set)(1);
  });
  at::set_num_threads(threads);  // last: OpenBLAS's OpenMP variant sets OpenMP's number to its own
}

std::string blas_description() {
  std::string text;
  for_each_blas([&](void* handle) {
    void* config = dlsym(handle, "openblas_get_config");
    if (config && text.empty()) text = reinterpret_cast<const char* (*)()>(config)();
  });
  return text;
}

}  // namespace pinpoint::device
