// configs/reference.yaml names every key of the table, with its default and one comment.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <sstream>

#include "app/config/config_keys.h"
#include "support/shared.h"

namespace pinpoint::config {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

std::filesystem::path reference_file() {
  const char* source = std::getenv("PINPOINT_SOURCE");
  return std::filesystem::path(source ? source : ".") / "configs" / "reference.yaml";
}

/// "NAME: VALUE  # COMMENT" by full path of the key, from the file's indentation.
std::map<std::string, std::string> lines_by_key() {
  std::map<std::string, std::string> lines;
  std::istringstream in(test::read_text(reference_file()));
  std::vector<std::string> path;
  for (std::string line; std::getline(in, line);) {
    const std::size_t indent = line.find_first_not_of(' ');
    if (indent == std::string::npos || line[indent] == '#') continue;
    path.resize(indent / 2);
    path.push_back(line.substr(indent, line.find(':') - indent));
    std::string key;
    for (const std::string& part : path) key += (key.empty() ? "" : ".") + part;
    lines[key] = line;
  }
  return lines;
}

TEST(ReferenceConfig, NamesEveryKeyWithItsDefaultAndAComment) {
  const Config reference = load_config(reference_file(), {});
  const auto lines = lines_by_key();
  for (const ConfigKey& key : config_keys()) {
    ASSERT_TRUE(lines.contains(key.path)) << key.path << " is missing";
    const std::string& line = lines.at(key.path);
    EXPECT_THAT(line, HasSubstr("  # ")) << key.path << " has no comment";
    const bool is_example = line.find("# no default: ") != std::string::npos;
    if (is_example) {
      EXPECT_EQ(key.write(Config()), "null") << key.path;
      EXPECT_NE(key.write(reference), "null") << key.path;
    } else {
      EXPECT_EQ(key.write(reference), key.write(Config())) << key.path;
    }
  }
}

TEST(ReferenceConfig, StatesAnExampleWhereACommandNeedsAValue) {
  const auto lines = lines_by_key();
  for (const std::string key :
       {"model.path", "output", "sweep.pairs", "data.sources.mmlu", "data.sources.are_you_sure"})
    EXPECT_THAT(lines.at(key), HasSubstr("# no default: ")) << key;
}

TEST(ConfigKeys, OfASectionAreAdjacent) {
  std::vector<std::string> sections;
  for (const ConfigKey& key : config_keys()) {
    const std::string section = key.path.substr(0, key.path.find('.'));
    if (!sections.empty() && sections.back() == section) continue;
    EXPECT_THAT(sections, Not(Contains(section))) << key.path << " is apart from its section";
    sections.push_back(section);
  }
}

}  // namespace
}  // namespace pinpoint::config
