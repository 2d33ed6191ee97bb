#include "app/config/config.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <optional>

#include "app/config/config_keys.h"
#include "system/base/check.h"
#include "system/files/nearest_name.h"
#include "system/files/yaml_document.h"

namespace pinpoint::config {
namespace {

std::string last_part(const std::string& path) { return path.substr(path.rfind('.') + 1); }

std::string joined(const std::string& section, const std::string& name) {
  return section.empty() ? name : section + "." + name;
}

/// The keys and sections directly in `section` ("" is the top level), each once, in the table's order. Empty if
/// `section` is not a section.
std::vector<std::string> names_in(const std::string& section, const std::vector<ConfigKey>& keys) {
  const std::string prefix = section.empty() ? "" : section + ".";
  std::vector<std::string> names;
  for (const ConfigKey& key : keys) {
    if (!key.path.starts_with(prefix)) continue;
    std::string name = key.path.substr(prefix.size());
    name = name.substr(0, name.find('.'));
    if (names.empty() || names.back() != name) names.push_back(std::move(name));
  }
  return names;
}

/// The error for the unknown key `path`: the nearest known key, and all keys of its section.
std::string unknown_key(const std::string& path, const std::vector<ConfigKey>& keys) {
  std::string section;
  for (std::size_t dot = path.find('.'); dot != std::string::npos; dot = path.find('.', dot + 1))
    if (!names_in(path.substr(0, dot), keys).empty()) section = path.substr(0, dot);
  const std::vector<std::string> known = names_in(section, keys);
  std::optional<std::string> near =
      files::nearest_name(section.empty() ? path : path.substr(section.size() + 1), known);
  if (near) near = joined(section, *near);
  for (const ConfigKey& key : keys)
    if (!near && last_part(key.path) == last_part(path)) near = key.path;
  return fmt::format("unknown key; {}{} has the keys {}", near ? "did you mean " + *near + "? " : "",
                     section.empty() ? "the top level" : section, fmt::join(known, ", "));
}

/// Reads one source of values (the file, or one --set) into a Config.
class Reader {
 public:
  Reader(Config& config, const std::vector<ConfigKey>& keys, std::string name, std::filesystem::path base_dir)
      : config_(config), keys_(keys), name_(std::move(name)), base_dir_(std::move(base_dir)) {}

  /// Reads `node`, the value of the key or section `path`. Messages name its `place`.
  void read(const std::string& path, const YAML::Node& node, const std::string& place) {
    // The search for a similar key takes time and memory that grow with the square of the length. A file may be one
    // long key.
    constexpr std::size_t longest = 200;
    validate(path.size() <= longest,
             "{}: {}...: unknown key (none is that long); configs/reference.yaml shows every key", place,
             path.substr(0, 60));
    const auto key = std::find_if(keys_.begin(), keys_.end(), [&](const ConfigKey& k) { return k.path == path; });
    if (key != keys_.end()) return key->read(config_, ConfigValue(path, node, place, base_dir_));
    const std::vector<std::string> known = names_in(path, keys_);
    validate(!known.empty(), "{}: {}: {}", place, path, unknown_key(path, keys_));
    validate(node.IsMap() || node.IsNull(), "{}: {}: expected a section with the keys {}", place, path,
             fmt::join(known, ", "));
    read_section(path, node);
  }

  void read_section(const std::string& section, const YAML::Node& node) {
    std::map<std::string, std::string> first_place;
    for (const auto& entry : node) {
      const std::string place = files::place_of(entry.first, name_);
      validate(entry.first.IsScalar(), "{}: expected the name of a key, not a list or section", place);
      const std::string path = joined(section, entry.first.Scalar());
      const auto [first, is_new] = first_place.emplace(path, place);
      validate(is_new, "{}: {}: given a second time (first in {}); keep one of them", place, path, first->second);
      read(path, entry.second, place);
    }
  }

 private:
  Config& config_;
  const std::vector<ConfigKey>& keys_;
  std::string name_;
  std::filesystem::path base_dir_;
};

void apply_set(Config& config, const std::vector<ConfigKey>& keys, const std::string& argument) {
  const std::string place = "--set " + argument;
  const std::size_t equals = argument.find('=');
  validate(equals != std::string::npos && equals > 0, "{}: expected key.path=value, as in sweep.samples=100", place);
  const YAML::Node value = files::parse_yaml(argument.substr(equals + 1), place);
  Reader(config, keys, place, std::filesystem::current_path()).read(argument.substr(0, equals), value, place);
}

/// Every key with its value, as nested sections.
std::string resolve(const Config& config, const std::vector<ConfigKey>& keys) {
  std::string yaml;
  std::string previous;
  for (const ConfigKey& key : keys) {
    std::size_t depth = 0;
    for (std::size_t dot = key.path.find('.'); dot != std::string::npos; dot = key.path.find('.', dot + 1), ++depth) {
      const std::string section = key.path.substr(0, dot);
      if (!previous.starts_with(section + ".")) yaml += fmt::format("{:{}}{}:\n", "", 2 * depth, last_part(section));
    }
    yaml += fmt::format("{:{}}{}: {}\n", "", 2 * depth, last_part(key.path), key.write(config));
    previous = key.path;
  }
  return yaml;
}

std::string read_config_text(const std::filesystem::path& file) {
  constexpr std::uintmax_t largest = 1 << 20;
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(file, error);
  validate(!error, "{}: cannot read the configuration ({}); give the path of a YAML file", file.string(),
           error.message());
  validate(size <= largest, "{}: not a configuration (it is larger than 1 MiB); give the path of a YAML file",
           file.string());
  std::string text(size, '\0');
  std::ifstream in(file, std::ios::binary);
  validate(in.read(text.data(), static_cast<std::streamsize>(size)).good(),
           "{}: cannot read the configuration; check its permissions", file.string());
  return text;
}

}  // namespace

Config load_config(const std::filesystem::path& file, const std::vector<std::string>& set) {
  const std::string text = read_config_text(file);
  return parse_config(text, std::filesystem::absolute(file).parent_path(), set, file.string());
}

Config parse_config(std::string_view yaml, const std::filesystem::path& base_dir, const std::vector<std::string>& set,
                    std::string_view name) {
  const YAML::Node root = files::parse_yaml(yaml, name);
  validate(!root.IsNull(),
           "{}: empty (a configuration names at least a model and an output); "
           "configs/reference.yaml shows every key",
           name);
  validate(root.IsMap(),
           "{}: not a configuration (expected lines like 'output: results', not a list or a single "
           "value); configs/reference.yaml shows every key",
           files::place_of(root, name));
  const std::vector<ConfigKey> keys = config_keys();
  Config config;
  config.name = name;
  Reader(config, keys, config.name, base_dir).read_section("", root);
  for (const std::string& argument : set) apply_set(config, keys, argument);
  config.resolved = resolve(config, keys);
  return config;
}

void require_keys(const Config& config, const std::vector<std::string>& names, std::string_view command) {
  const std::vector<ConfigKey> keys = config_keys();
  for (const std::string& name : names) {
    const auto key = std::find_if(keys.begin(), keys.end(), [&](const ConfigKey& k) { return k.path == name; });
    PINPOINT_EXPECT(key != keys.end());
    validate(key->write(config) != "null", "{}: {}: missing ({} needs it); add it to the file, or give --set {}=VALUE",
             config.name, name, command, name);
  }
}

}  // namespace pinpoint::config
