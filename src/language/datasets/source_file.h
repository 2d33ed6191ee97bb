/// \file
/// A file of a data set that questions were read from, for the manifest of what was made of them.
#pragma once

#include <cstdint>
#include <string>

namespace pinpoint::datasets {

struct SourceFile {
  std::string name;  ///< relative to the data set's folder
  std::string sha256;
  std::int64_t rows = 0;
};

}  // namespace pinpoint::datasets
