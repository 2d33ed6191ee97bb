# The commit, read at build time and not at configure time, into a header that only system/base/version.cpp includes.
set(PINPOINT_COMMIT_HEADER ${PROJECT_BINARY_DIR}/generated/pinpoint_commit.h)
add_custom_target(pinpoint_commit
  COMMAND ${CMAKE_COMMAND} -DHEADER=${PINPOINT_COMMIT_HEADER} -DSOURCE=${PROJECT_SOURCE_DIR}
          -P ${PROJECT_SOURCE_DIR}/cmake/WriteCommit.cmake
  BYPRODUCTS ${PINPOINT_COMMIT_HEADER} COMMENT "")
