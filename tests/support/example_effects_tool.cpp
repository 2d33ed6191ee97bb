/// \file
/// Writes an example of every HDF5 file of a sweep into a folder, for the Python tests:
/// effects.h5, partial.h5 (four of six pairs finished) and sweep.parts/0000.h5.
#include <iostream>

#include "support/example_sweep.h"

int main(int argc, char** argv) try {
  if (argc != 2) throw std::runtime_error("usage: example_effects FOLDER");
  const std::filesystem::path folder = argv[1];
  using namespace pinpoint;
  results::write_effects(folder / "effects.h5", test::example_effects());
  results::write_effects(folder / "partial.h5", test::example_effects(4));
  results::write_part(folder / "sweep.parts", test::example_part(test::example_record(6, 3, 4), {0, 1}),
                      test::example_provenance());
  return 0;
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
