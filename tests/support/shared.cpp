#include "support/shared.h"

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace pinpoint::test {

std::filesystem::path shared(const std::string& relative) {
  const char* root = std::getenv("PINPOINT_SHARED");
  return std::filesystem::path(root ? root : "../shared") / relative;
}

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "pinpoint-XXXXXX").string();
  if (!mkdtemp(name.data())) throw std::runtime_error("no temporary folder at " + name);
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string read_text(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + file.string());
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

void write_text(const std::filesystem::path& file, const std::string& text) {
  std::ofstream(file, std::ios::binary) << text;
}

std::vector<std::string> parts_before(std::string text, const std::string& separator) {
  std::vector<std::string> parts;
  for (std::size_t at; (at = text.find(separator)) != std::string::npos; text.erase(0, at + separator.size()))
    parts.push_back(text.substr(0, at));
  return parts;
}

}  // namespace pinpoint::test
