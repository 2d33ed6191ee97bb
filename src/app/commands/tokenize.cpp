/// \file
/// `pinpoint tokenize`: turns lines of text into lines of token ids, and back.
#include <CLI/CLI.hpp>
#include <fmt/ranges.h>

#include <iostream>
#include <memory>
#include <optional>
#include <sstream>

#include "app/commands/command_line.h"
#include "language/text/tokenizer.h"
#include "language/tokenizers/tokenizer_files.h"
#include "system/base/number.h"

namespace pinpoint::commands {
namespace {

struct TokenizeOptions {
  std::string model;
  bool bos = false;
  bool special = false;
  bool decode = false;
};

text::TokenId bos_of(const text::Tokenizer& tokenizer, const std::string& model) {
  const auto id = tokenizer.bos();
  validate(id.has_value(), "--bos: the tokenizer of {} has no BOS; omit --bos", model);
  return *id;
}

std::string encode_line(const std::string& line, const text::Tokenizer& tokenizer, const TokenizeOptions& options) {
  text::TokenIds ids = options.special ? tokenizer.encode_with_added_tokens(line) : tokenizer.encode(line);
  if (options.bos) ids.insert(ids.begin(), bos_of(tokenizer, options.model));
  return fmt::format("{}", fmt::join(ids, " "));
}

text::TokenId parse_id(const std::string& word, std::int64_t line_number) {
  const auto id = parse_number<text::TokenId>(word);
  validate(id.has_value(),
           "standard input:{}: \"{}\" is not a token id; with --decode, a line holds ids separated by spaces",
           line_number, word);
  return *id;
}

std::string decode_line(const std::string& line, std::int64_t line_number, const text::Tokenizer& tokenizer) {
  text::TokenIds ids;
  std::istringstream words(line);
  for (std::string word; words >> word;) ids.push_back(parse_id(word, line_number));
  return tokenizer.decode(ids);
}

void tokenize_lines(const text::Tokenizer& tokenizer, const TokenizeOptions& options) {
  std::int64_t number = 0;
  for (std::string line; std::getline(std::cin, line);) {
    ++number;
    std::cout << (options.decode ? decode_line(line, number, tokenizer) : encode_line(line, tokenizer, options))
              << '\n';
  }
  std::cout.flush();
  validate(std::cout.good(),
           "standard output: cannot be written to (it is closed, or its disk is full); redirect it elsewhere");
}

}  // namespace

void add_tokenize(CLI::App& app, stages::CommonOptions& common, Command& chosen) {
  const auto options = std::make_shared<TokenizeOptions>();
  CLI::App* command = app.add_subcommand("tokenize", "One line of text in, one line of token ids out");
  command->add_option("--model", options->model, "HF directory whose tokenizer is used")->required();
  CLI::Option* bos = command->add_flag("--bos", options->bos, "Begin every line's ids with the BOS token");
  CLI::Option* special = command->add_flag("--special", options->special,
                                           "Special forms in the text (<s>, <|im_start|>) become their ids");
  command->add_flag("--decode", options->decode, "Decode: ids in, text out")->excludes(bos)->excludes(special);
  add_log_level(*command, common);
  command->callback([options, &common, &chosen] {
    common.is_read_only = true;
    chosen = [options](stages::Session& session) {
      if (session.world.is_root()) tokenize_lines(*tokenizers::load_tokenizer(options->model), *options);
      session.world.barrier();
      return ExitStatus::done;
    };
  });
}

}  // namespace pinpoint::commands
