#include "study/results/attempts_file.h"

#include <gmock/gmock.h>

#include "support/shared.h"
#include "support/user_error.h"

namespace pinpoint::results {
namespace {

TEST(AttemptsFile, KeepsEveryValueOfEveryCommand) {
  const test::TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "attempts.json";
  EXPECT_TRUE(read_attempts(file).empty());
  const Attempts attempts{
      {"sweep",
       {.job = "12_3", .requeues = 2, .fresh = true, .saved = 8, .seconds = 1.5, .fruitless = 1, .conditions = "a"}},
      {"tune", {.job = {}, .finished = true, .seconds = {}, .conditions = {}}}};
  write_attempts(file, attempts);
  EXPECT_EQ(read_attempts(file), attempts);
}

TEST(AttemptsFile, RefusesDamage) {
  const test::TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "attempts.json";
  for (const char* text : {"", "[]x", "[1]", "{\"sweep\": 1}", "{\"sweep\": {\"job\": 3}}"}) {
    test::write_text(file, text);
    EXPECT_THAT(test::user_error([&] { read_attempts(file); }), testing::HasSubstr("attempts.json")) << text;
  }
}

}  // namespace
}  // namespace pinpoint::results
