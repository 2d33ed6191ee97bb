#include "language/text/published_template.h"

#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>

#include "system/base/check.h"
#include "system/files/json_text.h"
#include "system/files/text_file.h"

namespace pinpoint::text {
namespace {

namespace fs = std::filesystem;
using Named = std::map<std::string, TemplateSource>;

constexpr const char* way_out =
    "set model.chat_template to one of the built-in templates, or to a FILE.jinja or FILE.yaml of your own";

std::string_view name_of(Role role) {
  return role == Role::system ? "system" : role == Role::user ? "user" : "assistant";
}

jinja::Value value_of(const Message& message) {
  jinja::Dict dict;
  dict.set("role", std::string(name_of(message.role)));
  dict.set("content", jinja::Text::from_message(message.content));
  return dict;
}

jinja::Dict variables_of(const Dialogue& dialogue, Generation generation, const NamedTokens& tokens) {
  jinja::List messages;
  for (const Message& message : dialogue) messages.push_back(value_of(message));
  jinja::Dict variables;
  variables.set("messages", std::move(messages));
  variables.set("add_generation_prompt", generation == Generation::open);
  variables.set("tools", jinja::None{});
  variables.set("documents", jinja::None{});
  variables.set("enable_thinking", false);
  for (const auto& [name, form] : tokens) variables.set(name, form);
  return variables;
}

Prompt prompt_of(const jinja::Text& text) {
  Prompt prompt;
  const std::string_view bytes = text.bytes();
  std::size_t at = 0;
  for (const auto& [begin, end] : text.message_parts()) {
    prompt.add_text_with_forms(bytes.substr(at, begin - at)).add_message(bytes.substr(begin, end - begin));
    at = end;
  }
  return prompt.add_text_with_forms(bytes.substr(at));
}

/// chat_template.jinja and additional_chat_templates/NAME.jinja.
Named templates_in_files(const fs::path& folder) {
  Named all;
  if (const fs::path file = folder / "chat_template.jinja"; fs::exists(file))
    all.emplace("default", TemplateSource{files::read_file(file), file});
  const fs::path others = folder / "additional_chat_templates";
  if (!fs::is_directory(others)) return all;
  for (const auto& entry : fs::directory_iterator(others))
    if (const fs::path file = entry.path(); file.extension() == ".jinja" && !file.filename().string().starts_with('.'))
      all.insert_or_assign(file.stem().string(), TemplateSource{files::read_file(file), file});
  return all;
}

/// `chat_template` of a JSON file: one text, or a list of texts with names.
Named templates_in_json(const fs::path& file) {
  const auto object = files::read_json_object_if_there(file);
  const auto found = object.find("chat_template");
  if (found == object.end() || found->is_null()) return {};
  if (found->is_string()) return {{"default", {found->get<std::string>(), file}}};
  validate(found->is_array(), "{}: chat_template: is neither a text nor a list of texts; copy the model's file anew",
           file.string());
  Named all;
  for (const auto& entry : *found) {
    const bool is_named = entry.is_object() && entry.contains("name") && entry["name"].is_string() &&
                          entry.contains("template") && entry["template"].is_string();
    validate(is_named, "{}: chat_template: an entry lacks its name or its template; copy the model's file anew",
             file.string());
    all.insert_or_assign(entry["name"].get<std::string>(), TemplateSource{entry["template"].get<std::string>(), file});
  }
  return all;
}

Named published_templates(const fs::path& folder) {
  Named all = templates_in_files(folder);
  for (const char* name : {"tokenizer_config.json", "chat_template.json"})
    if (all.empty()) all = templates_in_json(folder / name);
  return all;
}

}  // namespace

PublishedTemplate::PublishedTemplate(std::string_view source, const fs::path& file, NamedTokens tokens)
    : file_(file.string()), template_(source, file.string()), tokens_(std::move(tokens)) {}

Prompt PublishedTemplate::render_turns(const Dialogue& dialogue, Generation generation) const try {
  return prompt_of(template_.render(variables_of(dialogue, generation, tokens_)));
} catch (const UserError& error) {
  throw UserError(fmt::format("{}; {}", error.what(), way_out));
}

std::optional<TemplateSource> find_published_template(const fs::path& folder) {
  Named all = published_templates(folder);
  if (all.empty()) return std::nullopt;
  const auto found = all.find("default");
  std::vector<std::string> names;
  for (const auto& [name, source] : all) names.push_back(name);
  validate(found != all.end(),
           "{}: the model has the chat templates {}, but none named default; write the one to use into a file, and set "
           "model.chat_template to this FILE.jinja",
           all.begin()->second.file.string(), fmt::join(names, ", "));
  return std::move(found->second);
}

}  // namespace pinpoint::text
