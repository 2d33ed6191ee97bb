# One folder of src/ is one layer: one static library, pinpoint_<folder>, made of the .cpp files in it, that links the
# layers it USES and no others; without .cpp files, headers alone. scripts/check_layers.py reads
# these very lines and refuses an #include that they do not allow. Layers with tensors share a precompiled header.
#
#   pinpoint_layer(model USES parallel base LIBRARIES libtorch)
function(pinpoint_layer name)
  cmake_parse_arguments(arg "" "" "USES;LIBRARIES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  list(TRANSFORM arg_USES PREPEND pinpoint_)
  if(sources)
    set(scope PUBLIC)
    add_library(pinpoint_${name} STATIC ${sources})
    target_link_libraries(pinpoint_${name} PRIVATE pinpoint_options)
    if("libtorch" IN_LIST arg_LIBRARIES)
      pinpoint_use_precompiled(pinpoint_${name})
    endif()
  else()
    set(scope INTERFACE)
    add_library(pinpoint_${name} INTERFACE)
  endif()
  target_include_directories(pinpoint_${name} ${scope} ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(pinpoint_${name} ${scope} ${arg_USES} ${arg_LIBRARIES})
endfunction()

# Warnings and sanitizers of our own code, tests included.
add_library(pinpoint_options INTERFACE)
target_compile_options(pinpoint_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor)
# A program must not hold copies of other libraries' variables (std::cerr): the SentencePiece module, which looks for
# symbols in its own libraries first, would see another one.
target_compile_options(pinpoint_options INTERFACE -fPIC)
if(PINPOINT_CHECKS)
  target_compile_definitions(pinpoint_options INTERFACE PINPOINT_CHECKS)
endif()
if(PINPOINT_SANITIZE)
  target_compile_options(pinpoint_options INTERFACE -fsanitize=address,undefined -fno-omit-frame-pointer)
  target_link_options(pinpoint_options INTERFACE -fsanitize=address,undefined)
endif()
