/// \file
/// The last line of a file that this program wrote: a checksum over all bytes before it.
///
/// HDF5 1.10 checks only its data sets, and may crash or hang on a file whose other bytes are damaged; so it is not
/// given one. It reads past the seal, which lies behind the end that it knows of, and cuts it off when another program
/// changes the file: a file without seal is one that was changed on purpose, or cut, which HDF5 notices itself.
///
/// There are two kinds: one is the checksum of the bytes as they stand, the other, for files that are larger than any
/// memory, the checksum of their blocks' checksums, which ranks compute side by side.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "system/files/input_file.h"
#include "system/parallel/communicator.h"

namespace pinpoint::hdf5 {

enum class SealState { missing, intact, broken };

/// The line to put behind `bytes`.
std::string seal_of(std::string_view bytes);

/// Bytes of a block: long enough that a seal of a terabyte is made of few checksums.
inline constexpr std::int64_t seal_block = 64 << 20;
/// The line to put behind a file: of its blocks, which the ranks share evenly. Collective; every rank gets it. A rank
/// holds a megabyte of the file at a time.
/// \throws UserError, the same on all ranks, when one of them cannot read the file
std::string block_seal_of(const std::filesystem::path& file, const parallel::Communicator& ranks,
                          std::int64_t block = seal_block);

/// Of a file in memory, with either kind of seal.
SealState check_seal(const files::InputFile& input);
/// Of a file with either kind of seal. Collective. \throws UserError as block_seal_of
SealState check_seal(const std::filesystem::path& file, const parallel::Communicator& ranks = {});
/// Throws a UserError where the seal is broken.
void require_intact(const files::InputFile& input);
/// Throws a UserError, the same on all ranks, where the seal is broken. Collective.
void require_intact(const std::filesystem::path& file, const parallel::Communicator& ranks = {});

}  // namespace pinpoint::hdf5
