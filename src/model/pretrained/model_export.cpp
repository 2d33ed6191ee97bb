#include "model/pretrained/model_export.h"

#include <algorithm>
#include <array>

#include "model/pretrained/safetensors_writer.h"
#include "system/files/json_text.h"
#include "system/files/text_file.h"

namespace pinpoint::pretrained {
namespace {

namespace fs = std::filesystem;

/// A file's tensors in the order of their data.
SafetensorsWriter::Tensors in_order(const SafetensorsFile& file) {
  SafetensorsWriter::Tensors tensors(file.tensors().begin(), file.tensors().end());
  std::ranges::sort(tensors, {}, [](const auto& tensor) { return tensor.second.begin; });
  return tensors;
}

void export_file(const fs::path& path, const SafetensorsFile& file, const ChangedTensors& tuned) {
  SafetensorsWriter::Tensors tensors = in_order(file);
  for (auto& [name, entry] : tensors)
    if (tuned.contains(name)) entry.dtype = tuned.type_of(name);
  SafetensorsWriter writer(path, tensors, file.metadata());
  for (const auto& [name, entry] : tensors) {
    const at::Tensor stored = file.tensor(name);
    writer.add(tuned.contains(name) ? tuned.tuned(name, stored) : stored);
  }
  writer.commit();
}

/// The index states the bytes of all tensors, which change with their type.
std::string index_of(const ModelDirectory& model, const ChangedTensors& tuned) {
  nlohmann::ordered_json index = nlohmann::ordered_json::parse(model.files().index_text());
  std::uint64_t bytes = 0;
  for (const auto& [name, file] : model.files().tensors()) {
    const TensorEntry& entry = file->entry(name);
    const std::uint64_t stored = entry.end - entry.begin;
    bytes +=
        tuned.contains(name) ? stored / c10::elementSize(entry.dtype) * c10::elementSize(tuned.type_of(name)) : stored;
  }
  if (index.contains("metadata") && index["metadata"].contains("total_size")) index["metadata"]["total_size"] = bytes;
  return index.dump(2) + "\n";
}

/// Whether a file holds weights in any format; these are untuned and not copied.
bool holds_weights(const fs::path& file) {
  constexpr std::array endings{".safetensors", ".bin", ".pt", ".pth", ".h5", ".msgpack", ".onnx", ".gguf"};
  return std::ranges::count(endings, file.extension().string()) > 0 || file.string().ends_with(".index.json");
}

}  // namespace

void export_model(const fs::path& folder, const ModelDirectory& model, const ChangedTensors& tuned) {
  for (const auto& [name, file] : model.files().files()) export_file(folder / name, file, tuned);
  if (!model.files().index_text().empty())
    files::write_atomically(folder / "model.safetensors.index.json", index_of(model, tuned));
  for (const fs::directory_entry& entry : fs::directory_iterator(model.path()))
    if (entry.is_regular_file() && !holds_weights(entry.path()) && entry.path().filename() != "config.json")
      files::write_atomically(folder / entry.path().filename(), files::read_file(entry.path()));
  files::write_atomically(folder / "config.json", files::read_file(model.path() / "config.json"));
}

void export_changed(const fs::path& folder, const ModelDirectory& model, const ChangedTensors& tuned) {
  SafetensorsWriter::Tensors tensors;
  for (const std::string& name : tuned.names()) {
    TensorEntry entry = model.files().tensors().at(name)->entry(name);
    entry.dtype = tuned.type_of(name);
    tensors.emplace_back(name, entry);
  }
  SafetensorsWriter writer(folder / "changed.safetensors", tensors, {{"format", "pt"}});
  for (const auto& [name, entry] : tensors)
    writer.add(tuned.tuned(name, model.files().tensors().at(name)->tensor(name)));
  writer.commit();
}

}  // namespace pinpoint::pretrained
