# Two ways to parse fewer headers. Both are off in the preset cuda, so that its build finds missing includes. The preset
# dev compiles file by file, which is faster after a small change.

# LibTorch's tensor header and what nearly every file with tensors includes, parsed once for all targets.
option(PINPOINT_PRECOMPILE "Precompile LibTorch's tensor header" ON)
# Several files of a folder in one translation unit (CONTRIBUTING.md, "Build and test"). Names in the anonymous
# namespaces of one folder must therefore differ.
option(PINPOINT_UNITY "Compile several source files of a folder together" ON)

if(PINPOINT_PRECOMPILE)
  file(WRITE ${PROJECT_BINARY_DIR}/precompiled.cpp "")
  add_library(pinpoint_precompiled STATIC ${PROJECT_BINARY_DIR}/precompiled.cpp)
  target_link_libraries(pinpoint_precompiled PRIVATE pinpoint_options libtorch fmt::fmt)
  target_precompile_headers(pinpoint_precompiled PRIVATE
    <ATen/core/Tensor.h> <ATen/TensorOperators.h> <fmt/format.h>
    <filesystem> <functional> <map> <memory> <optional> <string> <vector>)
endif()

# TENSORS: the target uses LibTorch, so it shares the precompiled header.
function(pinpoint_compile_quickly target)
  cmake_parse_arguments(arg "TENSORS" "" "" ${ARGN})
  if(PINPOINT_PRECOMPILE AND arg_TENSORS)
    target_precompile_headers(${target} REUSE_FROM pinpoint_precompiled)
  endif()
  if(PINPOINT_UNITY)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
  endif()
endfunction()
