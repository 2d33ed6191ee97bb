# What nearly every file with tensors in it includes, compiled once: it halves the time of a build. Off, a build shows
# which file forgot an include (the preset cuda has it off).
option(PINPOINT_PRECOMPILE "Compile LibTorch's tensor header once for all files" ON)
if(PINPOINT_PRECOMPILE)
  file(WRITE ${PROJECT_BINARY_DIR}/precompiled.cpp "")
  add_library(pinpoint_precompiled STATIC ${PROJECT_BINARY_DIR}/precompiled.cpp)
  target_link_libraries(pinpoint_precompiled PRIVATE pinpoint_options libtorch fmt::fmt)
  target_precompile_headers(pinpoint_precompiled PRIVATE
    <ATen/core/Tensor.h> <ATen/TensorOperators.h> <fmt/format.h>
    <filesystem> <functional> <map> <memory> <optional> <string> <vector>)
endif()

function(pinpoint_use_precompiled target)
  if(PINPOINT_PRECOMPILE)
    target_precompile_headers(${target} REUSE_FROM pinpoint_precompiled)
  endif()
endfunction()

function(pinpoint_compile_quickly target libraries)
  if("libtorch" IN_LIST libraries)
    pinpoint_use_precompiled(${target})
  endif()
endfunction()
