/// Which files an index may name, and through which links they may be reached.
#include "model/pretrained/weight_files.h"

#include <ATen/ops/full.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "model/pretrained/safetensors_writer.h"
#include "support/shared.h"
#include "support/user_error.h"

namespace pinpoint::pretrained {
namespace {

namespace fs = std::filesystem;
using test::user_error;
using ::testing::AllOf;
using ::testing::HasSubstr;

/// A file with the tensor "w" of one element.
void write_tensor(const fs::path& path, float value) {
  fs::create_directories(path.parent_path());
  write_safetensors(path, {{"w", at::full({1}, value)}});
}

float value_in(const WeightFiles& files) { return files.tensors().at("w")->tensor("w").item<float>(); }

class WeightFilesTest : public ::testing::Test {
 protected:
  void SetUp() override { fs::create_directories(model_); }

  void write_index(const std::string& file_name) const {
    const nlohmann::json index{{"weight_map", {{"w", file_name}}}};
    test::write_text(model_ / "model.safetensors.index.json", index.dump());
  }
  std::string error_of(const std::string& file_name) const {
    write_index(file_name);
    return user_error([&] { WeightFiles{model_}; });
  }

  const test::TemporaryFolder folder_;
  const fs::path model_ = folder_.path() / "model";
};

TEST_F(WeightFilesTest, AnIndexMayNameFilesInSubFolders) {
  write_tensor(model_ / "a" / "b" / "part.safetensors", 3);
  for (const char* name : {"a/b/part.safetensors", "./a//b/./part.safetensors"}) {
    write_index(name);
    const WeightFiles files(model_);
    EXPECT_EQ(value_in(files), 3);
    EXPECT_TRUE(files.files().contains("a/b/part.safetensors")) << "the name under which it is exported";
  }
}

TEST_F(WeightFilesTest, AnIndexNamesOnlyFilesInTheModelsFolder) {
  write_tensor(folder_.path() / "other.safetensors", 3);
  write_tensor(model_ / "a" / "inside.safetensors", 3);
  const std::string absolute = (folder_.path() / "other.safetensors").string();
  const std::string absolute_inside = (model_ / "a" / "inside.safetensors").string();
  for (const std::string& name :
       {absolute, absolute_inside, std::string("../other.safetensors"), std::string("a/../../other.safetensors"),
        std::string("a/../a/inside.safetensors"), std::string("..\0/other.safetensors", 21)})
    EXPECT_THAT(error_of(name), AllOf(HasSubstr("model.safetensors.index.json: places tensor \"w\" in"),
                                      HasSubstr("must be relative, without \"..\"")))
        << name;
}

TEST_F(WeightFilesTest, AnIndexNamesOnlySafetensors) {
  write_tensor(model_ / "config.json", 3);
  for (const char* name : {"config.json", "", ".", "a/", ".safetensors"})
    EXPECT_THAT(error_of(name), HasSubstr("end in .safetensors")) << name;
}

TEST_F(WeightFilesTest, TheLinksOfTheHubsCacheAreFollowed) {
  write_tensor(folder_.path() / "blobs" / "abc", 3);
  fs::create_symlink("../blobs/abc", model_ / "model.safetensors");
  EXPECT_EQ(value_in(WeightFiles{model_}), 3);
  fs::rename(model_ / "model.safetensors", model_ / "model-00001-of-00001.safetensors");
  write_index("model-00001-of-00001.safetensors");
  EXPECT_EQ(value_in(WeightFiles{model_}), 3);
}

TEST_F(WeightFilesTest, ALinkThatLeadsNowhereIsNamed) {
  fs::create_symlink("../blobs/abc", model_ / "model.safetensors");
  EXPECT_THAT(user_error([&] { WeightFiles{model_}; }),
              HasSubstr("model/model.safetensors: is a link to a file that does not exist"));
}

TEST_F(WeightFilesTest, APointerOfGitLfsIsNamed) {
  const std::string pointer =
      "version https://git-lfs.github.com/spec/v1\noid sha256:" + std::string(64, 'a') + "\nsize 4976698672\n";
  test::write_text(model_ / "model.safetensors", pointer);
  EXPECT_THAT(user_error([&] { WeightFiles{model_}; }), HasSubstr("model/model.safetensors: is a git-lfs pointer"));
  fs::remove(model_ / "model.safetensors");
  test::write_text(model_ / "model.safetensors.index.json", pointer);
  EXPECT_THAT(user_error([&] { WeightFiles{model_}; }), HasSubstr("index.json: is a git-lfs pointer"));
}

}  // namespace
}  // namespace pinpoint::pretrained
