#include "system/files/path_conflict.h"

#include <gmock/gmock.h>

#include "support/shared.h"
#include "system/base/check.h"

namespace pinpoint::files {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// data.jsonl, out/ and model/config.json in a temporary folder.
class PathConflict : public testing::Test {
 protected:
  PathConflict() {
    fs::create_directories(root_ / "out");
    fs::create_directories(root_ / "model");
    test::write_text(root_ / "data.jsonl", "{}\n");
    test::write_text(root_ / "model/config.json", "{}\n");
  }

  /// The message for one output and one input, relative to the folder; "" if they are accepted.
  std::string conflict(const fs::path& output, const fs::path& input, Change change = Change::replaced) const {
    try {
      require_apart({{"output", root_ / output, change}}, {{"tune.data", root_ / input}});
    } catch (const UserError& error) {
      return error.what();
    }
    return "";
  }

  test::TemporaryFolder folder_;
  fs::path root_ = folder_.path();
};

TEST_F(PathConflict, AcceptsFilesThatDiffer) {
  EXPECT_EQ(conflict("out/effects.h5", "data.jsonl"), "");
  EXPECT_EQ(conflict("out/data.jsonl", "data.jsonl"), "");
  EXPECT_EQ(conflict("out/new/deep", "out/newer"), "");
  EXPECT_EQ(conflict("data", "data.jsonl"), "");
}

TEST_F(PathConflict, RefusesTheSamePathHoweverItIsWritten) {
  for (const char* output : {"data.jsonl", "out/../data.jsonl", "./data.jsonl", "out/nowhere/../../data.jsonl"})
    EXPECT_THAT(conflict(output, "data.jsonl"), HasSubstr("is also read, as tune.data")) << output;
  EXPECT_THAT(conflict("model/", "model"), HasSubstr("is also read"));
  EXPECT_THAT(conflict("model", "model/", Change::added_to), HasSubstr("is also read"));
  EXPECT_THAT(conflict("new.jsonl", "new.jsonl"), HasSubstr("is also read")) << "neither exists";
}

TEST_F(PathConflict, FollowsSymbolicLinks) {
  fs::create_symlink(root_ / "data.jsonl", root_ / "out/linked.jsonl");
  EXPECT_THAT(conflict("out/linked.jsonl", "data.jsonl"), HasSubstr("is also read"));
  EXPECT_THAT(conflict("data.jsonl", "out/linked.jsonl"), HasSubstr("is also read"));
  fs::create_directory_symlink(root_ / "model", root_ / "alias");
  EXPECT_THAT(conflict("alias/config.json", "model/config.json"), HasSubstr("is also read"));
  EXPECT_THAT(conflict("alias", "model/config.json"), HasSubstr("is in it"));
}

TEST_F(PathConflict, RecognisesHardLinks) {
  fs::create_hard_link(root_ / "data.jsonl", root_ / "out/other.jsonl");
  EXPECT_THAT(conflict("out/other.jsonl", "data.jsonl"), HasSubstr("is also read"));
}

TEST_F(PathConflict, AFolderWrittenAsAWholeContainsNoInput) {
  const std::string message = conflict("model", "model/config.json");
  EXPECT_THAT(message, HasSubstr("is in it"));
  EXPECT_THAT(message, HasSubstr("model/config.json"));
  EXPECT_THAT(conflict(".", "data.jsonl"), HasSubstr("is in it"));
  EXPECT_EQ(conflict("model", "model/config.json", Change::added_to), "");
  EXPECT_EQ(conflict("model/out", "model"), "") << "an input folder may contain an output";
}

TEST_F(PathConflict, ALinkInTheFolderIsAnInputThere) {
  fs::create_symlink(root_ / "data.jsonl", root_ / "out/linked.jsonl");
  EXPECT_THAT(conflict("out", "out/linked.jsonl"), HasSubstr("is in it"));
}

TEST_F(PathConflict, KnowsWhatLiesInAFolder) {
  fs::create_directory_symlink(root_ / "model", root_ / "link");
  const auto in_model = [&](const fs::path& path) { return lies_in(root_ / path, root_ / "model"); };
  for (const char* path : {"model", "model/", "model/new/folder", "link", "link/new", "out/../model/new"})
    EXPECT_TRUE(in_model(path)) << path;
  for (const char* path : {"", "out", "model-2", "new/model"}) EXPECT_FALSE(in_model(path)) << path;
}

TEST_F(PathConflict, SkipsEmptyPaths) {
  EXPECT_NO_THROW(require_apart({{"output", ""}}, {{"tune.data", ""}}));
  EXPECT_NO_THROW(require_apart({{"output", fs::current_path()}}, {{"tune.data", ""}}));
}

}  // namespace
}  // namespace pinpoint::files
