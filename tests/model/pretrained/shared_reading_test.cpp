/// \file
/// Ranks that read parts of the same tensors read every element once, and together know every checksum.
#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/equal.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/pretrained/model_directory.h"
#include "model/pretrained/safetensors_writer.h"
#include "model/pretrained/tensor_checksum.h"
#include "support/random_model.h"
#include "support/shared.h"
#include "support/user_error.h"

namespace pinpoint::pretrained {
namespace {

/// A tensor of three chunks, the last one not full, beside the model's own.
class SharedReading : public ::testing::Test {
 protected:
  static constexpr std::int64_t columns = 1000;
  void SetUp() override {
    test::write_random_model(path_, {});
    write_safetensors(path_ / "model.safetensors",
                      {{"lm_head.weight", large_}, {"model.norm.weight", at::arange(6).to(at::kFloat)}});
  }
  ModelDirectory open() const { return ModelDirectory(path_, ChecksumCache("")); }

  const test::TemporaryFolder folder_;
  const std::filesystem::path path_ = folder_.path() / "model";
  const at::Tensor large_ = (at::arange(2600 * columns) % 8191).to(at::kFloat).view({2600, columns});  // 10.4 MB
};

TEST_F(SharedReading, PiecesOfAnyRangeJoinToTheTensor) {
  ModelDirectory model = open();
  for (const parallel::Range range : {parallel::Range{0, 2600 * columns}, parallel::Range{1'048'570, 1'048'590},
                                      parallel::Range{7, 7}, parallel::Range{2'599'999, 2'600'000}}) {
    std::vector<at::Tensor> pieces;
    std::int64_t next = range.begin;
    model.read_range("lm_head.weight", {2600, columns}, range, [&](std::int64_t first, const at::Tensor& elements) {
      EXPECT_EQ(first, next);
      next += elements.numel();
      pieces.push_back(elements.clone());
    });
    EXPECT_EQ(next, range.end);
    if (range.size() > 0) {
      EXPECT_TRUE(at::equal(at::cat(pieces), large_.flatten().narrow(0, range.begin, range.size())));
    }
  }
}

TEST_F(SharedReading, RanksThatReadPartsKnowTheFingerprintTogether) {
  const std::string expected = open().fingerprint();
  ModelDirectory first = open(), second = open(), all = open();
  const auto read = [](ModelDirectory& model, parallel::Range range) {
    model.read_range("lm_head.weight", {2600, columns}, range, [](std::int64_t, const at::Tensor&) {});
  };
  read(first, {0, 1'500'000});           // ends within the second chunk, which it began and so reads whole
  read(second, {1'500'000, 2'600'000});  // knows the third
  all.add_checksums(first.checksums_read());
  all.add_checksums(second.checksums_read());
  std::filesystem::remove(path_ / "model.safetensors");  // known data is not read again, but "model.norm.weight" is
  write_safetensors(path_ / "model.safetensors",
                    {{"lm_head.weight", large_ + 1}, {"model.norm.weight", at::arange(6).to(at::kFloat)}});
  EXPECT_EQ(all.fingerprint(), expected);
  EXPECT_NE(open().fingerprint(), expected);
}

TEST_F(SharedReading, EveryShareOfTheCheckIsReadByOneRank) {
  const std::string expected = open().fingerprint();
  for (const int ranks : {1, 2, 3, 7}) {
    ModelDirectory root = open();
    double done = 0;
    for (int rank = 0; rank < ranks; ++rank) {
      ModelDirectory model = open();
      model.check_share(rank, ranks, [&](double share) { done = share; });
      root.add_checksums(model.checksums_read());
    }
    EXPECT_EQ(done, 1);
    std::filesystem::resize_file(path_ / "model.safetensors", 2000);  // nothing is left to read
    EXPECT_EQ(root.fingerprint(), expected) << ranks;
    SetUp();
  }
}

TEST_F(SharedReading, ANaNIsFoundByTheRankThatReadsIt) {
  at::Tensor damaged = large_.clone();
  damaged[2100][3] = std::numeric_limits<float>::quiet_NaN();
  write_safetensors(path_ / "model.safetensors", {{"lm_head.weight", damaged}});
  ModelDirectory model = open();
  model.read_range("lm_head.weight", {2600, columns}, {0, 1000}, [](std::int64_t, const at::Tensor&) {});
  const auto told = ::testing::AllOf(::testing::HasSubstr("\"lm_head.weight\""), ::testing::HasSubstr("[2100, 3]"));
  EXPECT_THAT(test::user_error([&] {
                model.read_range("lm_head.weight", {2600, columns}, {2'000'000, 2'600'000},
                                 [](std::int64_t, const at::Tensor&) {});
              }),
              told);
  EXPECT_THAT(test::user_error([&] { open().check_share(0, 1); }), told);
}

}  // namespace
}  // namespace pinpoint::pretrained
