#include "app/config/config_keys.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <initializer_list>
#include <utility>

namespace pinpoint::config {
namespace {

// A `Field` maps a Config, const or not, to the member that holds the key's value.
#define PINPOINT_FIELD(member) \
  [](auto& config) -> auto& { return config.member; }

// A JSON string means the same in YAML. The YAML library's own emitter replaces noncharacters by U+FFFD. Here this
// happens only to bytes that are not UTF-8, which a folder's name may contain.
std::string quoted(const std::string& text) {
  using nlohmann::json;
  return json(text).dump(-1, ' ', false, json::error_handler_t::replace);
}

template <class Field>
ConfigKey text(std::string path, Field field) {
  return {std::move(path),
          [=](Config& c, const ConfigValue& value) {
            field(c) = value.text();
            if (field(c).empty()) value.fail("a text that is not empty");
          },
          [=](const Config& c) { return quoted(field(c)); }};
}

template <class Field>
ConfigKey text_or_null(std::string path, Field field) {
  return {std::move(path),
          [=](Config& c, const ConfigValue& value) {
            field(c).reset();
            if (!value.is_null()) field(c) = value.text();
          },
          [=](const Config& c) { return field(c) ? quoted(*field(c)) : "null"; }};
}

std::string write_path(const std::filesystem::path& path) { return path.empty() ? "null" : quoted(path.string()); }

template <class Field>
ConfigKey path(std::string key, Field field) {
  return {
      std::move(key),
      [=](Config& c, const ConfigValue& value) { field(c) = value.is_null() ? std::filesystem::path() : value.path(); },
      [=](const Config& c) { return write_path(field(c)); }};
}

template <class Field>
ConfigKey optional_path(std::string key, Field field) {
  return {std::move(key),
          [=](Config& c, const ConfigValue& value) {
            field(c).reset();
            if (!value.is_null()) field(c) = value.path();
          },
          [=](const Config& c) { return field(c) ? write_path(*field(c)) : "null"; }};
}

template <class Field>
ConfigKey boolean(std::string path, Field field) {
  return {std::move(path), [=](Config& c, const ConfigValue& value) { field(c) = value.boolean(); },
          [=](const Config& c) { return fmt::format("{}", field(c)); }};
}

template <class Field>
ConfigKey integer(std::string path, std::int64_t least, Field field) {
  return {std::move(path), [=](Config& c, const ConfigValue& value) { field(c) = value.integer(least); },
          [=](const Config& c) { return fmt::format("{}", field(c)); }};
}

/// A number above 0.
template <class Field>
ConfigKey positive(std::string path, Field field) {
  return {std::move(path), [=](Config& c, const ConfigValue& value) { field(c) = value.positive(); },
          [=](const Config& c) { return fmt::format("{}", field(c)); }};
}

/// A number from 0, and below `below` if given.
template <class Field>
ConfigKey number_from_0(std::string path, std::optional<double> below, Field field) {
  return {std::move(path), [=](Config& c, const ConfigValue& value) { field(c) = value.number_from_0(below); },
          [=](const Config& c) { return fmt::format("{}", field(c)); }};
}

/// Whether the value is the word that means none. YAML reads the word null as null, not as text.
bool is_none(const ConfigValue& value, std::string_view word) {
  return word == "null" ? value.is_null() : value.is_word(word);
}

/// A whole number from 1, or `word` for none ("auto", "all", "null").
template <class Field>
ConfigKey count_or(std::string path, std::string word, Field field) {
  return {std::move(path),
          [=](Config& c, const ConfigValue& value) {
            const std::string or_else = " or " + word;
            field(c).reset();
            if (!is_none(value, word)) field(c) = value.small_integer(1, or_else);
          },
          [=](const Config& c) { return field(c) ? fmt::format("{}", *field(c)) : word; }};
}

template <class Enum>
using Choices = std::vector<std::pair<std::string, Enum>>;

template <class Enum>
std::string names_of(const Choices<Enum>& choices) {
  std::vector<std::string> names;
  for (const auto& [name, _] : choices) names.push_back(name);
  return fmt::format("{}", fmt::join(names, " or "));
}

/// One of a few names, each with its value of the field.
template <class Enum, class Field>
ConfigKey choice(std::string path, Choices<Enum> choices, Field field) {
  return {std::move(path),
          [=](Config& c, const ConfigValue& value) {
            for (const auto& [name, chosen] : choices)
              if (value.is_word(name)) return void(field(c) = chosen);
            value.fail(names_of(choices));
          },
          [=](const Config& c) {
            for (const auto& [name, chosen] : choices)
              if (field(c) == chosen) return name;
            return std::string("null");
          }};
}

/// Every value under its own name.
template <class Values>
auto by_name(const Values& values) {
  Choices<typename Values::value_type> choices;
  for (const auto value : values) choices.emplace_back(name_of(value), value);
  return choices;
}

/// A chat template is a name, or a file if it looks like a path.
void read_chat_template(Config& config, const ConfigValue& value) {
  const std::filesystem::path name = value.text();
  config.chat.chat_template = text::names_template_file(name) ? value.path().string() : name.string();
}

void read_record_token_ids(Config& config, const ConfigValue& value) {
  config.sweep.record_token_ids.reset();
  if (value.is_null()) return;
  const std::vector<ConfigValue> ids = value.members({"apology", "confirm"});
  config.sweep.record_token_ids = {ids[0].integer(0), ids[1].integer(0)};
}

std::string write_record_token_ids(const Config& config) {
  const auto& ids = config.sweep.record_token_ids;
  return ids ? fmt::format("{{apology: {}, confirm: {}}}", ids->apology, ids->confirm) : "null";
}

const Choices<parallel::Shard::Over>& shards_by_name() {
  using Over = parallel::Shard::Over;
  static const Choices<Over> choices{{"auto", Over::automatic}, {"node", Over::node}, {"world", Over::world}};
  return choices;
}

void read_shard(Config& config, const ConfigValue& value) {
  for (const auto& [name, over] : shards_by_name())
    if (value.is_word(name)) return void(config.parallel.shard = {.over = over});
  const int ranks = value.small_integer(1, ", auto, node or world");
  config.parallel.shard = {.over = parallel::Shard::Over::ranks, .ranks = ranks};
}

std::string write_shard(const Config& config) {
  for (const auto& [name, over] : shards_by_name())
    if (config.parallel.shard.over == over) return name;
  return fmt::format("{}", config.parallel.shard.ranks);
}

void read_betas(Config& config, const ConfigValue& value) {
  const std::vector<ConfigValue> betas = value.elements(2);
  config.tune.betas = {betas[0].number_from_0(1), betas[1].number_from_0(1)};
}

void read_clip_norm(Config& config, const ConfigValue& value) {
  config.tune.clip_norm.reset();
  if (!value.is_null()) config.tune.clip_norm = value.positive(" or null");
}

void read_converge(Config& config, const ConfigValue& value) {
  config.tune.converge.reset();
  if (value.is_null()) return;
  const std::vector<ConfigValue> rule = value.members({"window", "relative", "patience"});
  config.tune.converge = {rule[0].integer(1), rule[1].number_from_0(1), rule[2].integer(1)};
}

std::string write_converge(const Config& config) {
  const auto& rule = config.tune.converge;
  return rule ? fmt::format("{{window: {}, relative: {}, patience: {}}}", rule->window, rule->relative, rule->patience)
              : "null";
}

std::vector<ConfigKey> model_keys() {
  return {
      path("model.path", PINPOINT_FIELD(model.path)),
      choice("model.dtype", by_name(transformer::all_dtypes), PINPOINT_FIELD(model.dtype)),
      {"model.chat_template", read_chat_template, [](const Config& c) { return quoted(c.chat.chat_template); }},
      text_or_null("model.system_message", PINPOINT_FIELD(chat.system_message)),
  };
}

std::vector<ConfigKey> run_keys() {
  using parallel::DeviceChoice, parallel::WeightsRest;
  return {
      path("output", PINPOINT_FIELD(output)),
      {"seed", [](Config& c, const ConfigValue& value) { c.seed = value.natural(); },
       [](const Config& c) { return fmt::format("{}", c.seed); }},
      choice<Restart>("restart",
                      {{"auto", Restart::automatic}, {"require", Restart::require}, {"fresh", Restart::fresh}},
                      PINPOINT_FIELD(restart)),
      choice<DeviceChoice>(
          "parallel.device",
          {{"auto", DeviceChoice::automatic}, {"cpu", DeviceChoice::cpu}, {"cuda", DeviceChoice::cuda}},
          PINPOINT_FIELD(parallel.device)),
      choice<WeightsRest>("parallel.weights",
                          {{"auto", WeightsRest::automatic},
                           {"device", WeightsRest::device},
                           {"host", WeightsRest::host},
                           {"disk", WeightsRest::disk}},
                          PINPOINT_FIELD(parallel.weights)),
      {"parallel.shard", read_shard, write_shard},
      count_or("parallel.threads", "auto", PINPOINT_FIELD(parallel.threads)),
  };
}

std::vector<ConfigKey> sweep_keys() {
  using patching::Arithmetic;
  return {
      path("sweep.pairs", PINPOINT_FIELD(sweep.pairs)),
      count_or("sweep.samples", "all", PINPOINT_FIELD(sweep.samples)),
      text("sweep.record_tokens.apology", PINPOINT_FIELD(sweep.record_tokens.apology)),
      text("sweep.record_tokens.confirm", PINPOINT_FIELD(sweep.record_tokens.confirm)),
      {"sweep.record_token_ids", read_record_token_ids, write_record_token_ids},
      choice("sweep.metric", by_name(effects::all_metrics), PINPOINT_FIELD(sweep.metric)),
      boolean("sweep.force_metric", PINPOINT_FIELD(sweep.force_metric)),
      integer("sweep.exact_check", 0, PINPOINT_FIELD(sweep.exact_check)),
      choice<std::optional<Arithmetic>>("sweep.arithmetic",
                                        {{"auto", {}},
                                         {"float32", Arithmetic::float32},
                                         {"difference", Arithmetic::difference},
                                         {"bf16", Arithmetic::bf16}},
                                        PINPOINT_FIELD(sweep.arithmetic)),
      count_or("sweep.block", "auto", PINPOINT_FIELD(sweep.block)),
      positive("sweep.minutes_per_block", PINPOINT_FIELD(sweep.minutes_per_block)),
      count_or("sweep.tile_rows", "auto", PINPOINT_FIELD(sweep.tile_rows)),
      integer("sweep.bootstrap", 1, PINPOINT_FIELD(sweep.bootstrap)),
      integer("select.count", 1, PINPOINT_FIELD(select.count)),
      count_or("select.random_draw", "null", PINPOINT_FIELD(select.random_draw)),
      optional_path("select.heads", PINPOINT_FIELD(select.heads)),
  };
}

std::vector<ConfigKey> tune_keys() {
  return {
      choice("tune.method", by_name(tuning::all_methods), PINPOINT_FIELD(tune.method)),
      path("tune.data", PINPOINT_FIELD(tune.data)),
      positive("tune.max_lr", PINPOINT_FIELD(tune.max_lr)),
      number_from_0("tune.min_lr", {}, PINPOINT_FIELD(tune.min_lr)),
      number_from_0("tune.warmup_ratio", 1, PINPOINT_FIELD(tune.warmup_ratio)),
      integer("tune.batch", 1, PINPOINT_FIELD(tune.batch)),
      positive("tune.epochs", PINPOINT_FIELD(tune.epochs)),
      count_or("tune.steps", "null", PINPOINT_FIELD(tune.steps)),
      boolean("tune.train_kv", PINPOINT_FIELD(tune.train_kv)),
      boolean("tune.train_bias", PINPOINT_FIELD(tune.train_bias)),
      number_from_0("tune.weight_decay", {}, PINPOINT_FIELD(tune.weight_decay)),
      {"tune.betas", read_betas,
       [](const Config& c) { return fmt::format("[{}, {}]", c.tune.betas[0], c.tune.betas[1]); }},
      positive("tune.eps", PINPOINT_FIELD(tune.eps)),
      {"tune.clip_norm", read_clip_norm,
       [](const Config& c) { return c.tune.clip_norm ? fmt::format("{}", *c.tune.clip_norm) : "null"; }},
      integer("tune.max_length", 2, PINPOINT_FIELD(tune.max_length)),
      count_or("tune.micro_batch", "auto", PINPOINT_FIELD(tune.micro_batch)),
      choice<std::optional<bool>>("tune.cache_lower_layers", {{"auto", {}}, {"true", true}, {"false", false}},
                                  PINPOINT_FIELD(tune.cache_lower_layers)),
      integer("tune.checkpoint_every", 1, PINPOINT_FIELD(tune.checkpoint_every)),
      integer("tune.keep", 1, PINPOINT_FIELD(tune.keep)),
      {"tune.converge", read_converge, write_converge},
  };
}

std::vector<ConfigKey> data_keys() {
  return {
      optional_path("data.sources.mmlu", PINPOINT_FIELD(data.sources.mmlu)),
      optional_path("data.sources.are_you_sure", PINPOINT_FIELD(data.sources.are_you_sure)),
      choice<std::string>("data.pairs.from", {{"mmlu", "mmlu"}, {"are_you_sure", "are_you_sure"}},
                          PINPOINT_FIELD(data.pairs.from)),
      text("data.pairs.split", PINPOINT_FIELD(data.pairs.split)),
      integer("data.pairs.count", 1, PINPOINT_FIELD(data.pairs.count)),
      integer("data.pairs.max_characters", 1, PINPOINT_FIELD(data.pairs.max_characters)),
      text("data.pairs.answer", PINPOINT_FIELD(data.pairs.answer)),
  };
}

#undef PINPOINT_FIELD

}  // namespace

std::vector<ConfigKey> config_keys() {
  std::vector<ConfigKey> keys;
  for (auto part : {model_keys, run_keys, sweep_keys, tune_keys, data_keys})
    for (ConfigKey& key : part()) keys.push_back(std::move(key));
  return keys;
}

}  // namespace pinpoint::config
