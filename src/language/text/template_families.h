/// \file
/// The families whose chat templates are built in, each as its publisher defines it. A new family is one entry.
#pragma once

#include <vector>

#include "language/text/family_template.h"

namespace pinpoint::text {

/// llama2    as in `chat_completion` of Meta's llama repository (llama/generation.py), which the template published
///           with the model's HF files follows. A turn is one text between <s> and </s>; the system message stands in
///           the first user's. No system message is made up where there is none.
/// llama3    Llama-3's published template. None is made up.
/// llama3.1  the same of Llama-3.1, 3.2 and 3.3, which write two dates into every system message and one where there is
///           none. The day is always 26 Jul 2024: 3.1's default, and what 3.2 and 3.3 fall back to, which would else
///           take the day of the run, so that no result could be had twice.
/// mistral   as Mistral AI's package mistral-common encodes, in two versions. Where the tokenizer has the special
///           tokens [INST] and [/INST] (v2, v3: Mistral-7B-Instruct-v0.3), the system message precedes the last user's;
///           where it has not (v1: v0.1, v0.2), the marks are text and it precedes the first user's. The blanks that
///           the published texts write behind <s>, </s>, [INST] and [/INST] are those that a SentencePiece tokenizer
///           puts in front of any text. An empty system message is none.
/// chatml    the plain form: no system message is made up. Qwen3-Instruct-2507 uses it.
/// qwen      Qwen-1's `make_context` (qwen_generation_utils.py), with the system message that its `chat` has by
///           default. It encodes the role, the line feed and the message each by itself, here they are one text: the
///           tokens are the same unless a message begins with a line feed, which the text joins to the one before it.
/// qwen2, qwen2.5   their published templates, which differ from it in the system message made up.
/// smollm2   the published template of SmolLM2-Instruct, which differs from theirs in the system message, too.
/// qwen3     the published template; no system message is made up. The reply is opened as with enable_thinking=False,
///           behind an empty thought: left at its default the model would think first, and what is measured or trained
///           here is the first word of the reply itself. Thoughts of earlier answers are left out.
///
/// Families of the same name are versions of one, of which the first applies whose special tokens the tokenizer has.
const std::vector<TemplateFamily>& template_families();

}  // namespace pinpoint::text
