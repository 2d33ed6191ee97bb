#include "language/tokenizers/normalizer.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>

#include "language/tokenizers/growth.h"
#include "system/base/check.h"
#include "system/base/unicode.h"

namespace pinpoint::tokenizers {
namespace {

const icu::Normalizer2& icu_normalizer(NormalForm form) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* found = nullptr;
  switch (form) {
    case NormalForm::nfc: found = icu::Normalizer2::getNFCInstance(error); break;
    case NormalForm::nfd: found = icu::Normalizer2::getNFDInstance(error); break;
    case NormalForm::nfkc: found = icu::Normalizer2::getNFKCInstance(error); break;
    case NormalForm::nfkd: found = icu::Normalizer2::getNFKDInstance(error); break;
  }
  if (U_FAILURE(error)) throw Failure(fmt::format("ICU has no normal forms ({}); install it anew", u_errorName(error)));
  return *found;
}

std::string apply_step(NormalForm form, std::string&& text) { return normalized(text, form); }
std::string apply_step(const Prepend& prepend, std::string&& text) {
  return text.empty() ? std::move(text) : prepend.text + text;
}
std::string apply_step(const Replacement& replacement, std::string&& text) { return replacement.apply(text); }
std::string apply_step(const PatternReplacement& replacement, std::string&& text) {
  std::string replaced;
  std::size_t done = 0;
  replacement.pattern.each_match(text, [&](std::size_t begin, std::size_t end) {
    replaced.append(text, done, begin - done).append(replacement.to);
    done = end;
  });
  return replaced.append(text, done);
}

}  // namespace

std::string normalized(std::string_view text, NormalForm form) {
  if (is_ascii(text)) return std::string(text);
  std::string result;
  icu::StringByteSink<std::string> sink(&result);
  UErrorCode error = U_ZERO_ERROR;
  const icu::StringPiece bytes(text.data(), static_cast<std::int32_t>(text.size()));
  icu_normalizer(form).normalizeUTF8(0, bytes, sink, nullptr, error);
  if (U_FAILURE(error)) throw Failure(fmt::format("ICU could not normalise a text: {}", u_errorName(error)));
  return result;
}

Normalizer::Normalizer(std::vector<Step> steps, std::string where)
    : steps_(std::move(steps)), where_(std::move(where)) {}

std::string Normalizer::apply(std::string_view text) const {
  std::string result(text);
  for (const Step& step : steps_) {
    result = std::visit([&](const auto& s) { return apply_step(s, std::move(result)); }, step);
    check_growth(text.size(), result.size(), where_);
  }
  return result;
}

}  // namespace pinpoint::tokenizers
