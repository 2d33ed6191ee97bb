# `cmake --install` makes a tree that works from any place: the program finds its SentencePiece module relative to
# itself and contains the schemas, model shapes and GPU table that it needs.
#   bin/pinpoint  lib/pinpoint/pinpoint_sentencepiece.so  share/pinpoint/{configs,hdf5_schemas,slurm}  share/doc/pinpoint
include(GNUInstallDirs)

# Where programs look for the module, in an installation and in the build (where programs are one or two folders deep).
set(PINPOINT_MODULE_DIRECTORY ${PROJECT_BINARY_DIR}/lib/pinpoint)
set(CMAKE_BUILD_RPATH "$ORIGIN/../lib/pinpoint;$ORIGIN/../../lib/pinpoint")
set(CMAKE_INSTALL_RPATH "$ORIGIN/../lib/pinpoint")
set(CMAKE_INSTALL_RPATH_USE_LINK_PATH ON)  # a LibTorch outside the system's folders stays where it is

function(pinpoint_install)
  install(TARGETS pinpoint RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  install(TARGETS pinpoint_sentencepiece LIBRARY DESTINATION lib/pinpoint)
  install(DIRECTORY configs hdf5_schemas slurm DESTINATION ${CMAKE_INSTALL_DATADIR}/pinpoint)
  install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR})
  install(FILES README.md CHANGELOG.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
endfunction()
