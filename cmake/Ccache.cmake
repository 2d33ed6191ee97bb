# Compiles through ccache if it is installed.
find_program(PINPOINT_CCACHE ccache)
if(PINPOINT_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Precompiled headers are compared by their contents.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${PINPOINT_CCACHE})
endif()
