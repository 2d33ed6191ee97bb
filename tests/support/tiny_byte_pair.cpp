#include "support/tiny_byte_pair.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <stdexcept>

#include "language/tokenizers/byte_alphabet.h"
#include "support/shared.h"
#include "support/tiny_sentencepiece.h"

namespace pinpoint::test {
namespace {

using nlohmann::json;

/// The inverse of the reader, written independently.
std::string base64(std::string_view bytes) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const auto byte = [&](std::size_t i) {
      return at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0u;
    };
    const unsigned bits = byte(0) << 16 | byte(1) << 8 | byte(2);
    for (int digit = 0; digit < 4; ++digit) text += alphabet[bits >> (18 - 6 * digit) & 63];
    for (std::size_t i = bytes.size() - at; i < 3; ++i) text[text.size() - (3 - i)] = '=';
  }
  return text;
}

std::vector<std::string> tokens() {
  std::vector<std::string> all;
  for (int byte = 0; byte < 256; ++byte) all.emplace_back(1, static_cast<char>(byte));
  for (const char* merged : {"Ye", "Yes", " Yes"}) all.emplace_back(merged);
  return all;
}

json added_token(std::int64_t id, const std::string& form, bool special) {
  return {{"id", id},        {"content", form},     {"single_word", false}, {"lstrip", false},
          {"rstrip", false}, {"normalized", false}, {"special", special}};
}

std::vector<TinyAdded> added_tokens_of(const std::string& family) {
  if (family == "llama3")
    return {{"<|begin_of_text|>"}, {"<|end_of_text|>"}, {"<|start_header_id|>"}, {"<|end_header_id|>"}, {"<|eot_id|>"}};
  std::vector<TinyAdded> added{{"<|endoftext|>"}, {"<|im_start|>"}, {"<|im_end|>"}};
  if (family == "qwen3") added.insert(added.end(), {{"<think>", false}, {"</think>", false}});
  return added;
}

}  // namespace

std::string tiny_tiktoken() {
  std::string text;
  int rank = 0;
  for (const std::string& token : tokens()) text += fmt::format("{} {}\n", base64(token), rank++);
  return text;
}

std::string tiny_byte_level_json(const std::vector<TinyAdded>& added, const std::string& normalizer) {
  json vocabulary, added_tokens = json::array();
  for (std::size_t id = 0; const std::string& token : tokens()) vocabulary[tokenizers::to_byte_alphabet(token)] = id++;
  for (std::int64_t id = 259; const TinyAdded& token : added)
    added_tokens.push_back(added_token(id++, token.form, token.special));
  const json split = {
      {"type", "Split"},
      {"pattern",
       {{"Regex",
         R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)"}}},
      {"behavior", "Isolated"},
      {"invert", false}};
  const json byte_level = {
      {"type", "ByteLevel"}, {"add_prefix_space", false}, {"trim_offsets", true}, {"use_regex", false}};
  return json{{"version", "1.0"},
              {"added_tokens", added_tokens},
              {"normalizer", json::parse(normalizer)},
              {"pre_tokenizer", {{"type", "Sequence"}, {"pretokenizers", {split, byte_level}}}},
              {"decoder", byte_level},
              {"model", {{"type", "BPE"}, {"vocab", vocabulary}, {"merges", {"Y e", "Ye s", "\u0120 Yes"}}}}}
      .dump();
}

std::string tiny_metaspace_json() {
  json vocabulary, added = json::array();
  std::int64_t id = 0;
  for (const char* form : {"<unk>", "<s>", "</s>"}) {
    added.push_back(added_token(id, form, true));
    vocabulary[form] = id++;
  }
  for (int byte = 0; byte < 256; ++byte) vocabulary[fmt::format("<0x{:02X}>", byte)] = id++;
  vocabulary["\u2581"] = id++;
  for (char c = '!'; c <= '~'; ++c) vocabulary[std::string(1, c)] = id++;
  for (const char* merged : {"Ye", "Yes", "\u2581Yes"}) vocabulary[merged] = id++;
  const auto replace = [](const char* from, const char* to) {
    return json{{"type", "Replace"}, {"pattern", {{"String", from}}}, {"content", to}};
  };
  const json prepend = {{"type", "Prepend"}, {"prepend", "\u2581"}};
  const json byte_fallback = {{"type", "ByteFallback"}}, fuse = {{"type", "Fuse"}};
  const json strip = {{"type", "Strip"}, {"content", " "}, {"start", 1}, {"stop", 0}};
  return json{
      {"version", "1.0"},
      {"added_tokens", added},
      {"normalizer", {{"type", "Sequence"}, {"normalizers", {prepend, replace(" ", "\u2581")}}}},
      {"pre_tokenizer", nullptr},
      {"decoder", {{"type", "Sequence"}, {"decoders", {replace("\u2581", " "), byte_fallback, fuse, strip}}}},
      {"model",
       {{"type", "BPE"},
        {"unk_token", "<unk>"},
        {"fuse_unk", true},
        {"byte_fallback", true},
        {"vocab", vocabulary},
        {"merges", json::array({json::array({"Y", "e"}), json::array({"Ye", "s"}), json::array({"\u2581", "Yes"})})}}}}
      .dump();
}

void write_tiny_tokenizer(const std::filesystem::path& folder, const std::string& family) {
  if (family == "llama" || family == "mistral")
    return write_text(folder / "tokenizer.model", tiny_sentencepiece_model());
  if (family == "qwen") return write_text(folder / "qwen.tiktoken", tiny_tiktoken());
  if (family != "llama3" && family != "qwen2" && family != "qwen3")
    throw std::runtime_error("no tiny tokenizer for the family " + family);
  const std::vector<TinyAdded> added = added_tokens_of(family);
  const bool is_llama = family == "llama3";
  write_text(folder / "tokenizer.json", tiny_byte_level_json(added, is_llama ? "null" : R"({"type": "NFC"})"));
  const json config = {{"bos_token", is_llama ? json("<|begin_of_text|>") : json()},
                       {"eos_token", is_llama ? "<|eot_id|>" : "<|im_end|>"}};
  write_text(folder / "tokenizer_config.json", config.dump());
}

text::TokenIds byte_ids(std::string_view text) {
  text::TokenIds ids;
  for (const char byte : text) ids.push_back(static_cast<unsigned char>(byte));
  return ids;
}

}  // namespace pinpoint::test
