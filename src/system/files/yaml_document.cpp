#include "system/files/yaml_document.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>

#include <algorithm>
#include <sstream>
#include <string>

#include "system/base/check.h"
#include "system/base/unicode.h"

namespace pinpoint::files {
namespace {

std::string place(const YAML::Mark& mark, std::string_view name) {
  return mark.is_null() ? std::string(name) : fmt::format("{}:{}", name, mark.line + 1);
}

// The parser accepts control characters and stray bytes as text. In a file they mean that it is binary, or text in
// another encoding, and a path in it would be written to results as a different path.
void require_text(std::string_view text, std::string_view name) {
  const auto control = std::find_if(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t';
  });
  validate(control == text.end(),
           "{}:{}: not YAML (it holds a control character, as binary files do); give a text file", name,
           1 + std::count(text.begin(), control, '\n'));
  std::istringstream lines{std::string(text)};
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number)
    validate(is_utf8(line), "{}:{}: not YAML (the line is not UTF-8); save the file in that encoding", name, number);
}

/// Receives what the parser finds, and refuses texts that are not UTF-8: the library turns the escapes \N and \_ into
/// single bytes.
class TextCheck final : public YAML::EventHandler {
 public:
  explicit TextCheck(std::string_view name) : name_(name) {}

 private:
  using Mark = YAML::Mark;
  using Text = std::string;
  using Style = YAML::EmitterStyle::value;
  void OnDocumentStart(const Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const Mark&, YAML::anchor_t) override {}
  void OnAlias(const Mark&, YAML::anchor_t) override {}
  void OnScalar(const Mark& mark, const Text&, YAML::anchor_t, const Text& value) override {
    validate(is_utf8(value), "{}: the escape \\N or \\_ (which is not read as UTF-8); write \\u0085 or \\u00a0",
             place(mark, name_));
  }
  void OnSequenceStart(const Mark&, const Text&, YAML::anchor_t, Style) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const Mark&, const Text&, YAML::anchor_t, Style) override {}
  void OnMapEnd() override {}

  std::string_view name_;
};

// YAML::Load silently drops all documents but the first, including wrongly indented lines. YAML::LoadAll never ends on
// some malformed texts.
bool has_second_document(std::string_view text, std::string_view name) {
  std::istringstream in{std::string(text)};
  YAML::Parser parser(in);
  TextCheck check(name);
  return parser.HandleNextDocument(check) && parser.HandleNextDocument(check);
}

}  // namespace

YAML::Node parse_yaml(std::string_view text, std::string_view name) {
  require_text(text, name);
  try {
    validate(!has_second_document(text, name),
             "{}: a second document, or lines that do not belong to the first; check the indentation, remove '---'",
             name);
    return YAML::Load(std::string(text));
  } catch (const YAML::Exception& error) {
    throw UserError(fmt::format("{}: not YAML ({}); correct that line", place(error.mark, name), error.msg));
  }
}

std::string place_of(const YAML::Node& node, std::string_view name) { return place(node.Mark(), name); }

}  // namespace pinpoint::files
