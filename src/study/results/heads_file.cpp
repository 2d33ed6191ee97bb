#include "study/results/heads_file.h"

#include <cmath>
#include <set>
#include <string>

#include "system/base/check.h"
#include "system/files/json_text.h"

namespace pinpoint::results {
namespace {

constexpr const char* form = "give a list like [{\"layer\": 3, \"head\": 17}, ..]";

/// An index on one axis of the model. \param where "FILE: entry 2"
std::int64_t read_place(const nlohmann::json& entry, const char* key, std::int64_t size, const std::string& where) {
  validate(entry.contains(key) && entry[key].is_number_integer(), "{}: {} is not an integer; {}", where, key, form);
  const auto place = entry[key].get<std::int64_t>();
  validate(place >= 0 && place < size, "{}: {} {} is not in this model (it has {}, counted from 0); correct it", where,
           key, place, size);
  return place;
}

ListedHead read_entry(const nlohmann::json& entry, std::int64_t layers, std::int64_t heads, const std::string& where) {
  validate(entry.is_object(), "{}: is not an object; {}", where, form);
  for (const auto& [key, value] : entry.items())
    validate(key == "layer" || key == "head" || key == "effect",
             "{}: unknown key \"{}\" (known: layer, head, effect); remove it", where, key);
  ListedHead listed{{read_place(entry, "layer", layers, where), read_place(entry, "head", heads, where)}, std::nullopt};
  if (entry.contains("effect")) {
    validate(entry["effect"].is_number(), "{}: effect is not a number; leave it out if it is unknown", where);
    listed.effect = entry["effect"].get<double>();
  }
  return listed;
}

}  // namespace

std::vector<ListedHead> top_heads(const effects::MetricEffects& effects, std::int64_t heads, std::int64_t count) {
  std::vector<ListedHead> list;
  for (const HeadId& id : effects.ranking) {
    const double effect = effects.effect[static_cast<std::size_t>(id.layer * heads + id.head)];
    if (static_cast<std::int64_t>(list.size()) == count || std::isnan(effect)) break;  // NaN is ranked last
    list.push_back({id, effect});
  }
  return list;
}

std::string to_json(const std::vector<ListedHead>& list) {
  std::string text;
  for (const auto& [id, effect] : list) {
    nlohmann::ordered_json entry{{"layer", id.layer}, {"head", id.head}};
    if (effect) entry["effect"] = *effect;
    text += (text.empty() ? "[\n  " : ",\n  ") + entry.dump();
  }
  return text.empty() ? "[]\n" : text + "\n]\n";
}

std::vector<ListedHead> read_heads(const std::filesystem::path& path, std::int64_t layers, std::int64_t heads) {
  return parse_heads(files::read_input(path), layers, heads);
}

std::vector<ListedHead> parse_heads(const files::InputFile& input, std::int64_t layers, std::int64_t heads) {
  const std::string name = input.path.string();
  const nlohmann::json json = files::parse_json(input.bytes, name);
  validate(json.is_array() && !json.empty(), "{}: is not a list of heads; {}", name, form);
  std::vector<ListedHead> list;
  std::set<HeadId> seen;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const std::string where = fmt::format("{}: entry {}", name, i + 1);
    list.push_back(read_entry(json[i], layers, heads, where));
    const auto& [layer, head] = list.back().head;
    validate(seen.insert(list.back().head).second, "{}: layer {}, head {} is in the list twice; remove one", where,
             layer, head);
  }
  return list;
}

}  // namespace pinpoint::results
