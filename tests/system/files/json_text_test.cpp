#include "system/files/json_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/shared.h"
#include "support/user_error.h"

namespace pinpoint::files {
namespace {

using test::user_error;
using ::testing::HasSubstr;

TEST(JsonText, ParsesNestedValues) {
  EXPECT_EQ(parse_json(R"({"a": {"b": [1, 2.5]}, "c": {"b": null}})", "f")["a"]["b"][1], 2.5);
}

TEST(JsonText, NamesThePlaceOfAnError) {
  const std::string message = user_error([] { parse_json("{\"a\":\n 1,}", "model/config.json"); });
  EXPECT_THAT(message, HasSubstr("model/config.json: is not valid JSON (parse error at line 2, column 4"));
  EXPECT_THAT(user_error([] { parse_json("", "f"); }), HasSubstr("f: is not valid JSON"));
  EXPECT_THAT(user_error([] { parse_json("\"\xff\"", "f"); }), HasSubstr("f: is not valid JSON"));
}

TEST(JsonText, RefusesTheSameKeyTwiceInOneObject) {
  EXPECT_THAT(user_error([] { parse_json(R"({"x": {"a": 1, "b": 2, "a": 3}})", "f"); }),
              HasSubstr("f: the key \"a\" occurs twice in one object"));
  EXPECT_NO_THROW(parse_json(R"([{"a": {"a": 1}}, {"a": 2}])", "f"));
}

TEST(JsonText, RefusesDeepNesting) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_NO_THROW(parse_json(nested(100), "f"));
  EXPECT_THAT(user_error([&] { parse_json(nested(101), "f"); }),
              HasSubstr("f: lists and objects are nested more than"));
  EXPECT_THAT(user_error([&] { parse_json(nested(1'000'000), "f"); }), HasSubstr("more than 100 deep"));
}

TEST(JsonText, IsReadAsAnObject) {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "a.json";
  EXPECT_EQ(read_json_object_if_there(file), nlohmann::json::object());
  EXPECT_THAT(user_error([&] { read_json_object(file); }), HasSubstr("a.json: cannot be read"));
  test::write_text(file, R"({"b": 1})");
  EXPECT_EQ(read_json_object_if_there(file).at("b"), 1);
  test::write_text(file, "[1]");
  EXPECT_THAT(user_error([&] { read_json_object(file); }), HasSubstr("a.json: is not a JSON object"));
}

}  // namespace
}  // namespace pinpoint::files
