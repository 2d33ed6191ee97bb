#include "model/pretrained/checksum_cache.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>

#include "support/shared.h"

namespace pinpoint::pretrained {
namespace {

/// Sets an environment variable for a scope.
class Environment {
 public:
  Environment(const char* name, const std::string& value) : name_(name) {
    if (const char* before = std::getenv(name)) before_ = before;
    setenv(name, value.c_str(), 1);
  }
  ~Environment() {
    if (before_)
      setenv(name_, before_->c_str(), 1);
    else
      unsetenv(name_);
  }

 private:
  const char* name_;
  std::optional<std::string> before_;
};

class ChecksumCacheTest : public ::testing::Test {
 protected:
  void SetUp() override {
    test::write_text(file_, "weights");
    last_write_time(file_, std::filesystem::file_time_type::clock::now() - std::chrono::seconds(100));
  }

  files::FileIdentity identity() const { return files::MappedFile(file_).identity(); }

  const test::TemporaryFolder folder_;
  const std::filesystem::path file_ = folder_.path() / "model.safetensors";
  const ChecksumCache::Checksums checksums_{{"w", "00ff"}, {"v", "ab"}};
};

TEST_F(ChecksumCacheTest, ReturnsWhatWasStored) {
  const ChecksumCache cache(folder_.path() / "deep" / "cache");
  EXPECT_TRUE(cache.load(file_, identity()).empty());
  cache.store(file_, identity(), checksums_);
  EXPECT_EQ(cache.load(file_, identity()), checksums_);
  create_directory_symlink(folder_.path(), folder_.path() / "link");
  EXPECT_EQ(cache.load(folder_.path() / "link" / "model.safetensors", identity()), checksums_);
}

TEST_F(ChecksumCacheTest, IsEmptyForAnotherFile) {
  const ChecksumCache cache(folder_.path() / "cache");
  const files::FileIdentity before = identity();
  cache.store(file_, before, checksums_);
  for (const files::FileIdentity& other : {files::FileIdentity{before.size + 1, before.modified_ns, before.inode},
                                           files::FileIdentity{before.size, before.modified_ns + 1, before.inode},
                                           files::FileIdentity{before.size, before.modified_ns, before.inode + 1}})
    EXPECT_TRUE(cache.load(file_, other).empty());
  rename(file_, folder_.path() / "moved");
  EXPECT_TRUE(cache.load(folder_.path() / "moved", before).empty());
}

TEST_F(ChecksumCacheTest, LeavesOutAFileThatMayStillBeWrittenTo) {
  const ChecksumCache cache(folder_.path() / "cache");
  last_write_time(file_, std::filesystem::file_time_type::clock::now());
  cache.store(file_, identity(), checksums_);
  EXPECT_TRUE(cache.load(file_, identity()).empty());
}

TEST_F(ChecksumCacheTest, IsInTheUsersCacheFolder) {
  const Environment home("HOME", folder_.path() / "home");
  {
    const Environment xdg("XDG_CACHE_HOME", folder_.path() / "xdg");
    ChecksumCache::of_user().store(file_, identity(), checksums_);
    EXPECT_FALSE(is_empty(folder_.path() / "xdg" / "pinpoint"));
  }
  // A relative folder does not count (XDG Base Directory Specification).
  const Environment xdg("XDG_CACHE_HOME", "relative");
  ChecksumCache::of_user().store(file_, identity(), checksums_);
  EXPECT_FALSE(is_empty(folder_.path() / "home" / ".cache" / "pinpoint"));
}

TEST_F(ChecksumCacheTest, WithoutAFolderCachesNothing) {
  const ChecksumCache cache("");
  cache.store(file_, identity(), checksums_);
  EXPECT_TRUE(cache.load(file_, identity()).empty());
}

}  // namespace
}  // namespace pinpoint::pretrained
