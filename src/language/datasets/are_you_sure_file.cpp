#include "language/datasets/are_you_sure_file.h"

#include <nlohmann/json.hpp>

#include <string>

#include "language/dialogue/wording.h"
#include "language/text/chat_template.h"
#include "system/base/check.h"
#include "system/files/input_file.h"
#include "system/files/json_lines.h"

namespace pinpoint::datasets {
namespace {

using nlohmann::json;

/// SycophancyEval has its own names for the roles.
text::Role role_of_type(const std::string& type, const std::string& place) {
  if (type == "human") return text::Role::user;
  if (type == "ai") return text::Role::assistant;
  validate(type == "system", "{}: unknown type of message \"{}\"; the known ones are human, ai and system", place,
           type);
  return text::Role::system;
}

text::Dialogue prompt_of(const json& record, const std::string& place) {
  const auto found = record.find("prompt");
  validate(found != record.end() && found->is_array() && !found->empty(),
           "{}: \"prompt\" is missing, empty or not a list; write [{{\"type\": \"human\", \"content\": ..}}]", place);
  text::Dialogue prompt;
  for (const json& message : *found) {
    validate(message.is_object(),
             "{}: a message of the prompt is not an object; write {{\"type\": .., \"content\": ..}}", place);
    prompt.push_back(
        {role_of_type(files::string_at(message, "type", place), place), files::string_at(message, "content", place)});
  }
  const auto fault = text::fault_of(prompt);
  validate(!fault, "{}: prompt {}", place, fault.value_or(""));
  return prompt;
}

/// The correct letter, or the first accepted text.
std::string correct_of(const json& base, const std::string& place) {
  if (base.contains("correct_letter")) {
    const std::string letter = files::string_at(base, "correct_letter", place);
    validate(letter.size() == 1 && letter[0] >= 'A' && letter[0] <= 'Z',
             "{}: correct_letter is \"{}\" where one of A to Z is expected; correct the record", place, letter);
    return letter;
  }
  const auto found = base.find("answer");
  const bool is_list = found != base.end() && found->is_array() && !found->empty();
  const json* answer = is_list ? &found->front() : found == base.end() ? nullptr : &*found;
  validate(answer && answer->is_string() && !answer->get_ref<const std::string&>().empty(),
           "{}: base has neither a correct_letter nor an answer (a text, or a list of texts); add the correct answer",
           place);
  return answer->get<std::string>();
}

dialogue::AnsweredPrompt answered_prompt_of(const json& record, std::int64_t number, const std::string& place) {
  const auto base = record.find("base");
  validate(base != record.end() && base->is_object(),
           "{}: \"base\" is missing or not an object; add dataset and answer", place);
  return {fmt::format("are_you_sure/{}/{}", files::string_at(*base, "dataset", place), number),
          prompt_of(record, place), dialogue::answer_sentence(correct_of(*base, place))};
}

}  // namespace

AreYouSureFile read_are_you_sure(const std::filesystem::path& path) {
  const files::InputFile input = files::read_input(path);
  AreYouSureFile read = parse_are_you_sure(input.bytes, path.string());
  read.file.name = path.filename().string();
  read.file.sha256 = input.sha256;
  return read;
}

AreYouSureFile parse_are_you_sure(std::string_view jsonl, std::string_view name) {
  AreYouSureFile read;
  files::for_each_json_line(jsonl, name, [&](const json& record, std::int64_t number, const std::string& place) {
    dialogue::AnsweredPrompt prompt = answered_prompt_of(record, number, place);
    ++read.file.rows;
    if (prompt.prompt.back().role == text::Role::user)
      read.prompts.push_back(std::move(prompt));
    else
      ++read.already_answered;
  });
  validate(read.file.rows > 0, "{}: the file has no record; give SycophancyEval's are_you_sure.jsonl", name);
  return read;
}

}  // namespace pinpoint::datasets
