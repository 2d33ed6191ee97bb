/// \file
/// Makes idle threads of OpenMP sleep (docs/performance.md, Threads).
///
/// By default they spin for milliseconds after each parallel loop. Then they take a core from another process, or
/// from the thread that they wait for. libgomp reads the policy when it is loaded, before `main`. So the program
/// starts itself again with OMP_WAIT_POLICY=passive in its environment, before the constructors of the libraries. Its
/// process id, arguments and open files are the same, so launchers and debuggers notice nothing.
#include <sys/auxv.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <string_view>

namespace {

using Environment = char**;

bool has(Environment environment, std::string_view name) {
  for (; *environment; ++environment) {
    const std::string_view entry(*environment);
    if (entry.starts_with(name) && entry.substr(name.size()).starts_with('=')) return true;
  }
  return false;
}

/// Valgrind does not follow the new start. It preloads a library of its own.
bool is_in_valgrind(Environment environment) {
  for (; *environment; ++environment) {
    const std::string_view entry(*environment);
    if (entry.starts_with("LD_PRELOAD=") && entry.find("vgpreload") != std::string_view::npos) return true;
  }
  return false;
}

/// The dynamic loader was started with this program as its argument. A new start would be without the loader's options.
bool is_started_by_loader() { return getauxval(AT_BASE) == 0; }

/// Returns if the user chose a policy, which includes the second start, or if there can be no second start.
void wait_passively(int, char** arguments, Environment environment) {
  if (has(environment, "OMP_WAIT_POLICY") || has(environment, "GOMP_SPINCOUNT")) return;
  if (is_in_valgrind(environment) || is_started_by_loader()) return;
  char passive[] = "OMP_WAIT_POLICY=passive";
  Environment end = environment;
  while (*end) ++end;
  // On the stack: the allocator is not ready for use.
  const auto bytes = static_cast<std::size_t>(end - environment + 2) * sizeof(char*);
  auto extended = static_cast<Environment>(__builtin_alloca(bytes));
  *std::copy(environment, end, extended) = passive;
  extended[end - environment + 1] = nullptr;
  execve(std::bit_cast<const char*>(getauxval(AT_EXECFN)), arguments, extended);
}

/// The loader calls it before the constructors of all libraries.
__attribute__((section(".preinit_array"), used)) void (*const before_libraries)(int, char**,
                                                                                Environment) = wait_passively;

}  // namespace
