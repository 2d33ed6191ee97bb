# Writes the texts of files into the C++ file OUTPUT, so that the program finds them wherever it is installed. Run as a
# script: cmake -DSCHEMAS=... -DMODELS=... -DGPUS=... -DOUTPUT=... -P EmbedTexts.cmake, lists separated by |
cmake_policy(VERSION 3.25)

function(pinpoint_entries result list name_of)
  string(REPLACE "|" ";" files "${list}")
  set(entries "")
  foreach(file IN LISTS files)
    cmake_path(GET file STEM name)
    if(name_of STREQUAL "folder")  # models/NAME/config.json
      cmake_path(GET file PARENT_PATH parent)
      cmake_path(GET parent FILENAME name)
    endif()
    file(READ ${file} text)
    string(APPEND entries "    {\"${name}\", R\"text(${text})text\"},\n")
  endforeach()
  set(${result} "${entries}" PARENT_SCOPE)
endfunction()
pinpoint_entries(schemas "${SCHEMAS}" file)
pinpoint_entries(models "${MODELS}" folder)
pinpoint_entries(gpus "${GPUS}" file)
file(WRITE ${OUTPUT} "// Made from hdf5_schemas/ and configs/ by cmake/EmbedTexts.cmake.
#include \"system/files/embedded_texts.h\"

namespace pinpoint::files {
namespace {
constexpr EmbeddedText schemas[] = {
${schemas}};
constexpr EmbeddedText models[] = {
${models}};
constexpr EmbeddedText gpus[] = {
${gpus}};
}  // namespace
std::span<const EmbeddedText> embedded_schemas() { return schemas; }
std::span<const EmbeddedText> embedded_models() { return models; }
std::string_view embedded_gpus() { return gpus[0].text; }
}  // namespace pinpoint::files
")
