#include "language/tokenizers/tokenizer_json_steps.h"

#include <map>

#include "system/base/check.h"
#include "system/files/json_member.h"

namespace pinpoint::tokenizers {
namespace {

using nlohmann::json;

/// GPT-2's pattern, by which ByteLevel cuts (use_regex).
constexpr const char* gpt2_pattern = R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

/// A step of the file, with its name in messages.
struct Source {
  const json& step;
  std::string where;
  std::string type() const { return files::member<std::string>(step, "type", where); }
};

[[noreturn]] void refuse(const Source& source, const std::string& what, const char* supported) {
  throw UserError(fmt::format("{}: {} is not supported (only {}); use a model of one of the families in docs/models.md",
                              source.where, what, supported));
}

/// Calls `read` with every step of `value`, including each step of a sequence.
template <class Read>
void each_step(const json& value, const char* sequence_key, const std::string& where, const Read& read) {
  if (value.is_null()) return;
  const Source source{value, where};
  if (source.type() != "Sequence") return read(source);
  const json& steps = value.contains(sequence_key) ? value.at(sequence_key) : json();
  validate(steps.is_array(), "{}: {} should be a list (the file is damaged); copy the model's file anew", where,
           sequence_key);
  for (std::size_t i = 0; i < steps.size(); ++i)
    each_step(steps[i], sequence_key, fmt::format("{}.{}[{}]", where, sequence_key, i), read);
}

/// The value of `key` in {"String": ".."} or {"Regex": ".."}.
std::optional<std::string> pattern_of_kind(const Source& source, const char* key) {
  const json pattern = source.step.value("pattern", json());
  return files::optional_member<std::string>(pattern, key, source.where + ".pattern");
}

Replacement replacement(const Source& source) {
  const auto from = pattern_of_kind(source, "String");
  if (!from) refuse(source, "Replace by a pattern", "a String");
  validate(!from->empty(), "{}: the text to replace is empty (the file is damaged); copy the model's file anew",
           source.where);
  return {*from, files::member<std::string>(source.step, "content", source.where)};
}

Normalizer::Step normalizer_replacement(const Source& source) {
  const auto pattern = pattern_of_kind(source, "Regex");
  if (!pattern) return replacement(source);
  return PatternReplacement{Pattern(*pattern, source.where),
                            files::member<std::string>(source.step, "content", source.where)};
}

Split split(const Source& source) {
  static const std::map<std::string, Split::Matches> behaviours{
      {"Removed", Split::Matches::removed},
      {"Isolated", Split::Matches::isolated},
      {"MergedWithPrevious", Split::Matches::merged_with_previous},
      {"MergedWithNext", Split::Matches::merged_with_next},
      {"Contiguous", Split::Matches::contiguous}};
  const auto behaviour = behaviours.find(files::member<std::string>(source.step, "behavior", source.where));
  validate(behaviour != behaviours.end(), "{}: unknown behavior (the file is damaged); copy the model's file anew",
           source.where);
  const auto regex = pattern_of_kind(source, "Regex"), text = pattern_of_kind(source, "String");
  validate(regex || (text && !text->empty()),
           "{}: the pattern is missing (the file is damaged); copy the model's file anew", source.where);
  return {.pattern = regex ? Pattern(*regex, source.where) : Pattern::literal(*text, source.where),
          .matches = behaviour->second,
          .inverted = files::optional_member<bool>(source.step, "invert", source.where).value_or(false)};
}

/// Separates numeric characters (Rust's char::is_numeric) from the rest: each character, or whole runs.
Split digits(const Source& source) {
  const bool individual = files::member<bool>(source.step, "individual_digits", source.where);
  return {.pattern = Pattern(R"(\p{N})", source.where),
          .matches = individual ? Split::Matches::isolated : Split::Matches::contiguous};
}

/// Older files have add_prefix_space, newer ones prepend_scheme.
Metaspace::Prefix metaspace_prefix(const Source& source) {
  if (!files::optional_member<bool>(source.step, "add_prefix_space", source.where).value_or(true))
    return Metaspace::Prefix::never;
  const auto scheme =
      files::optional_member<std::string>(source.step, "prepend_scheme", source.where).value_or("always");
  if (scheme == "always") return Metaspace::Prefix::always;
  if (scheme == "first") return Metaspace::Prefix::only_of_text;
  if (scheme == "never") return Metaspace::Prefix::never;
  refuse(source, "prepend_scheme " + scheme, "always, first, never");
}

std::string metaspace_blank(const Source& source) {
  auto blank = files::member<std::string>(source.step, "replacement", source.where);
  validate(!blank.empty(), "{}: replacement is empty (the file is damaged); copy the model's file anew", source.where);
  return blank;
}

Metaspace metaspace(const Source& source) {
  return {.blank = {" ", metaspace_blank(source)},
          .prefix = metaspace_prefix(source),
          .split = files::optional_member<bool>(source.step, "split", source.where).value_or(true)};
}

void add_byte_level(const Source& source, std::vector<PreTokenizer::Step>& steps) {
  if (files::optional_member<bool>(source.step, "add_prefix_space", source.where).value_or(true))
    steps.emplace_back(PrefixBlank{});
  if (files::optional_member<bool>(source.step, "use_regex", source.where).value_or(true))
    steps.emplace_back(Split{.pattern = Pattern(gpt2_pattern, source.where)});
}

StripTokens strip(const Source& source) {
  const auto content = files::member<std::string>(source.step, "content", source.where);
  validate(!content.empty(), "{}: content is empty (the file is damaged); copy the model's file anew", source.where);
  return {.text = content,
          .at_front = files::member<std::uint64_t>(source.step, "start", source.where),
          .at_end = files::member<std::uint64_t>(source.step, "stop", source.where)};
}

}  // namespace

std::vector<Normalizer::Step> normalizer_steps(const json& value, const std::string& name) {
  static const std::map<std::string, NormalForm> forms{
      {"NFC", NormalForm::nfc}, {"NFD", NormalForm::nfd}, {"NFKC", NormalForm::nfkc}, {"NFKD", NormalForm::nfkd}};
  std::vector<Normalizer::Step> steps;
  each_step(value, "normalizers", name + ": normalizer", [&](const Source& source) {
    const std::string type = source.type();
    if (const auto form = forms.find(type); form != forms.end())
      steps.emplace_back(form->second);
    else if (type == "Prepend")
      steps.emplace_back(Prepend{files::member<std::string>(source.step, "prepend", source.where)});
    else if (type == "Replace")
      steps.push_back(normalizer_replacement(source));
    else
      refuse(source, "the normalizer " + type, "NFC, NFD, NFKC, NFKD, Prepend, Replace, Sequence");
  });
  return steps;
}

std::vector<PreTokenizer::Step> pre_tokenizer_steps(const json& value, const std::string& name) {
  std::vector<PreTokenizer::Step> steps;
  bool is_byte_level = false;
  each_step(value, "pretokenizers", name + ": pre_tokenizer", [&](const Source& source) {
    const std::string type = source.type();
    if (is_byte_level) refuse(source, type + " behind ByteLevel", "ByteLevel as the last one");
    if (type == "Split")
      steps.emplace_back(split(source));
    else if (type == "Digits")
      steps.emplace_back(digits(source));
    else if (type == "Metaspace")
      steps.emplace_back(metaspace(source));
    else if (type == "ByteLevel")
      add_byte_level(source, steps);
    else
      refuse(source, "the pre-tokenizer " + type, "Split, Digits, ByteLevel, Metaspace, Sequence");
    is_byte_level = type == "ByteLevel";
  });
  return steps;
}

std::vector<TokenDecoder::Step> decoder_steps(const json& value, const std::string& name) {
  // Without a decoder, the library joins tokens with blanks. No published model wants that.
  validate(!value.is_null(), "{}: there is no decoder (tokens could not be read again); copy the model's file anew",
           name);
  std::vector<TokenDecoder::Step> steps;
  each_step(value, "decoders", name + ": decoder", [&](const Source& source) {
    const std::string type = source.type();
    if (type == "ByteLevel")
      steps.emplace_back(JoinByteAlphabet{});
    else if (type == "ByteFallback")
      steps.emplace_back(JoinByteTokens{});
    else if (type == "Fuse")
      steps.emplace_back(Fuse{});
    else if (type == "Strip")
      steps.emplace_back(strip(source));
    else if (type == "Replace")
      steps.emplace_back(replacement(source));
    else if (type == "Metaspace")
      steps.emplace_back(UndoMetaspace{metaspace_blank(source), metaspace_prefix(source) != Metaspace::Prefix::never});
    else
      refuse(source, "the decoder " + type, "ByteLevel, ByteFallback, Fuse, Strip, Replace, Metaspace, Sequence");
  });
  return steps;
}

bool has_byte_level(const json& pre_tokenizer) {
  bool found = false;
  each_step(pre_tokenizer, "pretokenizers", "", [&](const Source& source) { found |= source.type() == "ByteLevel"; });
  return found;
}

}  // namespace pinpoint::tokenizers
