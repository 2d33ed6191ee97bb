/// Files with random damage are refused with a message or read. They never crash the program.
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include "model/pretrained/safetensors.h"
#include "model/pretrained/safetensors_writer.h"
#include "support/shared.h"
#include "support/user_error.h"
#include "system/base/random.h"

namespace pinpoint::pretrained {
namespace {

class SafetensorsDamage : public ::testing::Test {
 protected:
  void SetUp() override {
    write_safetensors(path_, {{"w", at::zeros({3, 4}, at::kFloat)}, {"b", at::zeros({5}, at::kBFloat16)}},
                      {{"format", "pt"}});
    whole_ = test::read_text(path_);
  }

  /// Whether the file still counts as good; then all of its data must be readable.
  bool loads(const std::string& bytes) {
    test::write_text(path_, bytes);
    try {
      const SafetensorsFile file(path_);
      for (const auto& [name, entry] : file.tensors()) {
        EXPECT_EQ(std::string(file.bytes(entry).bytes()).size(), entry.bytes());
        if (entry.dtype == at::ScalarType::Undefined) continue;  // the damage made another type
        const at::Tensor tensor = file.tensor(name);
        const auto* data = static_cast<const char*>(tensor.data_ptr());
        EXPECT_EQ(std::string(data, data + tensor.nbytes()).size(), entry.bytes());
      }
      return true;
    } catch (const UserError&) {
      return false;
    }
  }

  const test::TemporaryFolder folder_;
  const std::filesystem::path path_ = folder_.path() / "m.safetensors";
  std::string whole_;
};

TEST_F(SafetensorsDamage, EveryTruncationIsRefused) {
  ASSERT_TRUE(loads(whole_));
  for (std::size_t size = 0; size < whole_.size(); ++size) EXPECT_FALSE(loads(whole_.substr(0, size))) << size;
}

TEST_F(SafetensorsDamage, FlippedBytesAreRefusedOrRead) {
  Random random(1, "damage");
  int refused = 0;
  for (int i = 0; i < 2000; ++i) {
    std::string bytes = whole_;
    for (std::uint64_t flips = 1 + random.below(3); flips > 0; --flips)
      bytes[random.below(bytes.size())] ^= static_cast<char>(1 + random.below(255));
    refused += !loads(bytes);
  }
  // Most of the bytes are structure or numbers. Flips in names, metadata and data are not found.
  EXPECT_GT(refused, 1000);
  EXPECT_LT(refused, 2000);
}

TEST_F(SafetensorsDamage, ReplacedDigitsAndCutOutPiecesAreRefusedOrRead) {
  Random random(2, "damage");
  const std::string alphabet = "0123456789-.eE[]{}\",:\\ tfn\x80\xff";
  for (int i = 0; i < 2000; ++i) {
    std::string bytes = whole_;
    const std::size_t place = 8 + random.below(bytes.size() - 8);
    if (random.below(2) == 0)
      bytes.erase(place, random.below(20));
    else
      bytes.insert(place, 1 + random.below(20), alphabet[random.below(alphabet.size())]);
    // Corrects the length before the header, so that the damage reaches the header's parser.
    if (random.below(2) == 0) bytes[0] = static_cast<char>(bytes[0] + static_cast<char>(bytes.size() - whole_.size()));
    loads(bytes);
  }
}

}  // namespace
}  // namespace pinpoint::pretrained
