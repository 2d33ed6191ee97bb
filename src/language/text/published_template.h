/// \file
/// The chat template that is published with a model, in Jinja.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "language/jinja/template.h"
#include "language/text/chat_template.h"

namespace pinpoint::text {

/// The names of special tokens that a template sees, with their forms: bos_token "<s>", eos_token "</s>", ..
using NamedTokens = std::map<std::string, std::string>;

/// Renders a dialogue with the model's own text, byte for byte as transformers' `apply_chat_template` does, with
/// `enable_thinking` false: what is measured or trained here is the first word of a reply, not of a thought. Templates
/// that write the day of the run write 26 Jul 2024, so that prompts can be repeated.
class PublishedTemplate final : public ChatTemplate {
 public:
  /// \param file of the source, for messages
  /// \throws UserError "FILE:LINE: ..." for a text that is not a template, or uses statements that are not supported
  PublishedTemplate(std::string_view source, const std::filesystem::path& file, NamedTokens tokens);

  std::string description() const override { return file_; }

 private:
  /// \throws UserError also if the template raises an exception for this dialogue
  Prompt render_turns(const Dialogue& dialogue, Generation generation) const override;

  std::string file_;
  jinja::Template template_;
  NamedTokens tokens_;
};

struct TemplateSource {
  std::string text;
  std::filesystem::path file;
};

/// The template in a model's folder, found as transformers does: chat_template.jinja with the further ones in
/// additional_chat_templates/, else the key chat_template of tokenizer_config.json, else of chat_template.json. Of
/// several named templates it is the one named "default". None if there is none.
/// \throws UserError for a file that cannot be read, and if none of several templates is the default
std::optional<TemplateSource> find_published_template(const std::filesystem::path& folder);

}  // namespace pinpoint::text
