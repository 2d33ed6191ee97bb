# Every library that the program depends on. docs/dependencies.md gives the reason for each.
find_package(Threads REQUIRED)
set(MPI_CXX_SKIP_MPICXX ON)  # only the C interface is used
find_package(MPI REQUIRED COMPONENTS CXX)
find_package(Torch REQUIRED)
find_package(fmt REQUIRED)
find_package(Boost REQUIRED COMPONENTS log)
find_package(CLI11 REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(ICU REQUIRED COMPONENTS uc)
find_package(OpenMP REQUIRED COMPONENTS CXX)

set(HDF5_PREFER_PARALLEL ON)
find_package(HDF5 REQUIRED COMPONENTS C HL)
if(NOT HDF5_IS_PARALLEL)
  message(FATAL_ERROR "HDF5 was built without MPI (SFT checkpoints are written collectively): "
                      "install libhdf5-openmpi-dev, or set HDF5_ROOT to a parallel HDF5")
endif()

# Debian ships no CMake configuration for the libraries below.
function(pinpoint_find_library target header library)
  find_path(${target}_INCLUDE_DIR ${header} REQUIRED)
  find_library(${target}_LIBRARY ${library} REQUIRED)
  add_library(${target} INTERFACE)
  target_include_directories(${target} SYSTEM INTERFACE ${${target}_INCLUDE_DIR})
  target_link_libraries(${target} INTERFACE ${${target}_LIBRARY})
endfunction()
pinpoint_find_library(sentencepiece sentencepiece_processor.h sentencepiece)
pinpoint_find_library(xxhash xxhash.h xxhash)
pinpoint_find_library(pcre2 pcre2.h pcre2-8)

# LibTorch, with its headers as system headers and without its global compiler flags.
add_library(libtorch INTERFACE)
target_include_directories(libtorch SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})
target_link_libraries(libtorch INTERFACE ${TORCH_LIBRARIES})
get_target_property(fmt_headers fmt::fmt INTERFACE_INCLUDE_DIRECTORIES)
if(EXISTS ${TORCH_INSTALL_PREFIX}/include/fmt AND NOT fmt_headers STREQUAL "${TORCH_INSTALL_PREFIX}/include")
  # The pip wheel has headers of its own version of fmt, which hide ours, but no library for them.
  target_compile_definitions(libtorch INTERFACE FMT_HEADER_ONLY)
endif()
option(PINPOINT_CUDA "LibTorch was built with CUDA: compute on GPUs where there are any" OFF)
if(PINPOINT_CUDA)
  if(NOT EXISTS ${TORCH_INSTALL_PREFIX}/lib/libc10_cuda.so)  # CMake finds Debian's if there is no other
    message(FATAL_ERROR "The LibTorch in ${TORCH_INSTALL_PREFIX} was built without CUDA: run "
                        "scripts/fetch_cuda_libtorch.sh, or name another one in CMAKE_PREFIX_PATH")
  endif()
  find_package(CUDAToolkit REQUIRED)
  target_compile_definitions(libtorch INTERFACE PINPOINT_CUDA)
  target_link_libraries(libtorch INTERFACE CUDA::cudart)
endif()
message(STATUS "LibTorch ${Torch_VERSION}, HDF5 ${HDF5_VERSION}, MPI ${MPI_CXX_VERSION}")
