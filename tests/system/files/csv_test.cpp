#include "system/files/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "system/base/check.h"

namespace pinpoint::files {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

std::vector<std::vector<std::string>> fields(std::string_view text) {
  std::vector<std::vector<std::string>> all;
  for (const CsvRow& row : parse_csv(text, "f.csv")) all.push_back(row.fields);
  return all;
}

void expect_refused(std::string_view text, const std::string& message) {
  EXPECT_THAT([&] { parse_csv(text, "f.csv"); }, ThrowsMessage<UserError>(HasSubstr(message)));
}

TEST(Csv, SplitsRowsAndFields) {
  EXPECT_THAT(fields("a,b\nc,\n"), ElementsAre(ElementsAre("a", "b"), ElementsAre("c", "")));
  EXPECT_THAT(fields(""), ElementsAre());
}

TEST(Csv, SkipsBlankLines) {
  for (const char* text : {"\n", "\r\n", " \t\n\n", "  ", "\xEF\xBB\xBF\n"}) EXPECT_THAT(fields(text), ElementsAre());
  const auto rows = parse_csv("\na,b\n\n  \r\nc,d\r\n\r\n", "f.csv");
  ASSERT_EQ(rows.size(), 2);
  EXPECT_EQ(rows[0].line, 2);
  EXPECT_EQ(rows[1].line, 5);
  EXPECT_THAT(rows[1].fields, ElementsAre("c", "d"));
  EXPECT_THAT(fields("\"\"\n,\n"), ElementsAre(ElementsAre(""), ElementsAre("", ""))) << "these lines have fields";
  EXPECT_THAT(fields("\"a\n\nb\"\n"), ElementsAre(ElementsAre("a\n\nb"))) << "a blank line in a field";
  EXPECT_THAT(fields("  a\n"), ElementsAre(ElementsAre("  a")));
}

TEST(Csv, NeedsNoLineEndAtTheEnd) { EXPECT_THAT(fields("a,b"), ElementsAre(ElementsAre("a", "b"))); }

TEST(Csv, TakesBothLineEnds) { EXPECT_THAT(fields("a\r\nb\n"), ElementsAre(ElementsAre("a"), ElementsAre("b"))); }

TEST(Csv, KeepsWhatQuotesEnclose) {
  EXPECT_THAT(fields("\"a,b\",\"c\nd\r\ne\",\"\"\r\n"), ElementsAre(ElementsAre("a,b", "c\nd\r\ne", "")));
}

TEST(Csv, ReadsDoubledQuotesAsOne) {
  EXPECT_THAT(fields("\"\"\"a\"\" b\",\"\"\"\"\n"), ElementsAre(ElementsAre("\"a\" b", "\"")));
}

TEST(Csv, KeepsQuotesInsideAPlainField) {
  EXPECT_THAT(fields("a \"b\",c\"\n"), ElementsAre(ElementsAre("a \"b\"", "c\"")));
}

TEST(Csv, TrimsNothing) { EXPECT_THAT(fields(" a ,\" b \"\n"), ElementsAre(ElementsAre(" a ", " b "))); }

TEST(Csv, SkipsAByteOrderMark) { EXPECT_THAT(fields("\xEF\xBB\xBF\"a\"\n"), ElementsAre(ElementsAre("a"))); }

TEST(Csv, NumbersRowsByTheirFirstLine) {
  const auto rows = parse_csv("\"a\n\nb\",c\nd,e\n", "f.csv");
  EXPECT_EQ(rows.at(0).line, 1);
  EXPECT_EQ(rows.at(1).line, 4);
}

TEST(Csv, RefusesQuotesInTheWrongPlace) {
  expect_refused("a\n\"b,c\nd\n", "f.csv:2: a quote is never closed");
  expect_refused("\"a\nb\" c\n", "f.csv:2: text follows a closing quote");
}

TEST(Csv, RefusesWhatIsNotUtf8) { expect_refused("a\ncaf\xE9\n", "f.csv:2: a field is not UTF-8"); }

TEST(Csv, RefusesNul) {
  using namespace std::string_view_literals;
  expect_refused("a\nb\0c\n"sv, "f.csv:2: a field has a NUL character");
  expect_refused("a\0,\0b\0\n\0"sv, "f.csv:1: a field has a NUL character");  // UTF-16
}

TEST(Csv, RefusesLinesThatEndWithCrOnly) {
  expect_refused("a,b\rc,d\r", "f.csv: its lines end with CR only");
  EXPECT_THAT(fields("a\rb\n"), ElementsAre(ElementsAre("a\rb")));
}

}  // namespace
}  // namespace pinpoint::files
