#include "system/files/input_file.h"

#include "system/base/digest.h"
#include "system/files/text_file.h"

namespace pinpoint::files {

InputFile read_input(const std::filesystem::path& path) {
  InputFile input{path, read_file(path), {}};
  input.sha256 = pinpoint::sha256(input.bytes);
  return input;
}

}  // namespace pinpoint::files
