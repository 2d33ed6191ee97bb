#include "language/tokenizers/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "system/base/check.h"

namespace pinpoint::tokenizers {
namespace {

/// Unicode's White_Space, as ranges within [].
constexpr const char* white_space =
    R"(\x{9}-\x{D}\x{20}\x{85}\x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000})";
/// All other characters.
constexpr const char* no_white_space =
    R"(\x{0}-\x{8}\x{E}-\x{1F}\x{21}-\x{84}\x{86}-\x{9F}\x{A1}-\x{167F}\x{1681}-\x{1FFF}\x{200B}-\x{2027})"
    R"(\x{202A}-\x{202E}\x{2030}-\x{205E}\x{2060}-\x{2FFF}\x{3001}-\x{10FFFF})";

/// Published patterns need a few steps per character of a match.
constexpr std::uint32_t most_steps = 10'000'000;

/// Translates a published pattern to PCRE2.
class Translation {
 public:
  Translation(std::string_view expression, const std::string& where) : expression_(expression), where_(where) {}

  std::string run() {
    for (at_ = 0; at_ < expression_.size(); ++at_) {
      const char c = expression_[at_];
      if (c == '\\')
        escape();
      else if (in_set_)
        set_member(c);
      else
        outside(c);
    }
    return std::move(translated_);
  }

 private:
  void escape() {
    const char c = ++at_ < expression_.size() ? expression_[at_] : '\0';
    if (c == 's' || c == 'S') {
      const std::string ranges = c == 's' ? white_space : no_white_space;
      translated_ += in_set_ ? ranges : "[" + ranges + "]";
      return;
    }
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '\0';
    constexpr std::string_view same_everywhere = "dDnrtfvpPxAz";
    validate(!is_letter || same_everywhere.find(c) != std::string_view::npos,
             "{}: \\{} in the pattern {} is not supported (it does not mean the same to every library); write a class "
             "of characters in its place",
             where_, is_letter && c != '\0' ? std::string(1, c) : std::string(), expression_);
    translated_ += c == 'v' ? std::string("\\x{B}") : std::string{'\\', c};  // in PCRE2, \v is any line break
  }

  void set_member(char c) {
    const bool is_nested = c == '[' || (c == '&' && expression_.substr(at_, 2) == "&&");
    validate(!is_nested, "{}: a set within a set in the pattern {} is not supported; write one set", where_,
             expression_);
    if (c == ']' && at_ != first_member_) in_set_ = false;
    translated_ += c;
  }

  void outside(char c) {
    translated_ += c;
    if (c != '[') return;
    in_set_ = true;
    if (expression_.substr(at_ + 1, 1) == "^") translated_ += expression_[++at_];
    first_member_ = at_ + 1;  // a ] here is a member
  }

  std::string_view expression_;
  const std::string& where_;
  std::string translated_;
  std::size_t at_ = 0;
  std::size_t first_member_ = 0;
  bool in_set_ = false;
};

std::string message_of(int error) {
  PCRE2_UCHAR text[256];
  pcre2_get_error_message(error, text, sizeof text);
  return reinterpret_cast<const char*>(text);
}

PCRE2_SPTR bytes_of(std::string_view text) { return reinterpret_cast<PCRE2_SPTR>(text.data()); }

pcre2_code* code_of(const std::shared_ptr<void>& code) { return static_cast<pcre2_code*>(code.get()); }

template <class T, void (*release)(T*)>
struct Release {
  void operator()(T* object) const { release(object); }
};
using MatchData = std::unique_ptr<pcre2_match_data, Release<pcre2_match_data, pcre2_match_data_free>>;
using MatchContext = std::unique_ptr<pcre2_match_context, Release<pcre2_match_context, pcre2_match_context_free>>;

}  // namespace

Pattern::Pattern(std::string_view expression, const std::string& where) : where_(where) {
  const std::string translated = Translation(expression, where).run();
  int error = 0;
  PCRE2_SIZE offset = 0;
  pcre2_code* const code =
      pcre2_compile(bytes_of(translated), translated.size(),
                    PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C, &error, &offset, nullptr);
  validate(code != nullptr, "{}: the pattern {} is not understood ({}); copy the model's file anew", where, expression,
           message_of(error));
  code_ = {code, pcre2_code_free};
  std::uint32_t matches_empty_text = 0;
  pcre2_pattern_info(code, PCRE2_INFO_MATCHEMPTY, &matches_empty_text);
  validate(matches_empty_text == 0,
           "{}: the pattern {} matches the empty text, which is not supported; write it so that it takes a character",
           where, expression);
  pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);  // fails on unsupported processors: PCRE2 then interprets
}

Pattern Pattern::literal(std::string_view text, const std::string& where) {
  std::string expression;
  for (const char c : text) {
    const bool is_punctuation =
        c >= '!' && c <= '~' && !(c >= '0' && c <= '9') && !(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z');
    if (is_punctuation) expression += '\\';
    expression += c;
  }
  return {expression, where};
}

void Pattern::each_match(std::string_view text, const std::function<void(std::size_t, std::size_t)>& use) const {
  const MatchData data(pcre2_match_data_create_from_pattern(code_of(code_), nullptr));
  const MatchContext context(pcre2_match_context_create(nullptr));
  pcre2_set_match_limit(context.get(), most_steps);
  const PCRE2_SIZE* const ends = pcre2_get_ovector_pointer(data.get());
  for (std::size_t from = 0; from < text.size(); from = ends[1]) {
    const auto match = [&](std::uint32_t options) {
      return pcre2_match(code_of(code_), bytes_of(text), text.size(), from, PCRE2_NO_UTF_CHECK | options, data.get(),
                         context.get());
    };
    int result = match(0);
    if (result == PCRE2_ERROR_JIT_STACKLIMIT) result = match(PCRE2_NO_JIT);  // the interpreter uses the heap
    if (result == PCRE2_ERROR_NOMATCH) return;
    validate(
        result > 0,
        "{}: the pattern cannot be matched with a text of {} bytes ({}); shorten the text, or simplify the pattern",
        where_, text.size(), message_of(result));
    use(ends[0], ends[1]);
  }
}

}  // namespace pinpoint::tokenizers
