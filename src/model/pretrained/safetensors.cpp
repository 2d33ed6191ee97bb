#include "model/pretrained/safetensors.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

#include "system/base/check.h"
#include "system/files/lfs_pointer.h"

namespace pinpoint::pretrained {
namespace {

SafetensorsHeader read_header(const files::MappedFile& file) {
  constexpr std::uint64_t pointer_bytes = 64;  // enough to know a pointer by
  const std::string name = file.path().string();
  files::refuse_lfs_pointer(file.map(0, std::min(file.size(), pointer_bytes)).bytes(), file.path());
  const files::MappedRange prefix = file.map(0, std::min(file.size(), safetensors_prefix_bytes));
  const std::uint64_t size = safetensors_header_size(prefix.bytes(), file.size(), name);
  const files::MappedRange header = file.map(safetensors_prefix_bytes, safetensors_prefix_bytes + size);
  return parse_safetensors_header(header.bytes(), file.size(), name);
}

}  // namespace

SafetensorsFile::SafetensorsFile(const std::filesystem::path& path) : file_(path), header_(read_header(file_)) {}

const TensorEntry& SafetensorsFile::entry(const std::string& name) const {
  const auto found = header_.tensors.find(name);
  validate(found != header_.tensors.end(), "{}: holds no tensor \"{}\"; check that this is the right file",
           path().string(), name);
  return found->second;
}

at::Tensor SafetensorsFile::tensor(const std::string& name) const {
  const TensorEntry& wanted = entry(name);
  PINPOINT_EXPECT(wanted.dtype != at::ScalarType::Undefined);
  const auto range = std::make_shared<files::MappedRange>(file_.map(wanted.begin, wanted.end));
  const std::string_view bytes = range->bytes();
  if (bytes.empty() || wanted.begin % c10::elementSize(wanted.dtype) != 0) {
    const at::Tensor copy = at::empty(wanted.shape, wanted.dtype);
    if (!bytes.empty()) std::memcpy(copy.data_ptr(), bytes.data(), bytes.size());
    return copy;
  }
  return at::from_blob(
      const_cast<char*>(bytes.data()), wanted.shape, [range](void*) {}, wanted.dtype);
}

}  // namespace pinpoint::pretrained
