/// \file
/// Our own byte-pair tokenizers compared with the SentencePiece library, in megabytes of text per second on one thread.
/// The text is the questions of GSM8K, English with numbers. The reference data has published vocabularies.

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <ctime>
#include <fstream>
#include <functional>

#include "bench/support/bench_options.h"
#include "language/tokenizers/tokenizer_files.h"
#include "support/shared.h"

namespace pinpoint::bench {
namespace {

constexpr double target = 10;  // megabytes per second

std::vector<std::string> questions(std::size_t most) {
  std::ifstream lines(test::shared("data/gsm8k/test.jsonl"));
  std::vector<std::string> texts;
  for (std::string line; texts.size() < most && std::getline(lines, line);)
    texts.push_back(nlohmann::json::parse(line).at("question").get<std::string>());
  return texts;
}

std::unique_ptr<text::Tokenizer> load(const std::string& file, const std::string& name) {
  const test::TemporaryFolder folder;
  std::filesystem::create_symlink(std::filesystem::absolute(test::shared(file)), folder.path() / name);
  return tokenizers::load_tokenizer(folder.path());
}

double megabytes(const std::vector<std::string>& texts) {
  double bytes = 0;
  for (const std::string& text : texts) bytes += static_cast<double>(text.size());
  return 1e-6 * bytes;
}

/// Megabytes per second of processor time of this thread, which other processes do not use up: the best of some calls.
template <class Encode>
double megabytes_per_cpu_second(double size, const Encode& encode) {
  const auto now = [] {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
  };
  double best = 0;
  for (int call = 0; call < 9; ++call) {
    const double begin = now();
    encode();
    best = std::max(best, size / (now() - begin));
  }
  return best;
}

void compare(const BenchOptions& options, const Report& report) {
  const auto texts = questions(options.quick ? 50 : 1319);
  const double size = megabytes(texts);
  const auto sentencepiece = load("data/tokenizers/llama2/tokenizer.model", "tokenizer.model");
  const auto qwen = load("data/tokenizers/qwen/qwen.tiktoken", "qwen.tiktoken");
  const auto phi3 = load("data/tokenizers/phi3/tokenizer.json", "tokenizer.json");
  const auto encode_with = [&](const text::Tokenizer& tokenizer) {
    return [&] {
      for (const std::string& text : texts) tokenizer.encode(text);
    };
  };
  const std::vector<std::function<void()>> things{encode_with(*sentencepiece), encode_with(*qwen), encode_with(*phi3)};
  const Rounds rounds = time_in_turns(options.rounds, Calls::often, things);
  for (const auto& [thing, name] : {std::pair{std::size_t{1}, "qwen.tiktoken, byte level"},
                                    std::pair{std::size_t{2}, "tokenizer.json, Llama-2 as Phi-3 has it"}}) {
    const double rate = size / rounds.seconds(thing).median;
    const double cpu_rate = megabytes_per_cpu_second(size, things[thing]);
    report.add({.what = fmt::format("{}: {:.1f} MB a CPU second ({:.0f} wanted)", name, cpu_rate, target),
                .figure = rate,
                .reference = size / rounds.seconds(0).median,
                .unit = "MB/s",
                .ratio = rounds.ratio(0, thing),
                .target = {},
                .details = {{"megabytes", size}, {"megabytes_per_cpu_second", cpu_rate}}});
  }
}

}  // namespace
}  // namespace pinpoint::bench

int main(int argc, char** argv) {
  using namespace pinpoint::bench;
  CLI::App app("Byte-pair tokenizers in megabytes a second, beside the SentencePiece library");
  BenchOptions options;
  add_options(app, options);
  Report report("tokenizers", "own", "SentencePiece");
  return run_benchmark(app, argc, argv, [&] {
    if (!std::filesystem::exists(pinpoint::test::shared("data/gsm8k"))) {
      fmt::print("Skipped: needs {}, which is not here\n", pinpoint::test::shared("data").string());
      return;
    }
    begin(report, options);
    compare(options, report);
  });
}
