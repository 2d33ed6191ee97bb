#include "language/tokenizers/qwen_tokenizer.h"

#include <fmt/format.h>

#include <string_view>
#include <unordered_map>

#include "language/tokenizers/byte_alphabet.h"

namespace pinpoint::tokenizers {
namespace {

constexpr int extra_tokens = 205;

std::vector<std::string> special_forms() {
  std::vector<std::string> forms{"<|endoftext|>", "<|im_start|>", "<|im_end|>"};
  for (int i = 0; i < extra_tokens; ++i) forms.push_back(fmt::format("<|extra_{}|>", i));
  return forms;
}

}  // namespace

const char* const qwen_pattern =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

std::vector<Merge> merges_of_ranks(const std::vector<std::string>& tokens) {
  std::unordered_map<std::string_view, Symbol> ids;
  ids.reserve(tokens.size());
  for (Symbol id = 0; id < tokens.size(); ++id) ids.emplace(tokens[id], id);
  std::vector<Merge> merges;
  for (Symbol id = 0; id < tokens.size(); ++id) {
    const std::string_view token = tokens[id];
    for (std::size_t cut = 1; cut < token.size(); ++cut) {
      const auto left = ids.find(token.substr(0, cut)), right = ids.find(token.substr(cut));
      if (left != ids.end() && right != ids.end()) merges.push_back({left->second, right->second, id, id});
    }
  }
  return merges;
}

Description describe_qwen(const std::vector<std::string>& tokens, const std::string& where) {
  Description qwen;
  qwen.normalizer = {NormalForm::nfc};
  qwen.pre_tokenizer = {Split{.pattern = Pattern(qwen_pattern, where)}};
  qwen.vocabulary.merges = merges_of_ranks(tokens);
  qwen.vocabulary.whole_pieces_first = true;
  for (const std::string& token : tokens) qwen.vocabulary.tokens.push_back(to_byte_alphabet(token));
  for (text::TokenId id = std::ssize(tokens); const std::string& form : special_forms())
    qwen.added.push_back({.id = id++, .form = form, .special = true});
  qwen.decoder = {JoinByteAlphabet{}};
  qwen.eos = "<|endoftext|>";
  return qwen;
}

}  // namespace pinpoint::tokenizers
