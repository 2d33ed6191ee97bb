# The five groups of src/ are its layers; docs/architecture.md draws them. A folder of a group is one static library,
# pinpoint_<group>_<folder>, one namespace and one row of the tree. It links the folders that it USES and no others.
# scripts/check_layers.py reads these lines and refuses an #include that they do not allow.
#
#   pinpoint_group(USES model system)                       in src/<group>/CMakeLists.txt: the groups below this one
#   pinpoint_folder(USES model/transformer system/base      in src/<group>/<folder>/CMakeLists.txt
#                   SUBFOLDERS sweep                        sources in these folders belong to this library too
#                   LIBRARIES libtorch)                     a folder that uses tensors shares the precompiled header

# Only check_layers.py uses the declarations of groups. CMake links folders.
function(pinpoint_group)
endfunction()

function(pinpoint_folder)
  cmake_parse_arguments(arg "" "" "USES;SUBFOLDERS;LIBRARIES" ${ARGN})
  cmake_path(RELATIVE_PATH CMAKE_CURRENT_SOURCE_DIR BASE_DIRECTORY ${PROJECT_SOURCE_DIR}/src OUTPUT_VARIABLE folder)
  string(REPLACE "/" "_" folder ${folder})
  set(name pinpoint_${folder})
  set(patterns *.cpp)
  foreach(subfolder IN LISTS arg_SUBFOLDERS)
    list(APPEND patterns ${subfolder}/*.cpp)
  endforeach()
  file(GLOB sources CONFIGURE_DEPENDS ${patterns})
  string(REPLACE "/" "_" used "${arg_USES}")
  list(TRANSFORM used PREPEND pinpoint_)
  add_library(${name} STATIC ${sources})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(${name} PUBLIC ${used} ${arg_LIBRARIES} PRIVATE pinpoint_options)
  set(tensors "")
  if("libtorch" IN_LIST arg_LIBRARIES)
    set(tensors TENSORS)
  endif()
  pinpoint_compile_quickly(${name} ${tensors})
endfunction()

# Warnings and sanitizers of our own code, tests included.
add_library(pinpoint_options INTERFACE)
target_compile_options(pinpoint_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor)
# A program must not have copies of other libraries' variables (std::cerr). The SentencePiece module looks for symbols
# in its own libraries first, so it would use a different variable.
target_compile_options(pinpoint_options INTERFACE -fPIC)
if(PINPOINT_CHECKS)
  target_compile_definitions(pinpoint_options INTERFACE PINPOINT_CHECKS)
endif()
if(PINPOINT_SANITIZE)
  target_compile_options(pinpoint_options INTERFACE -fsanitize=address,undefined -fno-omit-frame-pointer)
  target_link_options(pinpoint_options INTERFACE -fsanitize=address,undefined)
endif()
