#include "model/pretrained/safetensors_writer.h"

#include "system/base/check.h"

namespace pinpoint::pretrained {

SafetensorsWriter::SafetensorsWriter(const std::filesystem::path& path, Tensors tensors, const Metadata& metadata)
    : tensors_(std::move(tensors)), file_(path) {
  file_.write(format_safetensors_header(tensors_, metadata));
}

void SafetensorsWriter::add(const at::Tensor& tensor) {
  PINPOINT_EXPECT(added_ < tensors_.size());
  PINPOINT_EXPECT(tensor.scalar_type() == tensors_[added_].second.dtype);
  PINPOINT_EXPECT(tensor.sizes() == at::IntArrayRef(tensors_[added_].second.shape));
  const at::Tensor rows = tensor.contiguous();
  add_bytes({static_cast<const char*>(rows.data_ptr()), rows.nbytes()});
}

void SafetensorsWriter::add_bytes(std::string_view bytes) {
  PINPOINT_EXPECT(added_ < tensors_.size());
  PINPOINT_EXPECT(bytes.size() == data_bytes(tensors_[added_].second));
  file_.write(bytes);
  ++added_;
}

void SafetensorsWriter::commit() {
  PINPOINT_EXPECT(added_ == tensors_.size());
  file_.commit();
}

void write_safetensors(const std::filesystem::path& path,
                       const std::vector<std::pair<std::string, at::Tensor>>& tensors, const Metadata& metadata) {
  SafetensorsWriter::Tensors entries;
  for (const auto& [name, tensor] : tensors)
    entries.emplace_back(name, TensorEntry{.dtype = tensor.scalar_type(), .shape = tensor.sizes().vec()});
  SafetensorsWriter writer(path, std::move(entries), metadata);
  for (const auto& [name, tensor] : tensors) writer.add(tensor);
  writer.commit();
}

}  // namespace pinpoint::pretrained
