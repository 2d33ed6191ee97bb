/// \file
/// The built-in chat templates, each as the publisher of the family defines it. A new family is one entry.
#pragma once

#include <vector>

#include "language/text/family_template.h"

namespace pinpoint::text {

/// Some families have a default system message, for dialogues without one.
///
/// llama2    as in `chat_completion` of Meta's llama repository (llama/generation.py); the template in the model's HF
///           files follows it. A turn is one text between <s> and </s>. The system message is part of the user's first
///           message. No default.
/// llama3    Llama-3's published template. No default.
/// llama3.1  that of Llama-3.1, 3.2 and 3.3. They write two dates into every system message; the default has only the
///           dates. The day is always 26 Jul 2024: the default of 3.1 and the fallback of 3.2 and 3.3, which otherwise
///           use the day of the run, so that results could not be repeated.
/// mistral   as Mistral AI's package mistral-common encodes, in two versions. If the tokenizer has the special tokens
///           [INST] and [/INST] (v2, v3: Mistral-7B-Instruct-v0.3), the system message precedes the user's last
///           message. Otherwise (v1: v0.1, v0.2) the marks are text, and it precedes the user's first message. The
///           published texts have blanks after <s>, </s>, [INST] and [/INST]; these are the blanks that a SentencePiece
///           tokenizer puts before any text. An empty system message counts as none.
/// chatml    the plain form. No default. Qwen3-Instruct-2507 uses it.
/// qwen      Qwen-1's `make_context` (qwen_generation_utils.py), with the default system message of its `chat`. It
///           encodes role, line feed and message separately. Here they are one text: the tokens are the same unless a
///           message begins with a line feed, which joins the one before it.
/// qwen2, qwen2.5   their published templates, which differ from qwen in the default.
/// smollm2   the published template of SmolLM2-Instruct, which also differs in the default.
/// qwen3     the published template. No default. The reply is opened after an empty thought, as with
///           enable_thinking=False: otherwise the model would think first, but what is measured or trained here is the
///           first word of the reply. Thoughts of earlier answers are removed.
///
/// Families of the same name are versions. The first one whose special tokens the tokenizer has applies.
const std::vector<TemplateFamily>& template_families();

}  // namespace pinpoint::text
