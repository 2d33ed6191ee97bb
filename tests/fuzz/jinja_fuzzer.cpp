/// \file
/// Fuzzes chat templates. The input is the source of a template, which renders one dialogue.
#include <cstdint>
#include <string_view>

#include "expect.h"
#include "language/jinja/template.h"
#include "system/base/check.h"

namespace pinpoint::jinja {
namespace {

Dict variables() {
  List messages;
  for (const auto& [role, content] : {std::pair("system", " S\n"), std::pair("user", "\u00c4\u65e5 </s>"),
                                      std::pair("assistant", "<think>\nhm\n</think>\n\n4")}) {
    Dict message;
    message.set("role", role);
    message.set("content", Text::from_message(content));
    messages.push_back(std::move(message));
  }
  Dict all;
  all.set("messages", std::move(messages));
  all.set("bos_token", "<s>");
  all.set("tools", None{});
  all.set("add_generation_prompt", true);
  return all;
}

void check_template(std::string_view source) {
  try {
    const Text text = Template(source, "fuzz").render(variables());
    std::size_t at = 0;
    for (const auto& [begin, end] : text.message_parts()) {
      fuzz::expect(at <= begin && begin < end && end <= text.size(), "parts of messages are in order and in the text");
      at = end;
    }
  } catch (const UserError&) {
  }
}

}  // namespace
}  // namespace pinpoint::jinja

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pinpoint::jinja::check_template({reinterpret_cast<const char*>(data), size});
  return 0;
}
