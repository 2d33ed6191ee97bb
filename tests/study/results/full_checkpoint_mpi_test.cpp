// ranks: 1 2 3
#include <ATen/ops/equal.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <fstream>
#include <numeric>
#include <optional>

#include "study/results/checkpoint_file.h"
#include "study/results/effects_file.h"
#include "study/results/full_checkpoint.h"
#include "study/results/weight_vectors.h"
#include "support/example_full_tuning.h"
#include "support/example_sweep.h"
#include "support/random_model.h"
#include "support/shared.h"
#include "support/user_error.h"
#include "system/files/atomic_file.h"
#include "system/hdf5/h5_file_parallel.h"
#include "system/hdf5/schema_check.h"
#include "system/hdf5/seal.h"
#include "system/parallel/collectives.h"

namespace pinpoint::results {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::int64_t tile = 25;  // rows: several tiles per table, the last one short

/// All ranks use one folder, made by rank 0.
class FullCheckpointTest : public ::testing::Test {
 protected:
  FullCheckpointTest() {
    if (world_.is_root()) folder_.emplace();
    const std::string path = parallel::broadcast(world_, folder_ ? folder_->path().string() : "", 0);
    checkpoints_ = fs::path(path) / "checkpoints";
    model_.architecture = transformer::Architecture::qwen2;
    provenance_.created = "2026-11-24T12:00:00Z";  // the same on all ranks
    units_ = test::even_units(model_, world_.rank(), world_.size(), tile);
  }
  ~FullCheckpointTest() override { world_.barrier(); }

  Checkpoint checkpoint(std::int64_t steps) const { return test::example_full_checkpoint(units_, steps, provenance_); }
  fs::path write(std::int64_t steps, std::int64_t keep = 9) {
    return write_full_checkpoint(checkpoints_, checkpoint(steps), units_, model_, keep, world_);
  }
  /// Rank 0 changes the file; all ranks see the change.
  template <class Change>
  void at_root(Change change) {
    if (world_.is_root()) change();
    world_.barrier();
  }
  std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator(checkpoints_)) found.push_back(entry.path().filename());
    std::ranges::sort(found);
    return found;
  }

  parallel::Communicator world_ = parallel::Communicator::world();
  std::optional<test::TemporaryFolder> folder_;
  fs::path checkpoints_;
  transformer::ModelConfig model_ = test::small_llama();
  hdf5::Provenance provenance_ = test::example_provenance();
  std::vector<weights::WeightUnit> units_;
};

void expect_equal(const tuning::Tensors& one, const tuning::Tensors& other) {
  ASSERT_EQ(one.size(), other.size());
  for (std::size_t i = 0; i < one.size(); ++i) EXPECT_TRUE(at::equal(one[i], other[i])) << "unit " << i;
}

TEST_F(FullCheckpointTest, ReadsWhatItWroteWithAnyNumberOfRanks) {
  const fs::path file = write(3);
  EXPECT_EQ(file.filename(), "step-000003.h5");
  EXPECT_THAT(names(), ElementsAre("step-000003.h5"));
  const Checkpoint written = checkpoint(3), head = read_full_metadata(file, model_);
  EXPECT_EQ(head.provenance, written.provenance);
  EXPECT_EQ(head.identity, written.identity);
  EXPECT_EQ(head.history, written.history);
  EXPECT_EQ(head.moments.step, 3);
  EXPECT_EQ(head.micro_batch, 2);
  EXPECT_EQ(head.sampler_position, 15);
  EXPECT_THAT(head.values, IsEmpty());
  EXPECT_THAT(head.heads, IsEmpty());
  for (const int ranks : {1, 2, 5, 30})  // of 30 ranks the last ones have no rows
    for (int rank = world_.rank(); rank < ranks; rank += world_.size()) {
      const auto units = test::even_units(model_, rank, ranks, ranks == 5 ? model_.vocabulary : tile);
      Checkpoint read = head;
      read_full_values(file, units, read);
      const Checkpoint expected = test::example_full_checkpoint(units, 3, provenance_);
      expect_equal(read.values, expected.values);
      expect_equal(read.moments.exp_avg, expected.moments.exp_avg);
      expect_equal(read.moments.exp_avg_sq, expected.moments.exp_avg_sq);
    }
}

TEST_F(FullCheckpointTest, IsTheSameAsWrittenByOneRank) {
  const fs::path file = write(2);
  at_root([&] {
    const auto units = test::even_units(model_, 0, 1, model_.vocabulary);
    const auto alone = test::example_full_checkpoint(units, 2, provenance_);
    const fs::path other = write_full_checkpoint(checkpoints_.parent_path() / "alone", alone, units, model_, 1, {});
    const hdf5::H5File one = hdf5::H5File::open(file), two = hdf5::H5File::open(other);
    ASSERT_EQ(one.data_sets(), two.data_sets());
    for (const std::string& name : one.data_sets()) {
      if (one.describe(name).type != hdf5::H5Type::float32) continue;
      EXPECT_EQ(one.read<float>(name), two.read<float>(name)) << name;
    }
  });
}

TEST_F(FullCheckpointTest, FitsItsSchema) {
  const fs::path file = write(1);
  at_root([&] {
    EXPECT_THAT(hdf5::problems_of(file), IsEmpty());
    const hdf5::H5File h5 = hdf5::H5File::open(file);
    EXPECT_THAT(h5.describe("full/layers.2/exp_avg_sq").scales, ElementsAre("layer_element"));
    EXPECT_THAT(h5.describe("full/embedding/master").shape, ElementsAre(model_.vocabulary * model_.width));
    EXPECT_TRUE(h5.describe("full/embedding/master").checksummed);
    EXPECT_TRUE(h5.describe("layer_element").is_length);
  });
}

TEST_F(FullCheckpointTest, KeepsOnlyTheNewest) {
  for (const std::int64_t steps : {1, 4, 5}) write(steps, 2);
  EXPECT_THAT(checkpoint_files(checkpoints_),
              ElementsAre(checkpoints_ / "step-000004.h5", checkpoints_ / "step-000005.h5"));
}

TEST_F(FullCheckpointTest, RefusesAModelOfAnotherShape) {
  const fs::path file = write(1);
  const auto refused = [&](auto change) {
    transformer::ModelConfig other = model_;
    change(other);
    return test::user_error([&] { read_full_metadata(file, other); });
  };
  EXPECT_THAT(refused([](auto& m) { ++m.layers; }), HasSubstr("full/layers.3/master is missing"));
  EXPECT_THAT(refused([](auto& m) { --m.layers; }), HasSubstr("has more than the 2 layers of this model"));
  EXPECT_THAT(refused([](auto& m) { m.vocabulary += 8; }), HasSubstr("another shape than this model gives it"));
  EXPECT_THAT(refused([](auto& m) { m.tied_embeddings = true; }), HasSubstr("an unembedding of its own"));
  EXPECT_THAT(refused([](auto& m) { std::swap(m.mlp_width, m.width); }), HasSubstr("name the model that was tuned"));
  const fs::path effects = checkpoints_.parent_path() / "effects.h5";
  at_root([&] { write_effects(effects, test::example_effects()); });
  EXPECT_THAT(test::user_error([&] { read_full_metadata(effects, model_); }),
              HasSubstr("kind full_checkpoint belongs"));
}

TEST_F(FullCheckpointTest, FindsDamageAnywhereAndUsesTheFileBefore) {
  const fs::path before = write(1), newest = write(2);
  std::string bytes;
  at_root([&] { bytes = test::read_text(newest); });
  const auto size = static_cast<std::int64_t>(parallel::maximum(world_, static_cast<std::int64_t>(bytes.size())));
  for (const std::int64_t place : {std::int64_t{9}, size / 3, size / 2, size - 100, size - 5}) {
    at_root([&] {
      std::string damaged = bytes;
      damaged[static_cast<std::size_t>(place)] ^= 4;
      test::write_text(newest, damaged);
    });
    EXPECT_EQ(hdf5::check_seal(newest, world_), hdf5::SealState::broken) << "byte " << place;
    EXPECT_THAT(test::user_error([&] { read_full_metadata(newest, model_); }), HasSubstr("step-000002.h5: is damaged"));
    ::testing::internal::CaptureStderr();
    const auto found = newest_checkpoint(checkpoints_, model_, world_);
    const std::string warning = ::testing::internal::GetCapturedStderr();
    EXPECT_THAT(warning, HasSubstr(world_.is_root() ? "step-000002.h5" : ""));
    ASSERT_TRUE(found) << "byte " << place;
    EXPECT_EQ(found->file, before);
    EXPECT_EQ(found->checkpoint.history.size(), 1u);
    world_.barrier();
  }
  at_root([&] { test::write_text(newest, bytes.substr(0, bytes.size() / 2)); });
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(newest_checkpoint(checkpoints_, model_, world_)->file, before);
  ::testing::internal::GetCapturedStderr();
  world_.barrier();
  at_root([&] { test::write_text(newest, bytes); });
  EXPECT_EQ(hdf5::check_seal(newest, world_), hdf5::SealState::intact);
  EXPECT_EQ(newest_checkpoint(checkpoints_, model_, world_)->file, newest);
}

TEST_F(FullCheckpointTest, HasTheSameSealForAnyNumberOfRanks) {
  const fs::path file = checkpoints_.parent_path() / "blocks";
  at_root([&] { test::write_text(file, std::string(1003, 'a') + "b"); });
  const std::string seal = hdf5::block_seal_of(file, world_, 10);
  EXPECT_EQ(seal, hdf5::block_seal_of(file, {}, 10));
  EXPECT_NE(seal, hdf5::block_seal_of(file, {}, 11));
  world_.barrier();  // every rank has read the file before rank 0 changes it
  at_root([&] { std::ofstream(file, std::ios::app) << seal; });
  EXPECT_EQ(hdf5::check_seal(file, world_, 10), hdf5::SealState::intact);
  EXPECT_EQ(hdf5::check_seal(file, {}, 10), hdf5::SealState::intact);
}

// Chunks of 10 values and rounds of 30 give many rounds, chunks of several ranks, and ranks without values.
TEST_F(FullCheckpointTest, WritesEveryValueOnceInManyRounds) {
  const fs::path path = checkpoints_.parent_path() / "rounds.h5";
  std::unique_ptr<files::AtomicFile> target;
  constexpr std::int64_t size = 1237;
  at_root([&] {
    hdf5::H5File file = hdf5::H5File::create(path);
    file.write_length("element", size);
    file.prepare("numbers", hdf5::H5Type::float32, "element", 10);
    file.prepare("others", hdf5::H5Type::float32, "element", 10);
    target = file.hand_over();
  });
  std::vector<float> numbers(size);
  std::iota(numbers.begin(), numbers.end(), 1.0F);
  std::vector<hdf5::H5Piece> pieces;  // the ranks take turns of 23 values
  for (std::int64_t i = 23 * world_.rank(); i < size; i += 23 * world_.size())
    pieces.push_back({i, std::span(numbers).subspan(static_cast<std::size_t>(i),
                                                    static_cast<std::size_t>(std::min<std::int64_t>(23, size - i)))});
  const std::vector<hdf5::H5Piece> all{{0, numbers}}, none;
  hdf5::ParallelH5File file(files::AtomicFile::temporary_of(path), world_);
  file.write("numbers", pieces, 30);
  file.write("others", world_.rank() == world_.size() - 1 ? all : none, 30);
  file.close();
  at_root([&] {
    target->commit();
    EXPECT_EQ(hdf5::H5File::open(path).read<float>("numbers"), numbers);
    EXPECT_EQ(hdf5::H5File::open(path).read<float>("others"), numbers);
  });
}

TEST_F(FullCheckpointTest, FailsOnAllRanksIfItCannotBeWritten) {
  at_root([&] { test::write_text(checkpoints_, "a file"); });
  EXPECT_THAT(test::user_error([&] { write(1); }), HasSubstr("checkpoints"));
}

/// Mounts a small file system in memory at `folder`, visible only to these ranks. Collective. \returns success
bool mount_small(const fs::path& folder, const char* size, const parallel::Communicator& world) {
  bool done = unshare(CLONE_FS) == 0;
  if (world.is_root())
    done = done && unshare(CLONE_NEWNS) == 0 && mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
           mount("tmpfs", folder.c_str(), "tmpfs", 0, size) == 0;
  const std::string space = parallel::broadcast(world, fmt::format("/proc/{}/ns/mnt", getpid()), 0);
  if (!world.is_root()) {
    const int descriptor = open(space.c_str(), O_RDONLY | O_CLOEXEC);
    done = done && descriptor >= 0 && setns(descriptor, CLONE_NEWNS) == 0;
    close(descriptor);
  }
  return parallel::minimum(world, done) != 0;
}

/// The ranks stay in the mount name space, so these tests run last.
class FullDiskTest : public FullCheckpointTest {
 protected:
  void SetUp() override {
    at_root([&] { fs::create_directory(checkpoints_); });
    if (!mount_small(checkpoints_, "size=2m", world_)) GTEST_SKIP() << "needs the right to mount a file system";
    mounted_ = true;
  }
  void TearDown() override {
    world_.barrier();
    if (mounted_ && world_.is_root()) umount2(checkpoints_.c_str(), MNT_DETACH);
  }

 private:
  bool mounted_ = false;
};

TEST_F(FullDiskTest, IsReportedByAllRanksBeforeWriting) {
  const fs::path first = write(1);
  at_root(
      [&] { std::ofstream(checkpoints_ / "filler") << std::string(fs::space(checkpoints_).available - 500'000, 'x'); });
  const std::string message = test::user_error([&] { write(2); });
  EXPECT_THAT(message, HasSubstr("has room for"));
  EXPECT_THAT(message, HasSubstr("free some, and run the same command again"));
  EXPECT_THAT(names(), ElementsAre("filler", "step-000001.h5"));
  EXPECT_EQ(newest_checkpoint(checkpoints_, model_, world_)->file, first);
}

TEST_F(FullDiskTest, CannotHappenOnceSpaceIsReserved) {
  const fs::path path = checkpoints_ / "file.h5";
  constexpr std::int64_t size = 200'000;
  std::unique_ptr<files::AtomicFile> target;
  at_root([&] {
    hdf5::H5File file = hdf5::H5File::create(path);
    file.write_length("element", size);
    file.prepare("numbers", hdf5::H5Type::float32, "element", 1000);
    target = file.hand_over();
    EXPECT_THAT(test::user_error([&] { target->reserve(4 << 20); }), HasSubstr("No space left on device"));
    target->reserve(1 << 20);
    files::AtomicFile other(checkpoints_ / "other");
    EXPECT_THAT(test::user_error([&] { other.write(std::string(2 << 20, 'x')); }), HasSubstr("No space left"));
    // The reserved space is not released.
    std::ofstream(checkpoints_ / "filler") << std::string(2 << 20, 'x');
    EXPECT_EQ(fs::space(checkpoints_).available, 0u);
  });
  const std::int64_t begin = size * world_.rank() / world_.size(), end = size * (world_.rank() + 1) / world_.size();
  std::vector<float> numbers(static_cast<std::size_t>(end - begin));
  std::iota(numbers.begin(), numbers.end(), static_cast<float>(begin));
  hdf5::ParallelH5File file(files::AtomicFile::temporary_of(path), world_);
  file.write("numbers", std::vector<hdf5::H5Piece>{{begin, numbers}}, 20'000);
  file.close();
  at_root([&] {
    target->commit();
    const std::vector<float> read = hdf5::H5File::open(path).read<float>("numbers");
    for (std::int64_t i = 0; i < size; ++i) ASSERT_EQ(read[static_cast<std::size_t>(i)], static_cast<float>(i));
    EXPECT_GT(fs::space(checkpoints_).available, 200u << 10) << "what was not needed is given back";
  });
}

}  // namespace
}  // namespace pinpoint::results
