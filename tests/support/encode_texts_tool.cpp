/// \file
/// Encodes texts for comparison with other libraries: `encode_texts DIR` reads one JSON string per line, so that texts
/// may contain line feeds, and writes a line {"ids": [..], "decoded": "..", "with_added": [..]} for each. "with_added"
/// are the ids with added tokens.
#include <nlohmann/json.hpp>

#include <exception>
#include <iostream>
#include <string>

#include "language/tokenizers/tokenizer_files.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: encode_texts DIR <TEXTS >IDS\n";
    return 2;
  }
  try {
    const auto tokenizer = pinpoint::tokenizers::load_tokenizer(argv[1]);
    for (std::string line; std::getline(std::cin, line);) {
      const auto text = nlohmann::json::parse(line).get<std::string>();
      const auto ids = tokenizer->encode(text);
      std::cout << nlohmann::json{{"ids", ids},
                                  {"decoded", tokenizer->decode(ids)},
                                  {"with_added", tokenizer->encode_with_added_tokens(text)}}
                       .dump()
                << '\n';
    }
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
