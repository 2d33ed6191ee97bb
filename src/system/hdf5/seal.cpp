#include "system/hdf5/seal.h"

#include <ATen/ops/empty.h>
#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <numeric>
#include <vector>

#include "system/base/check.h"
#include "system/files/mapped_file.h"
#include "system/parallel/agreement.h"
#include "system/parallel/collectives.h"

namespace pinpoint::hdf5 {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view begin_of_seal = "\npinpoint xxh3-128 ";
constexpr std::string_view begin_of_block_seal = "\npinpoint xxh3-128-of-blocks ";
constexpr std::string_view mark = "\npinpoint xxh3-128";                   // of either kind
constexpr std::size_t digest_size = 32;                                    // 128 bits in hexadecimal
constexpr std::size_t block_digits = 16;                                   // the size of a block in bytes, decimal
constexpr std::size_t seal_size = begin_of_seal.size() + digest_size + 1;  // with the end of the line
constexpr std::size_t block_seal_size = begin_of_block_seal.size() + block_digits + 1 + digest_size + 1;
constexpr std::uint64_t read_at_once = 1 << 20;

std::string seal_line(const XXH128_hash_t& hash) {
  return fmt::format("{}{:016x}{:016x}\n", begin_of_seal, hash.high64, hash.low64);
}

/// \param hash of the checksums of all blocks
std::string block_seal_line(const XXH128_hash_t& hash, std::uint64_t block) {
  return fmt::format("{}{:0{}} {:016x}{:016x}\n", begin_of_block_seal, block, block_digits, hash.high64, hash.low64);
}

/// Of bytes begin .. end-1.
XXH128_hash_t hash_of(const files::MappedFile& file, std::uint64_t begin, std::uint64_t end) {
  const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state(XXH3_createState(), XXH3_freeState);
  XXH3_128bits_reset(state.get());
  std::vector<char> piece(std::min(read_at_once, end - begin));
  for (; begin < end; begin += piece.size()) {
    piece.resize(std::min<std::uint64_t>(piece.size(), end - begin));
    file.read(begin, piece.data(), piece.size());
    XXH3_128bits_update(state.get(), piece.data(), piece.size());
  }
  return XXH3_128bits_digest(state.get());
}

/// The seal of the first `size` bytes of a file. Collective.
std::string block_seal_of(const fs::path& path, std::uint64_t size, const parallel::Communicator& ranks,
                          std::uint64_t block) {
  const std::uint64_t blocks = (size + block - 1) / block, rank = static_cast<std::uint64_t>(ranks.rank()),
                      count = static_cast<std::uint64_t>(ranks.size());
  const std::uint64_t first = blocks * rank / count, last = blocks * (rank + 1) / count;
  at::Tensor mine = at::empty({static_cast<std::int64_t>(last - first), sizeof(XXH128_canonical_t)}, at::kByte);
  parallel::together(ranks, [&] {
    auto* digest = reinterpret_cast<XXH128_canonical_t*>(mine.data_ptr());
    if (first == last) return;
    const files::MappedFile file(path);
    for (std::uint64_t i = first; i < last; ++i)
      XXH128_canonicalFromHash(digest++, hash_of(file, i * block, std::min((i + 1) * block, size)));
  });
  const at::Tensor all = parallel::all_gather(ranks, mine);
  return block_seal_line(XXH3_128bits(all.data_ptr(), all.nbytes()), block);
}

/// The last bytes of a file, at most `block_seal_size`, and its length. As rank 0 sees them, so that all ranks agree.
struct End {
  std::string bytes;
  std::uint64_t size = 0;
};

End end_of(const fs::path& path, const parallel::Communicator& ranks) {
  End end;
  parallel::together(ranks, [&] {
    if (!ranks.is_root()) return;
    const files::MappedFile file(path);
    end.size = file.size();
    end.bytes.resize(std::min<std::uint64_t>(end.size, block_seal_size));
    file.read(end.size - end.bytes.size(), end.bytes.data(), end.bytes.size());
  });
  end.bytes = parallel::broadcast(ranks, end.bytes, 0);
  end.size = static_cast<std::uint64_t>(parallel::maximum(ranks, static_cast<std::int64_t>(end.size)));
  return end;
}

SealState check_blocks(const fs::path& path, const End& end, const parallel::Communicator& ranks, std::uint64_t block) {
  return block_seal_of(path, end.size - block_seal_size, ranks, block) == end.bytes ? SealState::intact
                                                                                    : SealState::broken;
}

/// Only rank 0 computes: one checksum over all bytes cannot be shared.
SealState check_whole(const fs::path& path, const End& end, const parallel::Communicator& ranks) {
  bool intact = false;
  parallel::together(ranks, [&] {
    if (!ranks.is_root()) return;
    const std::string seal = seal_line(hash_of(files::MappedFile(path), 0, end.size - seal_size));
    intact = end.bytes.ends_with(seal);
  });
  return parallel::maximum(ranks, intact) != 0 ? SealState::intact : SealState::broken;
}

/// Whether most bytes of `begin` are at their places where a seal of `size` bytes would be.
bool resembles(std::string_view end, std::size_t size, std::string_view begin) {
  if (end.size() < size) return false;
  const std::string_view found = end.substr(end.size() - size, begin.size());
  return 2 * std::inner_product(begin.begin(), begin.end(), found.begin(), std::size_t{0}, std::plus<>(),
                                std::equal_to<>()) >
         begin.size();
}

/// What damage leaves of a seal: its first word shifted because bytes are lost or added after it, or most of it in
/// place.
bool has_remnant(std::string_view end) {
  return end.find(mark) != std::string_view::npos || resembles(end, seal_size, begin_of_seal) ||
         resembles(end, block_seal_size, begin_of_block_seal);
}

std::string block_seal_of(std::string_view bytes, std::uint64_t block) {
  std::vector<XXH128_canonical_t> digests;
  for (std::size_t begin = 0; begin < bytes.size(); begin += block) {
    const std::string_view piece = bytes.substr(begin, block);
    XXH128_canonicalFromHash(&digests.emplace_back(), XXH3_128bits(piece.data(), piece.size()));
  }
  return block_seal_line(XXH3_128bits(digests.data(), digests.size() * sizeof(XXH128_canonical_t)), block);
}

void require_unbroken(SealState state, const fs::path& file) {
  validate(state != SealState::broken, "{}: is damaged (its bytes are not those that were written); make it again",
           file.string());
}

}  // namespace

std::string seal_of(std::string_view bytes) { return seal_line(XXH3_128bits(bytes.data(), bytes.size())); }

std::string block_seal_of(const fs::path& file, const parallel::Communicator& ranks, std::int64_t block) {
  std::uint64_t size = 0;
  parallel::together(ranks, [&] {
    if (ranks.is_root()) size = files::MappedFile(file).size();
  });
  size = static_cast<std::uint64_t>(parallel::maximum(ranks, static_cast<std::int64_t>(size)));
  return block_seal_of(file, size, ranks, static_cast<std::uint64_t>(block));
}

SealState check_seal(const fs::path& file, const parallel::Communicator& ranks, std::int64_t block) {
  const End end = end_of(file, ranks);
  const std::string_view bytes = end.bytes;
  if (bytes.size() == block_seal_size && bytes.starts_with(begin_of_block_seal))
    return check_blocks(file, end, ranks, static_cast<std::uint64_t>(block));
  if (bytes.size() >= seal_size && bytes.substr(bytes.size() - seal_size).starts_with(begin_of_seal))
    return check_whole(file, end, ranks);
  return has_remnant(bytes) ? SealState::broken : SealState::missing;
}

SealState check_seal(const files::InputFile& input, std::int64_t block) {
  const std::string_view bytes = input.bytes;
  const std::string_view end = bytes.substr(bytes.size() - std::min(bytes.size(), block_seal_size));
  const auto compare = [&](const std::string& seal) {
    return seal == end.substr(end.size() - seal.size()) ? SealState::intact : SealState::broken;
  };
  if (end.size() == block_seal_size && end.starts_with(begin_of_block_seal))
    return compare(block_seal_of(bytes.substr(0, bytes.size() - block_seal_size), static_cast<std::uint64_t>(block)));
  if (end.size() >= seal_size && end.substr(end.size() - seal_size).starts_with(begin_of_seal))
    return compare(seal_of(bytes.substr(0, bytes.size() - seal_size)));
  return has_remnant(end) ? SealState::broken : SealState::missing;
}

bool has_seal(const fs::path& file) { return has_remnant(end_of(file, {}).bytes); }

void require_intact(const files::InputFile& input) { require_unbroken(check_seal(input), input.path); }

void require_intact(const fs::path& file, const parallel::Communicator& ranks) {
  require_unbroken(check_seal(file, ranks), file);
}

}  // namespace pinpoint::hdf5
