# Compiles through ccache where it is installed.
find_program(PINPOINT_CCACHE ccache)
if(PINPOINT_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${PINPOINT_CCACHE})
endif()
