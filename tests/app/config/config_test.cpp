#include "app/config/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/shared.h"
#include "system/base/check.h"

namespace pinpoint::config {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

Config parse(std::string_view yaml, const std::vector<std::string>& set = {}) {
  return parse_config(yaml, "/configs", set, "run.yaml");
}

/// The message of the UserError that this configuration causes; empty if it causes none.
std::string error_of(std::string_view yaml, const std::vector<std::string>& set = {}) {
  try {
    parse(yaml, set);
    return "";
  } catch (const UserError& error) {
    return error.what();
  }
}

TEST(Config, TakesDefaultsForWhatIsNotGiven) {
  const Config config = parse("output: out");
  EXPECT_TRUE(config.model.path.empty());
  EXPECT_EQ(config.model.dtype, transformer::DType::bf16);
  EXPECT_EQ(config.seed, 42u);
  EXPECT_EQ(config.restart, Restart::automatic);
  EXPECT_EQ(config.sweep.samples, 100);
  EXPECT_EQ(config.sweep.record_tokens.confirm, "Yes");
  EXPECT_FALSE(config.sweep.record_token_ids);
  EXPECT_EQ(config.select.count, 32);
  EXPECT_FALSE(config.data.sources.mmlu);
}

TEST(Config, ReadsEveryKindOfValue) {
  const Config config = parse(R"(
model: {path: m, dtype: float32, system_message: "null", chat_template: llama2}
output: ../out
seed: 18446744073709551615
restart: fresh
parallel:
  device: cpu
  weights: disk
  shard: 4
  threads: 3
sweep:
  pairs: /data/pairs.jsonl
  samples: all
  record_tokens: {apology: Sorry, confirm: Yes}
  record_token_ids: {confirm: 274, apology: 279}
  metric: prob_share
  force_metric: true
  block: 8
  minutes_per_block: 0.5
data:
  sources: {mmlu: mmlu}
  pairs: {answer: "The answer is (B)."}
)");
  EXPECT_EQ(config.model.path, "/configs/m");
  EXPECT_EQ(config.model.dtype, transformer::DType::float32);
  EXPECT_EQ(config.chat.system_message, "null");  // quoted, so a text
  EXPECT_EQ(config.chat.chat_template, "llama2");
  EXPECT_EQ(config.output, "/out");
  EXPECT_EQ(config.seed, 18446744073709551615u);
  EXPECT_EQ(config.restart, Restart::fresh);
  EXPECT_EQ(config.parallel.device, parallel::DeviceChoice::cpu);
  EXPECT_EQ(config.parallel.weights, parallel::WeightsRest::disk);
  EXPECT_EQ(config.parallel.shard, (parallel::Shard{.over = parallel::Shard::Over::ranks, .ranks = 4}));
  EXPECT_EQ(config.parallel.threads, 3);
  EXPECT_EQ(config.sweep.pairs, "/data/pairs.jsonl");
  EXPECT_EQ(config.sweep.samples, std::nullopt);
  EXPECT_EQ(config.sweep.record_tokens.apology, "Sorry");
  EXPECT_EQ(config.sweep.record_tokens.confirm, "Yes");  // not YAML 1.1's true
  ASSERT_TRUE(config.sweep.record_token_ids);
  EXPECT_EQ(config.sweep.record_token_ids->apology, 279);
  EXPECT_EQ(config.sweep.record_token_ids->confirm, 274);
  EXPECT_EQ(config.sweep.metric, effects::Metric::prob_share);
  EXPECT_TRUE(config.sweep.force_metric);
  EXPECT_EQ(config.sweep.block, 8);
  EXPECT_EQ(config.sweep.minutes_per_block, 0.5);
  EXPECT_EQ(config.data.sources.mmlu, "/configs/mmlu");
  EXPECT_EQ(config.data.pairs.answer, "The answer is (B).");
}

TEST(ConfigTune, TakesTheDefaultsOfTheMethod) {
  const tuning::TuneOptions tune = parse("output: out").tune;
  EXPECT_EQ(tune.method, tuning::Method::spt);
  EXPECT_TRUE(tune.data.empty());
  EXPECT_EQ(tune.max_lr, 1e-5);
  EXPECT_EQ(tune.min_lr, 0);
  EXPECT_EQ(tune.warmup_ratio, 0.02);
  EXPECT_EQ(tune.batch, 32);
  EXPECT_EQ(tune.epochs, 2);
  EXPECT_EQ(tune.steps, std::nullopt);
  EXPECT_FALSE(tune.train_kv);
  EXPECT_FALSE(tune.train_bias);
  EXPECT_EQ(tune.weight_decay, 0.1);
  EXPECT_EQ(tune.betas, (std::array{0.9, 0.95}));
  EXPECT_EQ(tune.eps, 1e-8);
  EXPECT_EQ(tune.clip_norm, 1.0);
  EXPECT_EQ(tune.max_length, 2048);
  EXPECT_EQ(tune.micro_batch, std::nullopt);
  EXPECT_EQ(tune.cache_lower_layers, std::nullopt);
  EXPECT_EQ(tune.checkpoint_every, 50);
  EXPECT_EQ(tune.keep, 2);
  EXPECT_FALSE(tune.converge);
}

TEST(ConfigTune, ReadsEveryKindOfValue) {
  const Config config = parse(R"(
tune:
  method: sft
  data: train.jsonl
  max_lr: 5.0e-7
  min_lr: 1e-8
  warmup_ratio: 0
  epochs: 0.5
  steps: 240
  train_kv: true
  betas: [0, 0.999]
  clip_norm: null
  micro_batch: 4
  cache_lower_layers: false
  converge: {patience: 4, window: 10, relative: 0.01}
)");
  const tuning::TuneOptions& tune = config.tune;
  EXPECT_EQ(tune.method, tuning::Method::sft);
  EXPECT_EQ(tune.data, "/configs/train.jsonl");
  EXPECT_EQ(tune.max_lr, 5e-7);
  EXPECT_EQ(tune.min_lr, 1e-8);
  EXPECT_EQ(tune.warmup_ratio, 0);
  EXPECT_EQ(tune.epochs, 0.5);
  EXPECT_EQ(tune.steps, 240);
  EXPECT_TRUE(tune.train_kv);
  EXPECT_EQ(tune.betas, (std::array{0.0, 0.999}));
  EXPECT_EQ(tune.clip_norm, std::nullopt);
  EXPECT_EQ(tune.micro_batch, 4);
  EXPECT_EQ(tune.cache_lower_layers, false);
  ASSERT_TRUE(tune.converge);
  EXPECT_EQ(tune.converge->window, 10);
  EXPECT_EQ(tune.converge->relative, 0.01);
  EXPECT_EQ(tune.converge->patience, 4);
  const Config again = parse_config(config.resolved, "/elsewhere", {}, "resolved");
  EXPECT_EQ(again.resolved, config.resolved);
  EXPECT_EQ(parse("tune: {steps: 3, converge: {patience: 1, window: 1, relative: 0}}",
                  {"tune.steps=null", "tune.converge=null"})
                .resolved,
            parse("seed: 42").resolved);
}

TEST(Config, TakesAChatTemplateForAFileIfItLooksLikeAPath) {
  EXPECT_EQ(parse("model: {chat_template: mine.yaml}").chat.chat_template, "/configs/mine.yaml");
  EXPECT_EQ(parse("model: {chat_template: ../t/mine}").chat.chat_template, "/t/mine");
  EXPECT_EQ(parse("model: {chat_template: auto}").chat.chat_template, "auto");
}

TEST(Config, AnEmptySectionIsNoSection) { EXPECT_EQ(parse("seed: 1\nsweep:\n").sweep.samples, 100); }

TEST(ConfigSet, GoesOverTheFileInTurn) {
  const std::string yaml = "seed: 1\nsweep: {samples: 5, record_token_ids: {apology: 1, confirm: 2}}";
  const Config config = parse(yaml, {"seed=2", "seed=3", "sweep.record_token_ids=null", "sweep={samples: all}"});
  EXPECT_EQ(config.seed, 3u);
  EXPECT_EQ(config.sweep.samples, std::nullopt);
  EXPECT_EQ(config.sweep.record_token_ids, std::nullopt);
  EXPECT_EQ(parse(yaml, {"sweep.record_tokens.apology=a=b"}).sweep.record_tokens.apology, "a=b");
}

TEST(ConfigSet, TakesPathsFromTheCurrentFolder) {
  EXPECT_EQ(parse("seed: 1", {"output=out"}).output, std::filesystem::current_path() / "out");
}

TEST(ConfigSet, IsNamedInErrors) {
  EXPECT_EQ(error_of("seed: 1", {"seed=x"}), "--set seed=x: seed: expected a whole number from 0 to 2^64-1, not 'x'");
  EXPECT_THAT(error_of("seed: 1", {"seed"}), HasSubstr("--set seed: expected key.path=value"));
  EXPECT_THAT(error_of("seed: 1", {"=1"}), HasSubstr("--set =1: expected key.path=value"));
  EXPECT_THAT(error_of("seed: 1", {"seed=[1"}), HasSubstr("--set seed=[1"));
  EXPECT_THAT(error_of("seed: 1", {"sweep={samples: no}"}), HasSubstr("--set sweep={samples: no}"));
}

TEST(ConfigUnknownKey, NamesFileLinePathNearestAndKnownKeys) {
  EXPECT_EQ(error_of("seed: 1\nselect:\n  cuont: 3\n"),
            "run.yaml:3: select.cuont: unknown key; did you mean select.count? select has the keys count, "
            "random_draw, heads");
  EXPECT_EQ(error_of("seed: 1\nmodle: {}\n"),
            "run.yaml:2: modle: unknown key; did you mean model? the top level has the keys model, output, seed, "
            "restart, parallel, sweep, select, tune, data");
}

TEST(ConfigUnknownKey, IsFoundInAnotherSection) {
  EXPECT_THAT(error_of("samples: 3"), HasSubstr("did you mean sweep.samples?"));
  EXPECT_THAT(error_of("seed: 1", {"sweep.samples.all=3"}),
              AllOf(HasSubstr("sweep.samples.all: unknown key"), HasSubstr("sweep has the keys pairs, samples,")));
}

TEST(ConfigUnknownKey, WithoutANearOneHasNoSuggestion) {
  EXPECT_THAT(error_of("select: {zebra: 1}"), AllOf(HasSubstr("select.zebra"), Not(HasSubstr("did you mean"))));
}

TEST(ConfigUnknownKey, OfAnyLengthIsRefusedAtOnce) {
  EXPECT_EQ(error_of("sweep:\n  ? " + std::string(1'000'000, '.') + "\n  : 1"),
            "run.yaml:2: sweep" + std::string(55, '.') +
                "...: unknown key (none is that long); configs/reference.yaml shows every key");
}

TEST(ConfigShard, IsANumberOfRanksOrAWord) {
  using Over = parallel::Shard::Over;
  EXPECT_EQ(parse("seed: 1").parallel.shard.over, Over::automatic);
  EXPECT_EQ(parse("parallel: {shard: node}").parallel.shard.over, Over::node);
  EXPECT_EQ(parse("parallel: {shard: world}").parallel.shard.over, Over::world);
  EXPECT_EQ(parse("parallel: {shard: 8}").parallel.shard.ranks, 8);
  EXPECT_THAT(parse("parallel: {shard: 8}").resolved, HasSubstr("shard: 8\n"));
  EXPECT_THAT(parse("parallel: {shard: node}").resolved, HasSubstr("shard: node\n"));
}

struct BadValue {
  std::string yaml;
  std::string message;
};
class ConfigBadValue : public ::testing::TestWithParam<BadValue> {};

TEST_P(ConfigBadValue, IsNamedWithWhatIsExpected) { EXPECT_EQ(error_of(GetParam().yaml), GetParam().message); }

INSTANTIATE_TEST_SUITE_P(
    , ConfigBadValue,
    ::testing::Values(
        BadValue{"model:\n  dtype: fp16", "run.yaml:2: model.dtype: expected bf16 or float32, not 'fp16'"},
        BadValue{"model: 3",
                 "run.yaml:1: model: expected a section with the keys path, dtype, chat_template, "
                 "system_message"},
        BadValue{"model: {path: [a]}", "run.yaml:1: model.path: expected a path, not a list"},
        BadValue{"output: ''", "run.yaml:1: output: expected a path, not ''"},
        BadValue{"output: \"a\\0b\"", "run.yaml:1: output: the path holds a NUL character (no path can); remove it"},
        BadValue{"seed: -1", "run.yaml:1: seed: expected a whole number from 0 to 2^64-1, not '-1'"},
        BadValue{"seed: 18446744073709551616",
                 "run.yaml:1: seed: expected a whole number from 0 to 2^64-1, not '18446744073709551616'"},
        BadValue{"restart: never", "run.yaml:1: restart: expected auto or require or fresh, not 'never'"},
        BadValue{"parallel: {threads: 0}",
                 "run.yaml:1: parallel.threads: expected a whole number from 1 or auto, not '0'"},
        BadValue{"parallel: {threads: 2147483648}",
                 "run.yaml:1: parallel.threads: expected a whole number from 1 or auto, not '2147483648'"},
        BadValue{"parallel: {weights: ram}",
                 "run.yaml:1: parallel.weights: expected auto or device or host or disk, not 'ram'"},
        BadValue{"parallel: {shard: 0}",
                 "run.yaml:1: parallel.shard: expected a whole number from 1, auto, node or world, not '0'"},
        BadValue{"sweep: {samples: 1.5}",
                 "run.yaml:1: sweep.samples: expected a whole number from 1 or all, not '1.5'"},
        BadValue{"sweep: {samples: }", "run.yaml:1: sweep.samples: expected a whole number from 1 or all, not nothing"},
        BadValue{"sweep: {samples: 3 }\n\n---\nsweep: {}",
                 "run.yaml: a second document, or lines that do not belong to the first; check the indentation, remove "
                 "'---'"},
        BadValue{"sweep: {force_metric: yes}", "run.yaml:1: sweep.force_metric: expected true or false, not 'yes'"},
        BadValue{"sweep: {minutes_per_block: 0}",
                 "run.yaml:1: sweep.minutes_per_block: expected a number above 0, not '0'"},
        BadValue{"sweep: {minutes_per_block: inf}",
                 "run.yaml:1: sweep.minutes_per_block: expected a number above 0, not 'inf'"},
        BadValue{"sweep: {record_tokens: {apology: ''}}",
                 "run.yaml:1: sweep.record_tokens.apology: expected a text that is not empty, not ''"},
        BadValue{"sweep: {record_tokens: {apology: null}}",
                 "run.yaml:1: sweep.record_tokens.apology: expected a text, not nothing"},
        BadValue{"sweep: {record_token_ids: {apology: 3}}",
                 "run.yaml:1: sweep.record_token_ids: expected {apology: .., confirm: .., each once}, not a section"},
        BadValue{"sweep: {record_token_ids: {apology: 3, confirm: -4}}",
                 "run.yaml:1: sweep.record_token_ids.confirm: expected a whole number from 0, not '-4'"},
        BadValue{"sweep: {record_token_ids: {apology: 3, apology: 4}}",
                 "run.yaml:1: sweep.record_token_ids: expected {apology: .., confirm: .., each once}, not a section"},
        BadValue{"tune: {method: lora}", "run.yaml:1: tune.method: expected spt or sft, not 'lora'"},
        BadValue{"tune: {max_lr: 0}", "run.yaml:1: tune.max_lr: expected a number above 0, not '0'"},
        BadValue{"tune: {min_lr: -1e-6}", "run.yaml:1: tune.min_lr: expected a number from 0, not '-1e-6'"},
        BadValue{"tune: {warmup_ratio: 1}",
                 "run.yaml:1: tune.warmup_ratio: expected a number from 0 and below 1, not '1'"},
        BadValue{"tune: {warmup_ratio: nan}",
                 "run.yaml:1: tune.warmup_ratio: expected a number from 0 and below 1, not 'nan'"},
        BadValue{"tune: {batch: 0}", "run.yaml:1: tune.batch: expected a whole number from 1, not '0'"},
        BadValue{"tune: {steps: 0}", "run.yaml:1: tune.steps: expected a whole number from 1 or null, not '0'"},
        BadValue{"tune: {betas: 0.9}", "run.yaml:1: tune.betas: expected a list of 2 values, not '0.9'"},
        BadValue{"tune: {betas: [0.9]}", "run.yaml:1: tune.betas: expected a list of 2 values, not a list"},
        BadValue{"tune: {betas: [0.9, 1]}", "run.yaml:1: tune.betas: expected a number from 0 and below 1, not '1'"},
        BadValue{"tune: {clip_norm: 0}", "run.yaml:1: tune.clip_norm: expected a number above 0 or null, not '0'"},
        BadValue{"tune: {cache_lower_layers: 1}",
                 "run.yaml:1: tune.cache_lower_layers: expected auto or true or false, not '1'"},
        BadValue{"tune: {converge: true}",
                 "run.yaml:1: tune.converge: expected {window: .., relative: .., patience: .., each once}, not 'true'"},
        BadValue{"tune: {converge: {window: 0, relative: 0.1, patience: 1}}",
                 "run.yaml:1: tune.converge.window: expected a whole number from 1, not '0'"},
        BadValue{"data: {pairs: {from: trivia}}",
                 "run.yaml:1: data.pairs.from: expected mmlu or are_you_sure, not 'trivia'"},
        BadValue{"seed: 1\nsweep: {}\nseed: 2",
                 "run.yaml:3: seed: given a second time (first in run.yaml:1); keep one of them"},
        BadValue{"? [a]\n: 1", "run.yaml:1: expected the name of a key, not a list or section"},
        BadValue{"",
                 "run.yaml: empty (a configuration names at least a model and an output); "
                 "configs/reference.yaml shows every key"},
        BadValue{"- a",
                 "run.yaml:1: not a configuration (expected lines like 'output: results', not a list or a "
                 "single value); configs/reference.yaml shows every key"}));

TEST(Config, RefusesWhatIsNotYaml) {
  EXPECT_THAT(error_of("seed: 1\nsweep: {samples: 3"), HasSubstr("run.yaml:"));
  EXPECT_THAT(error_of("seed: 1\n\tmodel: x"), HasSubstr("run.yaml:2: not YAML ("));
  EXPECT_THAT(error_of(std::string("se\0ed: 1", 8)), HasSubstr("run.yaml:1: not YAML (it holds a control character"));
  EXPECT_THAT(error_of("seed: 1\noutput: caf\xe9"), HasSubstr("run.yaml:2: not YAML (the line is not UTF-8)"));
  EXPECT_EQ(error_of("seed: 1\noutput: caf\u00e9"), "");
  EXPECT_EQ(error_of("seed: 1\noutput: \"a\\Nb\""),
            "run.yaml:2: the escape \\N or \\_ (which is not read as UTF-8); write \\u0085 or \\u00a0");
  EXPECT_EQ(error_of("seed: 1\noutput: \"a\\u0085\\u00a0b\""), "");
  EXPECT_THAT(error_of("seed: *x"), HasSubstr("not YAML ("));
  EXPECT_THAT(error_of("  seed: 1\noutput: out"), HasSubstr("lines that do not belong to the first"));
  EXPECT_THAT(error_of("seed: " + std::string(100000, '[')), HasSubstr("not YAML ("));
}

TEST(Config, ShortensLongValuesInErrors) {
  EXPECT_EQ(error_of("seed: " + std::string(1000, 'x')),
            "run.yaml:1: seed: expected a whole number from 0 to 2^64-1, not '" + std::string(60, 'x') + "...'");
}

TEST(Config, ResolvesToAConfigurationThatSaysTheSame) {
  const Config config = parse("model: {path: m, system_message: \"say \\\"no\\\":\\n#\"}",
                              {"sweep.record_token_ids={apology: 1, confirm: 2}", "sweep.record_tokens.confirm=Yes"});
  const Config again = parse_config(config.resolved, "/elsewhere", {}, "resolved");
  EXPECT_EQ(again.resolved, config.resolved);
  EXPECT_EQ(again.model.path, "/configs/m");
  EXPECT_EQ(again.chat.system_message, "say \"no\":\n#");
  EXPECT_THAT(config.resolved, HasSubstr("sweep:\n  pairs: null\n  samples: 100\n  record_tokens:\n    "
                                         "apology: \"Apologies\"\n    confirm: \"Yes\"\n  record_token_ids: "
                                         "{apology: 1, confirm: 2}\n  metric: logit_diff\n"));
}

TEST(Config, ResolvesEveryTextToItself) {
  for (const std::string yaml :
       {R"("\ufded\U0001fffe\u0085\u00a0\L\P\ufeff\x7f")", R"("\t\e\r\n \"\\/")", R"('a: #b')"}) {
    const Config config = parse("model: {system_message: " + yaml + "}");
    const Config again = parse_config(config.resolved, "/elsewhere", {}, "resolved");
    EXPECT_EQ(again.chat.system_message, config.chat.system_message) << yaml;
    EXPECT_EQ(again.resolved, config.resolved);
  }
}

TEST(Config, IsLoadedWithPathsRelativeToItsFile) {
  const test::TemporaryFolder folder;
  test::write_text(folder.path() / "c.yaml", "output: out\n");
  EXPECT_EQ(load_config(folder.path() / "c.yaml", {}).output, folder.path() / "out");
}

TEST(Config, RefusesFilesThatAreNoConfiguration) {
  const test::TemporaryFolder folder;
  EXPECT_THROW(load_config(folder.path() / "missing.yaml", {}), UserError);
  EXPECT_THROW(load_config(folder.path(), {}), UserError);
  test::write_text(folder.path() / "large", std::string((1 << 20) + 1, '#'));
  EXPECT_THROW(load_config(folder.path() / "large", {}), UserError);
}

TEST(RequireKeys, NamesTheFirstThatIsMissing) {
  const Config config = parse("output: out\nmodel: {path: null}");
  EXPECT_NO_THROW(require_keys(config, {"output", "seed"}, "sweep"));
  try {
    require_keys(config, {"output", "model.path", "sweep.pairs"}, "sweep");
    FAIL() << "model.path was not missed";
  } catch (const UserError& error) {
    EXPECT_STREQ(error.what(),
                 "run.yaml: model.path: missing (sweep needs it); add it to the file, or give --set model.path=VALUE");
  }
}

}  // namespace
}  // namespace pinpoint::config
