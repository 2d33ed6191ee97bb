# Turns FILES (hdf5_schemas/*.yaml, separated by |) into the C++ file OUTPUT, so that the program finds its own
# descriptions wherever it is installed. Run as a script: cmake -DFILES=... -DOUTPUT=... -P EmbedSchemas.cmake
string(REPLACE "|" ";" files "${FILES}")
set(entries "")
foreach(file IN LISTS files)
  cmake_path(GET file STEM name)
  file(READ ${file} text)
  string(APPEND entries "    {\"${name}\", R\"yaml(${text})yaml\"},\n")
endforeach()
file(WRITE ${OUTPUT} "// Made from hdf5_schemas/ by cmake/EmbedSchemas.cmake.
#include \"io/embedded_schemas.h\"

namespace pinpoint::io {
namespace {
constexpr EmbeddedSchema schemas[] = {
${entries}};
}  // namespace
std::span<const EmbeddedSchema> embedded_schemas() { return schemas; }
}  // namespace pinpoint::io
")
