#include "language/text/template_families.h"

namespace pinpoint::text {
namespace {

using SystemPlace = TemplateFamily::SystemPlace;
using Strip = TemplateFamily::Strip;

TemplateFamily llama2() {
  return {.name = "llama2",
          .special_forms = {"<s>", "</s>"},
          .system = "<<SYS>>\n{content}\n<</SYS>>\n\n",
          .user = "<s>[INST] {content} [/INST]",
          .assistant = " {content} </s>",
          .system_place = SystemPlace::before_first_user,
          .strip = Strip::messages};
}

TemplateFamily llama3() {
  return {.name = "llama3",
          .special_forms = {"<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"},
          .start = "<|begin_of_text|>",
          .system = "<|start_header_id|>system<|end_header_id|>\n\n{content}<|eot_id|>",
          .user = "<|start_header_id|>user<|end_header_id|>\n\n{content}<|eot_id|>",
          .assistant = "<|start_header_id|>assistant<|end_header_id|>\n\n{content}<|eot_id|>",
          .generation = "<|start_header_id|>assistant<|end_header_id|>\n\n",
          .strip = Strip::messages};
}

TemplateFamily llama3_1() {
  TemplateFamily family = llama3();
  family.name = "llama3.1";
  family.system =
      "<|start_header_id|>system<|end_header_id|>\n\nCutting Knowledge Date: December 2023\n"
      "Today Date: 26 Jul 2024\n\n{content}<|eot_id|>";
  family.default_system = "";
  return family;
}

TemplateFamily mistral_v3() {
  return {.name = "mistral",
          .special_forms = {"<s>", "</s>", "[INST]", "[/INST]"},
          .start = "<s>",
          .system = "{content}\n\n",
          .user = "[INST]{content}[/INST]",
          .assistant = "{content}</s>",
          .system_place = SystemPlace::before_last_user,
          .empty_system_shown = false,
          .strip = Strip::blanks_after_answers};
}

TemplateFamily mistral_v1() {
  return {.name = "mistral",
          .special_forms = {"<s>", "</s>"},
          .start = "<s>",
          .system = "{content}\n\n",
          .user = "[INST] {content} [/INST]",
          .assistant = " {content}</s>",
          .system_place = SystemPlace::before_first_user,
          .empty_system_shown = false};
}

TemplateFamily chatml() {
  return {.name = "chatml",
          .special_forms = {"<|im_start|>", "<|im_end|>"},
          .system = "<|im_start|>system\n{content}<|im_end|>\n",
          .user = "<|im_start|>user\n{content}<|im_end|>\n",
          .assistant = "<|im_start|>assistant\n{content}<|im_end|>\n",
          .generation = "<|im_start|>assistant\n"};
}

TemplateFamily chatml_with_system(std::string name, std::string default_system) {
  TemplateFamily family = chatml();
  family.name = std::move(name);
  family.default_system = std::move(default_system);
  return family;
}

TemplateFamily qwen3() {
  TemplateFamily family = chatml();
  family.name = "qwen3";
  family.special_forms = {"<|im_start|>", "<|im_end|>", "<think>", "</think>"};
  family.thought = "<think>\n{content}\n</think>\n\n";
  family.generation = "<|im_start|>assistant\n<think>\n\n</think>\n\n";
  return family;
}

}  // namespace

const std::vector<TemplateFamily>& template_families() {
  static const std::vector<TemplateFamily> families{
      llama2(),
      llama3(),
      llama3_1(),
      mistral_v3(),
      mistral_v1(),
      chatml(),
      chatml_with_system("qwen", "You are a helpful assistant."),
      chatml_with_system("qwen2", "You are a helpful assistant."),
      chatml_with_system("qwen2.5", "You are Qwen, created by Alibaba Cloud. You are a helpful assistant."),
      chatml_with_system("smollm2", "You are a helpful AI assistant named SmolLM, trained by Hugging Face"),
      qwen3()};
  return families;
}

}  // namespace pinpoint::text
