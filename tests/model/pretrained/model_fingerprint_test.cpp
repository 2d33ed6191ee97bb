/// The identity of a model, `model_sha256`: the same for the same bytes, different if anything differs.
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "model/pretrained/model_directory.h"
#include "model/pretrained/safetensors_writer.h"
#include "support/random_model.h"
#include "support/shared.h"
#include "system/base/digest.h"

namespace pinpoint::pretrained {
namespace {

using ::testing::MatchesRegex;

class ModelFingerprint : public ::testing::Test {
 protected:
  void SetUp() override {
    test::write_random_model(path_, {});
    make_old();
  }

  /// Only files that have not changed for a while are cached.
  void make_old(std::chrono::seconds age = std::chrono::seconds(100)) const {
    last_write_time(weights_, std::filesystem::file_time_type::clock::now() - age);
  }

  /// Changes one byte of the data in place: the file's size and inode stay.
  void change_byte(std::int64_t from_the_end) const {
    std::fstream file(weights_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(-from_the_end, std::ios::end);
    const auto byte = static_cast<char>(file.get() ^ 1);
    file.seekp(-from_the_end, std::ios::end);
    file.put(byte);
  }

  std::string without_cache() const { return ModelDirectory(path_, ChecksumCache("")).fingerprint(); }
  std::string with_cache() const { return ModelDirectory(path_, ChecksumCache(cache_)).fingerprint(); }

  const test::TemporaryFolder folder_;
  const std::filesystem::path path_ = folder_.path() / "model", cache_ = folder_.path() / "cache";
  const std::filesystem::path weights_ = path_ / "model.safetensors";
};

TEST_F(ModelFingerprint, IsTheSameForACopyElsewhere) {
  EXPECT_THAT(without_cache(), MatchesRegex("[0-9a-f]{64}"));
  copy(path_, folder_.path() / "copy");
  EXPECT_EQ(ModelDirectory(folder_.path() / "copy", ChecksumCache("")).fingerprint(), without_cache());
}

TEST_F(ModelFingerprint, IsWhatTheDocumentationSays) {
  write_safetensors(weights_, {{"model.norm.weight", at::zeros({2, 3}, at::kFloat)}});
  // XXH3-128 of 24 zero bytes, and of that digest: both by the command line tool `xxhsum -H2`.
  Sha256 digest;
  digest.add_field(test::read_text(path_ / "config.json")).add_field("");
  digest.add_field("model.norm.weight").add_field("2,3").add_field("F32").add_field("2f841ca239c56923b28eadcf5cadfd97");
  EXPECT_EQ(without_cache(), digest.hex());
}

TEST_F(ModelFingerprint, DoesNotDependOnWhatWasReadBefore) {
  ModelDirectory model(path_, ChecksumCache(""));
  model.read("lm_head.weight", {96, 32});
  model.read("model.norm.weight", {32});
  EXPECT_EQ(model.fingerprint(), without_cache());
}

TEST_F(ModelFingerprint, ChangesWithOneByteOfData) {
  const std::string before = without_cache();
  for (const std::int64_t place : {1, 1000, 20000}) {
    change_byte(place);
    EXPECT_NE(without_cache(), before);
    change_byte(place);
  }
  EXPECT_EQ(without_cache(), before);
}

TEST_F(ModelFingerprint, ChangesWithConfigIndexNamesShapesAndTypes) {
  const auto fingerprint = [&](const char* name, at::Tensor tensor) {
    write_safetensors(weights_, {{name, tensor}});
    return without_cache();
  };
  const std::string before = fingerprint("model.norm.weight", at::zeros({2, 6}, at::kHalf));
  EXPECT_NE(fingerprint("lm_head.weight", at::zeros({2, 6}, at::kHalf)), before);
  EXPECT_NE(fingerprint("model.norm.weight", at::zeros({6, 2}, at::kHalf)), before);
  EXPECT_NE(fingerprint("model.norm.weight", at::zeros({2, 6}, at::kBFloat16)), before);

  EXPECT_EQ(fingerprint("model.norm.weight", at::zeros({2, 6}, at::kHalf)), before);
  test::write_text(path_ / "config.json", test::read_text(path_ / "config.json") + "\n");
  EXPECT_NE(without_cache(), before);

  test::write_random_model(path_, {.shards = 2});
  std::filesystem::remove(weights_);
  const std::string sharded = without_cache();
  test::write_text(path_ / "model.safetensors.index.json",
                   test::read_text(path_ / "model.safetensors.index.json") + "\n");
  EXPECT_NE(without_cache(), sharded);
}

TEST_F(ModelFingerprint, WithACacheTheDataIsNotReadAgain) {
  const std::string before = with_cache();
  EXPECT_EQ(before, without_cache());
  // A cache does not see a change that keeps size, time and inode. So an equal fingerprint shows that nothing was read.
  const auto time = last_write_time(weights_);
  change_byte(1000);
  last_write_time(weights_, time);
  EXPECT_EQ(with_cache(), before);
  EXPECT_NE(without_cache(), before);
}

TEST_F(ModelFingerprint, WithACacheAChangedFileIsReadAgain) {
  const std::string before = with_cache();
  change_byte(1000);
  const std::string after = with_cache();
  EXPECT_NE(after, before);
  EXPECT_EQ(after, without_cache());
  make_old(std::chrono::seconds(50));
  EXPECT_EQ(with_cache(), after);
  change_byte(1000);
  EXPECT_EQ(with_cache(), before);
}

TEST_F(ModelFingerprint, TheCacheIsFilledByTensorsThatWereRead) {
  {
    ModelDirectory model(path_, ChecksumCache(cache_));
    model.read("lm_head.weight", {96, 32});
    EXPECT_FALSE(exists(cache_));
    model.fingerprint();
  }
  EXPECT_FALSE(is_empty(cache_));
}

TEST_F(ModelFingerprint, ADamagedCacheIsIgnored) {
  const std::string before = with_cache();
  for (const auto& entry : std::filesystem::directory_iterator(cache_))
    test::write_text(entry.path(), "{\"checksums\": {\"lm_head.weight\": 3");
  EXPECT_EQ(with_cache(), before);
  for (const auto& entry : std::filesystem::directory_iterator(cache_)) test::write_text(entry.path(), "[]");
  EXPECT_EQ(with_cache(), before);
}

TEST_F(ModelFingerprint, ACacheThatCannotBeWrittenIsIgnored) {
  test::write_text(cache_, "a file in the place of the folder");
  EXPECT_EQ(with_cache(), without_cache());
}

}  // namespace
}  // namespace pinpoint::pretrained
