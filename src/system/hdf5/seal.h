/// \file
/// The seal: the last line of a file that this program wrote, a checksum over all bytes before it.
///
/// HDF5 1.10 checks only its data sets, and may crash or hang on a file whose other bytes are damaged. So the seal is
/// compared before HDF5 opens a file. HDF5 ignores the seal, which is behind the end of the file that it knows. When
/// another program changes the file, HDF5 cuts the seal off. So a file without any trace of a seal is accepted: either
/// it was changed on purpose, or nothing but the seal is lost (HDF5 itself refuses a file that is cut further).
///
/// There are two kinds. One is the checksum of all bytes. The other, for files larger than any memory, is the checksum
/// of the checksums of their blocks, which ranks compute side by side.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "system/files/input_file.h"
#include "system/parallel/communicator.h"

namespace pinpoint::hdf5 {

enum class SealState {
  missing,  ///< no trace of a seal
  intact,
  broken,  ///< the bytes before the seal or the seal itself are damaged
};

/// The line to write after `bytes`.
std::string seal_of(std::string_view bytes);

/// Bytes of a block: large enough that the seal of a terabyte needs few checksums.
inline constexpr std::int64_t seal_block = 64 << 20;
/// The line to write after a large file. The ranks share its blocks evenly. Collective; every rank gets the line. A
/// rank holds a megabyte of the file at a time.
/// \throws UserError, the same on all ranks, if a rank cannot read the file
std::string block_seal_of(const std::filesystem::path& file, const parallel::Communicator& ranks,
                          std::int64_t block = seal_block);

/// Compares a file with its seal, of either kind. Any changed byte of a sealed file, also in the seal, makes it
/// `broken`. A seal of blocks of another size is `broken`, because the checksum does not cover the size.
/// Collective. \throws UserError as block_seal_of
SealState check_seal(const std::filesystem::path& file, const parallel::Communicator& ranks = {},
                     std::int64_t block = seal_block);
/// The same for a file in memory. Not collective.
SealState check_seal(const files::InputFile& input, std::int64_t block = seal_block);
/// Throws a UserError if the seal is broken.
void require_intact(const files::InputFile& input);
/// Throws a UserError, the same on all ranks, if the seal is broken. Collective.
void require_intact(const std::filesystem::path& file, const parallel::Communicator& ranks = {});
/// Whether a file shows any trace of a seal. Reads only its end.
bool has_seal(const std::filesystem::path& file);

}  // namespace pinpoint::hdf5
