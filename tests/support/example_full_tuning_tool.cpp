/// \file
/// Writes a made-up checkpoint of a tuning of every weight: `example_full_tuning MODEL OUT [float32|bf16]`, into
/// OUT/checkpoints. For the Python tests.
#include <fmt/format.h>

#include <filesystem>
#include <iostream>

#include "model/pretrained/model_directory.h"
#include "model/transformer/vocabulary_tile.h"
#include "study/results/full_checkpoint.h"
#include "support/example_full_tuning.h"
#include "support/example_sweep.h"

int main(int argc, char** argv) {
  using namespace pinpoint;
  if (argc < 3) {
    std::cerr << "usage: example_full_tuning MODEL OUT [float32|bf16]\n";
    return 2;
  }
  const std::filesystem::path folder = argv[1], out = argv[2];
  pretrained::ModelDirectory model(folder);
  hdf5::Provenance provenance = test::example_provenance();
  provenance.model_sha256 = model.fingerprint();
  provenance.config =
      fmt::format("model: {{path: \"{}\", dtype: {}}}\noutput: \"{}\"\n", std::filesystem::absolute(folder).string(),
                  argc > 3 ? argv[3] : "float32", std::filesystem::absolute(out).string());
  const auto units = test::even_units(model.config(), 0, 1, transformer::vocabulary_tile);
  const auto checkpoint = test::example_full_checkpoint(units, 3, provenance);
  std::cout << results::write_full_checkpoint(out / "checkpoints", checkpoint, units, model.config(), 2, {}).string()
            << '\n';
}
