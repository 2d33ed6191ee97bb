/// \file
/// The last line of a file that this program wrote: a checksum over all bytes before it.
///
/// HDF5 1.10 checks only its data sets, and may crash or hang on a file whose other bytes are damaged; so it is not
/// given one. It reads past the seal, which lies behind the end that it knows of, and cuts it off when another program
/// changes the file: a file without seal is one that was changed on purpose, or cut, which HDF5 notices itself.
#pragma once

#include <string>
#include <string_view>

namespace pinpoint::io {

enum class SealState { missing, intact, broken };

/// The line to put behind `bytes`.
std::string seal_of(std::string_view bytes);
/// \param file all bytes of a file
SealState check_seal(std::string_view file);

}  // namespace pinpoint::io
