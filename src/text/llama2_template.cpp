#include "text/llama2_template.h"

#include <fmt/format.h>

#include "text/unicode.h"

namespace pinpoint::text {

Prompt Llama2Template::render_turns(const Dialogue& dialogue, Generation) const {
  Prompt prompt;
  std::size_t i = 0;
  std::string system_block;
  if (dialogue.front().role == Role::system)
    system_block = fmt::format("<<SYS>>\n{}\n<</SYS>>\n\n", dialogue[i++].content);
  for (; i < dialogue.size(); i += 2) {
    prompt.add_special("<s>").add_text(fmt::format("[INST] {} [/INST]", strip(system_block + dialogue[i].content)));
    if (i + 1 < dialogue.size())
      prompt.add_text(fmt::format(" {} ", strip(dialogue[i + 1].content))).add_special("</s>");
    system_block.clear();
  }
  return prompt;
}

}  // namespace pinpoint::text
