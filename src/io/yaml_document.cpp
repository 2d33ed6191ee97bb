#include "io/yaml_document.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>

#include <algorithm>
#include <sstream>
#include <string>

#include "base/check.h"

namespace pinpoint::io {
namespace {

std::string place(const YAML::Mark& mark, std::string_view name) {
  return mark.is_null() ? std::string(name) : fmt::format("{}:{}", name, mark.line + 1);
}

// The parser takes control characters for text of a plain scalar; in a file they mean that it is not text at all.
void require_text(std::string_view text, std::string_view name) {
  const auto control = std::find_if(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t';
  });
  validate(control == text.end(),
           "{}:{}: not YAML (it holds a control character, as binary files do); give a text file", name,
           1 + std::count(text.begin(), control, '\n'));
}

/// Takes what a parser finds and keeps nothing of it.
class Ignore final : public YAML::EventHandler {
  using Mark = YAML::Mark;
  using Text = std::string;
  using Style = YAML::EmitterStyle::value;
  void OnDocumentStart(const Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const Mark&, YAML::anchor_t) override {}
  void OnAlias(const Mark&, YAML::anchor_t) override {}
  void OnScalar(const Mark&, const Text&, YAML::anchor_t, const Text&) override {}
  void OnSequenceStart(const Mark&, const Text&, YAML::anchor_t, Style) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const Mark&, const Text&, YAML::anchor_t, Style) override {}
  void OnMapEnd() override {}
};

// YAML::Load drops all but the first document without a word, wrongly indented lines among them, and YAML::LoadAll
// finds documents without end in some malformed texts.
bool has_second_document(std::string_view text) {
  std::istringstream in{std::string(text)};
  YAML::Parser parser(in);
  Ignore ignore;
  return parser.HandleNextDocument(ignore) && parser.HandleNextDocument(ignore);
}

}  // namespace

YAML::Node parse_yaml(std::string_view text, std::string_view name) {
  require_text(text, name);
  try {
    validate(!has_second_document(text),
             "{}: a second document, or lines that do not belong to the first; check the indentation, remove '---'",
             name);
    return YAML::Load(std::string(text));
  } catch (const YAML::Exception& error) {
    throw UserError(fmt::format("{}: not YAML ({}); correct that line", place(error.mark, name), error.msg));
  }
}

std::string place_of(const YAML::Node& node, std::string_view name) { return place(node.Mark(), name); }

}  // namespace pinpoint::io
