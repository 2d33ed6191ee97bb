/// \file
/// Where tests find reference values, and where they may write.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

namespace pinpoint::test {

/// PINPOINT_SHARED/`relative` (goldens, real data). It exists only on developers' machines and in CI.
std::filesystem::path shared(const std::string& relative);

/// A new folder that is deleted at the end of the scope.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

std::string read_text(const std::filesystem::path& file);
void write_text(const std::filesystem::path& file, const std::string& text);

/// The parts of `text` that a separator follows.
std::vector<std::string> parts_before(std::string text, const std::string& separator);

}  // namespace pinpoint::test

/// Skips the test if the reference values are missing, and says which.
#define PINPOINT_NEEDS_SHARED(relative)                             \
  if (!std::filesystem::exists(::pinpoint::test::shared(relative))) \
  GTEST_SKIP() << "needs " << ::pinpoint::test::shared(relative) << ", which is not here"
