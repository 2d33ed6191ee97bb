/// \file
/// The chat template of Llama-2.
#pragma once

#include "text/chat_template.h"

namespace pinpoint::text {

/// As in `chat_completion` of Meta's llama repository (llama/generation.py), which the template published with the
/// model's HF files follows. A user's message and its answer are encoded as one text, each such turn between <s> and
/// </s>; the last user's message has no answer and no </s>:
///
///     <s> "[INST] {user} [/INST] {answer} " </s>
///
/// where the first user's message is preceded by "<<SYS>>\n{system}\n<</SYS>>\n\n" if there is a system message, and
/// both messages lose the white space around them (the first user's together with its system block). No system
/// message is made up where there is none.
class Llama2Template final : public ChatTemplate {
 private:
  Prompt render_turns(const Dialogue& dialogue, Generation generation) const override;
};

}  // namespace pinpoint::text
