#include "support/golden.h"

#include <fmt/format.h>

#include <string>

#include "model/pretrained/safetensors.h"

namespace pinpoint::test {
namespace {

text::TokenIds tokens(const pretrained::SafetensorsFile& file, const std::string& name) {
  const at::Tensor ids = file.tensor(name).to(at::ScalarType::Long);
  return {ids.data_ptr<std::int64_t>(), ids.data_ptr<std::int64_t>() + ids.numel()};
}

}  // namespace

Golden read_golden(const std::filesystem::path& folder) {
  const pretrained::SafetensorsFile file(folder / "expected.safetensors");
  Golden golden;
  for (int i = 0; i < std::stoi(file.metadata().at("n_seq")); ++i)
    golden.sequences.push_back(
        {tokens(file, fmt::format("seq.{}.ids", i)), file.tensor(fmt::format("seq.{}.logits", i))});
  for (int i = 0; i < std::stoi(file.metadata().at("n_pairs")); ++i) {
    golden.reference.push_back(tokens(file, fmt::format("pp.{}.reference", i)));
    golden.counterfactual.push_back(tokens(file, fmt::format("pp.{}.counterfactual", i)));
  }
  const auto record_ids = tokens(file, "record_ids");
  golden.record_ids = {record_ids.at(0), record_ids.at(1)};
  golden.default_values = file.tensor("default");
  golden.patched = file.tensor("patched");
  golden.ref_z_last = file.tensor("ref_z_last");
  golden.cf_z_last = file.tensor("cf_z_last");
  golden.ref_attn_in_last = file.tensor("ref_attn_in_last");
  return golden;
}

}  // namespace pinpoint::test
