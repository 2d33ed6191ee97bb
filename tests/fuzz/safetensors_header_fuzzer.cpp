/// \file
/// Fuzzes the header of safetensors files. An input is used twice: as a whole file, and as 8 bytes with the size of the
/// data followed by the header's JSON. The second form exists because the first bytes of a file must agree with the
/// length of its JSON, which a fuzzer rarely finds.
#include <algorithm>
#include <cstring>
#include <optional>
#include <tuple>
#include <utility>

#include "expect.h"
#include "model/pretrained/safetensors_header.h"
#include "system/base/check.h"

namespace pinpoint::pretrained {
namespace {

/// Name and entry of every tensor, in the order of their data, as the writer needs them.
std::vector<std::pair<std::string, TensorEntry>> in_order_of_data(const SafetensorsHeader& header) {
  std::vector<std::pair<std::string, TensorEntry>> tensors(header.tensors.begin(), header.tensors.end());
  std::stable_sort(tensors.begin(), tensors.end(), [](const auto& a, const auto& b) {
    return std::pair(a.second.begin, a.second.end) < std::pair(b.second.begin, b.second.end);
  });
  return tensors;
}

/// Whether both name the same tensors with data in the same places, counted from the end of each header.
bool equal(const SafetensorsHeader& a, std::uint64_t a_data, const SafetensorsHeader& b, std::uint64_t b_data) {
  const auto same_tensor = [&](const auto& x, const auto& y) {
    return std::tie(x.first, x.second.dtype, x.second.other_type, x.second.shape) ==
               std::tie(y.first, y.second.dtype, y.second.other_type, y.second.shape) &&
           x.second.begin - a_data == y.second.begin - b_data && x.second.end - a_data == y.second.end - b_data;
  };
  return a.metadata == b.metadata &&
         std::equal(a.tensors.begin(), a.tensors.end(), b.tensors.begin(), b.tensors.end(), same_tensor);
}

std::optional<SafetensorsHeader> parse(std::string_view json, std::uint64_t data_bytes) {
  try {
    return parse_safetensors_header(json, safetensors_prefix_bytes + json.size() + data_bytes, "f");
  } catch (const UserError&) {
    return std::nullopt;
  }
}

std::optional<std::uint64_t> parse_size(std::string_view bytes, std::uint64_t file_size) {
  try {
    return safetensors_header_size(bytes, file_size, "f");
  } catch (const UserError&) {
    return std::nullopt;
  }
}

/// An accepted header is the same after it is written and parsed again.
void check_header(std::string_view json, std::uint64_t data_bytes) {
  const auto header = parse(json, data_bytes);
  if (!header) return;
  const std::string written = format_safetensors_header(in_order_of_data(*header), header->metadata);
  const std::string_view json_again = std::string_view(written).substr(safetensors_prefix_bytes);
  fuzz::expect(parse_size(written, written.size() + data_bytes) == json_again.size(), "the length is the header's");
  const auto again = parse(json_again, data_bytes);
  fuzz::expect(again && equal(*header, safetensors_prefix_bytes + json.size(), *again, written.size()),
               "a header that was written and parsed again says the same");
}

void read_as_file(std::string_view bytes) {
  const auto size = parse_size(bytes, bytes.size());
  if (!size) return;
  const std::string_view rest = bytes.substr(safetensors_prefix_bytes);
  check_header(rest.substr(0, *size), rest.size() - *size);
}

void read_as_header(std::string_view bytes) {
  std::uint64_t data_bytes = 0;
  if (bytes.size() < sizeof data_bytes) return;
  std::memcpy(&data_bytes, bytes.data(), sizeof data_bytes);
  constexpr std::uint64_t largest = std::uint64_t{1}
                                    << 62;  // no file has 2^63 bytes, so the rewritten one must not either
  check_header(bytes.substr(sizeof data_bytes), std::min(data_bytes, largest));
}

}  // namespace
}  // namespace pinpoint::pretrained

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  pinpoint::pretrained::read_as_file(bytes);
  pinpoint::pretrained::read_as_header(bytes);
  return 0;
}
