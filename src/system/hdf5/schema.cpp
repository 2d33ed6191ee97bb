#include "system/hdf5/schema.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <set>

#include "system/base/check.h"
#include "system/files/embedded_texts.h"
#include "system/files/yaml_document.h"

namespace pinpoint::hdf5 {
namespace {

/// Describes the root attributes of every file. It is not a kind of file.
constexpr std::string_view common_part = "provenance";

std::optional<std::string_view> text_of(std::string_view name) {
  for (const files::EmbeddedText& schema : files::embedded_schemas())
    if (schema.name == name) return schema.text;
  return std::nullopt;
}

/// Looks up values in a description, with errors that name the place.
class Reader {
 public:
  Reader(std::string_view yaml, std::string_view name) : name_(name), root_(files::parse_yaml(yaml, name)) {}
  const YAML::Node& root() const { return root_; }

  template <class T>
  T get(const YAML::Node& node, const char* key) const {
    require(node.IsMap() && node[key].IsDefined(), node, key);
    return as<T>(node[key], key);
  }
  template <class T>
  T get(const YAML::Node& node, const char* key, T otherwise) const {
    require(node.IsMap(), node, key);
    return node[key].IsDefined() ? as<T>(node[key], key) : otherwise;
  }
  H5Type type(const YAML::Node& node) const {
    const auto wanted = get<std::string>(node, "type");
    for (const H5Type type : {H5Type::float32, H5Type::float64, H5Type::int32, H5Type::int64, H5Type::text})
      if (name_of(type) == wanted) return type;
    throw UserError(fmt::format("{}: no such type: {}", files::place_of(node, name_), wanted));
  }
  NanRule nan_rule(const YAML::Node& node) const {
    const auto rule = get<std::string>(node, "nan", "never");
    require(rule == "never" || rule == "incomplete" || rule == "allowed", node, "nan");
    return rule == "never" ? NanRule::never : rule == "allowed" ? NanRule::allowed : NanRule::incomplete;
  }

 private:
  void require(bool condition, const YAML::Node& node, const char* key) const {
    validate(condition, "{}: {} is missing or of the wrong kind; see the other descriptions in hdf5_schemas/",
             files::place_of(node, name_), key);
  }
  template <class T>
  T as(const YAML::Node& value, const char* key) const {
    try {
      return value.as<T>();
    } catch (const YAML::Exception&) {
      require(false, value, key);
      throw;
    }
  }

  std::string name_;
  YAML::Node root_;
};

/// "effect/{metric}" with names {metric: [a, b]} becomes "effect/a" and "effect/b".
std::vector<std::string> expand(const std::string& name, const YAML::Node& names) {
  const std::size_t open = name.find('{'), close = name.find('}');
  if (open == std::string::npos || close == std::string::npos) return {name};
  std::vector<std::string> expanded;
  for (const YAML::Node& value : names[name.substr(open + 1, close - open - 1)])
    expanded.push_back(name.substr(0, open) + value.as<std::string>() + name.substr(close + 1));
  return expanded;
}

/// The numbers, as texts, that `names` have in the place of the `*` of `pattern`. What follows the `*` is not compared.
std::set<std::string> numbers_at(const std::string& pattern, const std::vector<std::string>& names) {
  const std::string before = pattern.substr(0, pattern.find('*'));
  std::set<std::string> numbers;
  for (const std::string& name : names) {
    if (!name.starts_with(before)) continue;
    const auto begin = name.begin() + static_cast<std::ptrdiff_t>(before.size());
    const auto end = std::find_if_not(begin, name.end(), [](unsigned char c) { return std::isdigit(c); });
    if (begin != end) numbers.emplace(begin, end);
  }
  return numbers;
}

std::string with_number(std::string name, const std::string& number) {
  const std::size_t star = name.find('*');
  return star == std::string::npos ? name : name.replace(star, 1, number);
}

void add_attributes(const Reader& reader, Schema& schema) {
  for (const auto& entry : reader.root()["attributes"])
    schema.attributes.push_back(
        {entry.first.as<std::string>(), reader.type(entry.second), reader.get<bool>(entry.second, "list", false)});
}

void add_axes(const Reader& reader, Schema& schema) {
  for (const auto& entry : reader.root()["axes"])
    schema.axes.push_back({entry.first.as<std::string>(), reader.type(entry.second),
                           reader.get<std::vector<std::string>>(entry.second, "product_of", {}),
                           reader.get<bool>(entry.second, "length_alone", false)});
}

void add_data_sets(const Reader& reader, Schema& schema) {
  for (const auto& entry : reader.root()["data_sets"])
    for (const std::string& name : expand(entry.first.as<std::string>(), reader.root()["names"])) {
      const YAML::Node& rule = entry.second;
      schema.data_sets.push_back({name, reader.type(rule), reader.get<std::vector<std::string>>(rule, "axes", {}),
                                  reader.nan_rule(rule), reader.get<std::vector<std::string>>(rule, "within", {}),
                                  reader.get<bool>(rule, "distinct", false), reader.get<bool>(rule, "required", true)});
    }
}

}  // namespace

Schema with_numbers(const Schema& schema, const std::vector<std::string>& data_sets) {
  Schema result = schema;
  result.axes.clear();
  result.data_sets.clear();
  const auto is_pattern = [](const std::string& name) { return name.find('*') != std::string::npos; };
  for (const AxisRule& rule : schema.axes) {
    if (!is_pattern(rule.name)) result.axes.push_back(rule);
    for (const std::string& number : numbers_at(rule.name, data_sets)) {
      AxisRule numbered = rule;
      numbered.name = with_number(rule.name, number);
      if (is_pattern(rule.name) && std::ranges::count(data_sets, numbered.name) > 0) result.axes.push_back(numbered);
    }
  }
  for (const DataSetRule& rule : schema.data_sets) {
    if (!is_pattern(rule.name)) result.data_sets.push_back(rule);
    for (const std::string& number :
         is_pattern(rule.name) ? numbers_at(rule.name, data_sets) : std::set<std::string>{}) {
      DataSetRule numbered = rule;
      numbered.name = with_number(rule.name, number);
      for (std::string& axis : numbered.axes) axis = with_number(axis, number);
      result.data_sets.push_back(numbered);
    }
  }
  return result;
}

bool schema_exists(std::string_view kind) { return kind != common_part && text_of(kind); }

Schema load_schema(std::string_view kind) {
  validate(schema_exists(kind), "schema {}: no such kind of file is known (hdf5_schemas/ describes those that are)",
           kind);
  return parse_schema(*text_of(kind), fmt::format("hdf5_schemas/{}.yaml", kind));
}

Schema parse_schema(std::string_view yaml, std::string_view name) {
  const Reader reader(yaml, name);
  Schema schema;
  schema.kind = reader.get<std::string>(reader.root(), "schema");
  schema.version = reader.get<std::int64_t>(reader.root(), "version");
  add_attributes(Reader(*text_of(common_part), common_part), schema);
  add_attributes(reader, schema);
  add_axes(reader, schema);
  add_data_sets(reader, schema);
  return schema;
}

}  // namespace pinpoint::hdf5
