#include "language/datasets/mmlu_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/shared.h"
#include "system/base/check.h"
#include "system/base/digest.h"

namespace pinpoint::datasets {
namespace {

using dialogue::Question;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

class MmluFiles : public testing::Test {
 protected:
  void write(const std::string& split, const std::string& file, const std::string& text) {
    std::filesystem::create_directories(folder_.path() / split);
    test::write_text(folder_.path() / split / file, text);
  }
  void expect_refused(const std::string& row, const std::string& message) {
    write("bad", "x.csv", "Q,1,2,3,4,A\n" + row + "\n");
    EXPECT_THAT([&] { read_mmlu(folder_.path(), "bad"); }, ThrowsMessage<UserError>(HasSubstr(message)));
  }
  test::TemporaryFolder folder_;
};

TEST_F(MmluFiles, AreReadInOrderOfTheirNames) {
  const std::string b = "\"Which,\none?\",1,2,3,4,D\n";
  write("val", "b_val.csv", b);
  write("val", "a.csv", "Q,w,x,y,z,A\r\nR,\"say \"\"x\"\"\",,y,z,B");
  write("val", "notes.txt", "not a question");
  const MmluSplit split = read_mmlu(folder_.path(), "val");
  EXPECT_THAT(split.questions, ElementsAre(Question{"mmlu/val/a/1", "Q", {"w", "x", "y", "z"}, 0},
                                           Question{"mmlu/val/a/2", "R", {"say \"x\"", "", "y", "z"}, 1},
                                           Question{"mmlu/val/b/1", "Which,\none?", {"1", "2", "3", "4"}, 3}));
  ASSERT_EQ(split.files.size(), 2);
  EXPECT_EQ(split.files[0].name, "val/a.csv");
  EXPECT_EQ(split.files[0].rows, 2);
  EXPECT_EQ(split.files[1].name, "val/b_val.csv");
  EXPECT_EQ(split.files[1].rows, 1);
  EXPECT_EQ(split.files[1].sha256, sha256(b));
}

TEST_F(MmluFiles, RefuseMalformedRows) {
  expect_refused("Q,1,2,3,A", "x.csv:2: the row has 5 fields where 6 are expected");
  expect_refused("Q,1,2,3,4,5,A", "x.csv:2: the row has 7 fields");
  expect_refused("Q,1,2,3,4,E", "x.csv:2: the correct answer is \"E\"");
  expect_refused("Q,1,2,3,4,AB", "x.csv:2: the correct answer is \"AB\"");
  expect_refused("Q,1,2,3,4,", "x.csv:2: the correct answer is \"\"");
  expect_refused("Q;1;2;3;4;A",
                 "x.csv:2: the row has 1 fields where 6 are expected (question, A, B, C, D, letter, with");
  for (const std::string letter : {"1", "b", " B"})
    expect_refused("Q,1,2,3,4," + letter, "x.csv:2: the correct answer is \"" + letter + "\"");
}

TEST_F(MmluFiles, SkipBlankLines) {
  write("val", "a.csv", "Q,w,x,y,z,A\n\nR,w,x,y,z,B\n\n");
  write("val", "b.csv", "Q,w,x,y,z,A\r\n\r\n");
  EXPECT_THAT(read_mmlu(folder_.path(), "val").questions,
              ElementsAre(Question{"mmlu/val/a/1", "Q", {"w", "x", "y", "z"}, 0},
                          Question{"mmlu/val/a/2", "R", {"w", "x", "y", "z"}, 1},
                          Question{"mmlu/val/b/1", "Q", {"w", "x", "y", "z"}, 0}));
}

TEST_F(MmluFiles, MayHaveAHeader) {
  write("val", "a.csv", "question,A,B,C,D,answer\nQ,w,x,y,z,A\n");
  const MmluSplit split = read_mmlu(folder_.path(), "val");
  EXPECT_THAT(split.questions, ElementsAre(Question{"mmlu/val/a/1", "Q", {"w", "x", "y", "z"}, 0}));
  EXPECT_EQ(split.files[0].rows, 1);
  expect_refused("question,A,B,C,D,answer", "x.csv:2: the correct answer is \"answer\"");
}

TEST_F(MmluFiles, KeepOptionsThatLookLikeMissingValues) {
  write("val", "a.csv", "How many?,None,N/A,\"\",NA,C\n");
  EXPECT_THAT(read_mmlu(folder_.path(), "val").questions,
              ElementsAre(Question{"mmlu/val/a/1", "How many?", {"None", "N/A", "", "NA"}, 2}));
}

/// What macOS, LibreOffice, Excel and Jupyter leave in a folder.
TEST_F(MmluFiles, IgnoreWhatOtherProgramsLeave) {
  write("val", "a_val.csv", "Q,w,x,y,z,A\n");
  for (const char* name : {"._a_val.csv", ".~lock.a_val.csv#", "~$a_val.csv", ".hidden.csv", "a_val.csv~", ".DS_Store"})
    write("val", name, std::string("\0\5\x16\7 Mac OS X \xb0\xff", 16));
  write("val/.ipynb_checkpoints", "a_val-checkpoint.csv", "R,w,x,y,z,A\n");
  std::filesystem::create_directory(folder_.path() / "val" / "x.csv");
  EXPECT_THAT(read_mmlu(folder_.path(), "val").questions,
              ElementsAre(Question{"mmlu/val/a/1", "Q", {"w", "x", "y", "z"}, 0}));
}

TEST_F(MmluFiles, MayHaveAnUpperCaseExtension) {
  write("val", "A_val.CSV", "Q,w,x,y,z,A\n");
  EXPECT_THAT(read_mmlu(folder_.path(), "val").questions,
              ElementsAre(Question{"mmlu/val/A/1", "Q", {"w", "x", "y", "z"}, 0}));
}

TEST_F(MmluFiles, RefuseWhatWouldLoseOrConfuseQuestions) {
  const auto expect_refused_split = [&](const std::string& message) {
    EXPECT_THAT([&] { read_mmlu(folder_.path(), "val"); }, ThrowsMessage<UserError>(HasSubstr(message)));
  };
  write("val", "a_val.csv", "Q,w,x,y,z,A\n");
  for (const char* text : {"", "\n", "question,A,B,C,D,answer\n"}) {
    write("val", "b_val.csv", text);
    expect_refused_split("b_val.csv: the file has no question");
  }
  write("val", "b_val.csv", "Q,w,x,y,z,A\rQ,w,x,y,z,A\r");
  expect_refused_split("b_val.csv: its lines end with CR only");
  write("val", "b_val.csv", std::string("Q\0,w,x,y,z,A\n", 13));
  expect_refused_split("b_val.csv:1: a field has a NUL character");
  write("val", "b_val.csv", "caf\xe9,w,x,y,z,A\n");
  expect_refused_split("b_val.csv:1: a field is not UTF-8");
  std::filesystem::remove(folder_.path() / "val" / "b_val.csv");
  write("val", "a.csv", "Q,w,x,y,z,A\n");
  expect_refused_split("a_val.csv: has the same subject as a.csv");
  std::filesystem::remove(folder_.path() / "val" / "a.csv");
  std::filesystem::create_symlink("nowhere.csv", folder_.path() / "val" / "c.csv");
  expect_refused_split("c.csv: cannot be read");
}

TEST_F(MmluFiles, MustExist) {
  EXPECT_THAT([&] { read_mmlu(folder_.path(), "train"); },
              ThrowsMessage<UserError>(HasSubstr("data.sources.mmlu: there is no folder")));
  write("val", "notes.txt", "");
  EXPECT_THAT([&] { read_mmlu(folder_.path(), "val"); }, ThrowsMessage<UserError>(HasSubstr("has no .csv file")));
}

TEST_F(MmluFiles, OfTheRealDataSetAllParse) {
  PINPOINT_NEEDS_SHARED("data/mmlu");
  const auto count = [](const std::string& split) {
    return read_mmlu(test::shared("data/mmlu"), split).questions.size();
  };
  EXPECT_EQ(count("dev"), 285);
  EXPECT_EQ(count("val"), 1531);
  EXPECT_EQ(count("test"), 14042);
  EXPECT_EQ(count("auxiliary_train"), 1218);
}

}  // namespace
}  // namespace pinpoint::datasets
