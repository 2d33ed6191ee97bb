#include "model/pretrained/model_export.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

#include "model/pretrained/exported_config.h"
#include "model/pretrained/exported_tensors.h"
#include "model/pretrained/safetensors_writer.h"
#include "system/files/mapped_file.h"
#include "system/files/text_file.h"

namespace pinpoint::pretrained {
namespace {

namespace fs = std::filesystem;

bool has_16_bits(at::ScalarType type) { return type == at::kHalf || type == at::kBFloat16; }

ExportSummary start_summary(const ModelDirectory& model, const ExportedTensors& exported) {
  const auto stated = stated_dtype(model.config_text());
  const at::ScalarType dtype = exported.config_dtype();
  const at::ScalarType narrow = has_16_bits(dtype) ? dtype : stated && has_16_bits(*stated) ? *stated : at::kBFloat16;
  return {stated, dtype, RoundingLoss(narrow)};
}

/// A file's tensors in the order of their data.
SafetensorsWriter::Tensors in_order(const SafetensorsFile& file) {
  SafetensorsWriter::Tensors tensors(file.tensors().begin(), file.tensors().end());
  std::ranges::sort(tensors, {}, [](const auto& tensor) { return tensor.second.begin; });
  return tensors;
}

/// Writes the next tensor.
void write(SafetensorsWriter& writer, const SafetensorsFile& file, const std::string& name,
           const ExportedTensors& exported, RoundingLoss& loss) {
  if (exported.is_copied(file, name)) return writer.add_bytes(file.bytes(file.entry(name)).bytes());
  const at::Tensor stored = file.tensor(name), tensor = exported.unconverted(file, name, stored);
  if (exported.is_tuned(file, name)) loss.add(stored, tensor);
  writer.add(tensor.to(exported.entry(file, name).dtype));
}

void export_file(const fs::path& path, const SafetensorsFile& file, const ExportedTensors& exported,
                 RoundingLoss& loss) {
  SafetensorsWriter::Tensors tensors = in_order(file);
  for (auto& [name, entry] : tensors) entry = exported.entry(file, name);
  files::make_folder(path.parent_path());
  SafetensorsWriter writer(path, tensors, file.metadata());
  for (const auto& [name, entry] : tensors) write(writer, file, name, exported, loss);
  writer.commit();
}

/// The index states the bytes of all tensors, which change with their type.
std::string index_of(const ModelDirectory& model, const ExportedTensors& exported) {
  nlohmann::ordered_json index = nlohmann::ordered_json::parse(model.files().index_text());
  std::uint64_t bytes = 0;
  for (const auto& [name, file] : model.files().tensors()) bytes += data_bytes(exported.entry(*file, name));
  if (index.contains("metadata") && index["metadata"].contains("total_size")) index["metadata"]["total_size"] = bytes;
  return index.dump(2) + "\n";
}

/// Whether a file holds weights in any format; these are untuned and not copied.
bool holds_weights(const fs::path& file) {
  constexpr std::array endings{".safetensors", ".bin", ".pt", ".pth", ".h5", ".msgpack", ".onnx", ".gguf"};
  return std::ranges::count(endings, file.extension().string()) > 0 || file.string().ends_with(".index.json");
}

/// Copies any file, a pointer of git-lfs that nothing reads included.
void copy_bytes(const fs::path& from, const fs::path& to) {
  if (fs::file_size(from) == 0) return files::write_atomically(to, "");
  files::write_atomically(to, files::MappedFile(from).map().bytes());
}

/// Copies the files of one folder, not those of its sub-folders.
void copy_other_files(const fs::path& from, const fs::path& to) {
  for (const fs::directory_entry& entry : fs::directory_iterator(from))
    if (entry.is_regular_file() && !holds_weights(entry.path()) && entry.path().filename() != "config.json")
      copy_bytes(entry.path(), to / entry.path().filename());
}

}  // namespace

ExportSummary export_model(const fs::path& folder, const ModelDirectory& model, const ChangedTensors& tuned,
                           std::optional<at::ScalarType> dtype) {
  const ExportedTensors exported(model, tuned, dtype);
  exported.check_range();
  ExportSummary summary = start_summary(model, exported);
  for (const auto& [name, file] : model.files().files()) export_file(folder / name, file, exported, summary.loss);
  if (!model.files().index_text().empty())
    files::write_atomically(folder / "model.safetensors.index.json", index_of(model, exported));
  copy_other_files(model.path(), folder);
  const fs::path templates = "additional_chat_templates";  // more of a tokenizer's templates, one per file
  if (fs::is_directory(model.path() / templates)) {
    files::make_folder(folder / templates);
    copy_other_files(model.path() / templates, folder / templates);
  }
  const bool unstated = !summary.stated && exported.has_one_type();  // every reader finds the type by itself
  files::write_atomically(folder / "config.json",
                          exported_config(model.config_text(), unstated ? std::nullopt : std::optional(summary.dtype),
                                          model.config().tied_embeddings));
  return summary;
}

ExportSummary export_changed(const fs::path& folder, const ModelDirectory& model, const ChangedTensors& tuned,
                             std::optional<at::ScalarType> dtype) {
  const ExportedTensors exported(model, tuned, dtype);
  exported.check_range();
  ExportSummary summary = start_summary(model, exported);
  SafetensorsWriter::Tensors tensors;
  for (const std::string& name : tuned.names())
    tensors.emplace_back(name, exported.entry(*model.files().tensors().at(name), name));
  SafetensorsWriter writer(folder / "changed.safetensors", tensors, {{"format", "pt"}});
  for (const auto& [name, entry] : tensors)
    write(writer, *model.files().tensors().at(name), name, exported, summary.loss);
  writer.commit();
  return summary;
}

}  // namespace pinpoint::pretrained
