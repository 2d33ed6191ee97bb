#include "language/text/template_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/shared.h"
#include "system/base/check.h"

namespace pinpoint::text {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

class TemplateFile : public testing::Test {
 protected:
  TemplateTexts read(const std::string& yaml) {
    test::write_text(path_, yaml);
    return read_template(path_);
  }
  void expect_refused(const std::string& yaml, const std::string& message) {
    EXPECT_THAT([&] { read(yaml); }, ThrowsMessage<UserError>(HasSubstr(message)));
  }

  test::TemporaryFolder folder_;
  std::filesystem::path path_ = folder_.path() / "chat.yaml";
};

TEST_F(TemplateFile, HasFourTexts) {
  const auto texts =
      read("system: \"<s>{content}\\n\"\nuser: 'U {content}'\nassistant: A {content}</s>\ngeneration: ''\n");
  EXPECT_EQ(texts.system, "<s>{content}\n");
  EXPECT_EQ(texts.user, "U {content}");
  EXPECT_EQ(texts.assistant, "A {content}</s>");
  EXPECT_EQ(texts.generation, "");
}

TEST_F(TemplateFile, NeedsNoSystemText) {
  EXPECT_EQ(read("user: x{content}\nassistant: y{content}\ngeneration: z\n").system, std::nullopt);
}

TEST_F(TemplateFile, RefusesOtherKeysAndValues) {
  const std::string good = "user: x{content}\nassistant: y{content}\ngeneration: z\n";
  expect_refused(good + "sytem: s\n", "chat.yaml:4: unknown key sytem; the known ones are system, user, assistant");
  expect_refused(good + "user: s\n", "chat.yaml:4: the key user occurs twice");
  expect_refused(good + "system: [s]\n", "chat.yaml:4: a key without a text");
  expect_refused(good + "system:\n", "chat.yaml:4: a key without a text");
  expect_refused("user: x\nassistant: y\n", "chat.yaml: the key generation is missing");
  expect_refused("", "chat.yaml: is no chat template");
  expect_refused("- user", "chat.yaml: is no chat template");
}

TEST_F(TemplateFile, MustExist) {
  EXPECT_THAT([&] { read_template(path_); }, ThrowsMessage<UserError>(HasSubstr("chat.yaml: cannot be read")));
}

}  // namespace
}  // namespace pinpoint::text
