#include "model/pretrained/safetensors.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/pretrained/safetensors_writer.h"
#include "support/raw_safetensors.h"
#include "support/shared.h"
#include "support/user_error.h"

namespace pinpoint::pretrained {
namespace {

using test::user_error;
using ::testing::HasSubstr;

class SafetensorsTest : public ::testing::Test {
 protected:
  const test::TemporaryFolder folder_;
  const std::filesystem::path path_ = folder_.path() / "m.safetensors";
};

TEST_F(SafetensorsTest, ReadsAFileWrittenByHand) {
  // 1.0, -2.0 as float32 and 3.0 as bfloat16, byte by byte.
  test::write_text(path_, test::raw_safetensors(R"({"f": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]},)"
                                                R"("b": {"dtype": "BF16", "shape": [1, 1], "data_offsets": [8, 10]}})",
                                                std::string("\0\0\x80\x3F\0\0\0\xC0\x40\x40", 10)));
  const SafetensorsFile file(path_);
  EXPECT_TRUE(at::equal(file.tensor("f"), at::tensor({1.0f, -2.0f})));
  EXPECT_EQ(file.tensor("b").scalar_type(), at::kBFloat16);
  EXPECT_EQ(file.tensor("b").sizes(), at::IntArrayRef({1, 1}));
  EXPECT_EQ(file.tensor("b").item<float>(), 3.0f);
}

TEST_F(SafetensorsTest, ReadsBackEveryTypeThatItWrites) {
  std::vector<std::pair<std::string, at::Tensor>> tensors;
  for (const auto dtype : {at::kDouble, at::kFloat, at::kHalf, at::kBFloat16, at::kLong, at::kInt, at::kShort,
                           at::kChar, at::kByte, at::kBool})
    tensors.emplace_back(std::string(safetensors_dtype_name(dtype)), at::arange(6, at::kFloat).to(dtype).view({2, 3}));
  tensors.emplace_back("scalar", at::tensor(7.0));
  tensors.emplace_back("empty", at::zeros({0, 5}, at::kFloat));
  tensors.emplace_back("transposed", at::arange(6, at::kFloat).view({2, 3}).t());
  write_safetensors(path_, tensors, {{"format", "pt"}});

  const SafetensorsFile file(path_);
  EXPECT_EQ(file.metadata().at("format"), "pt");
  EXPECT_EQ(file.tensors().size(), tensors.size());
  for (const auto& [name, tensor] : tensors) {
    EXPECT_EQ(file.tensor(name).scalar_type(), tensor.scalar_type()) << name;
    EXPECT_TRUE(at::equal(file.tensor(name), tensor)) << name;
  }
}

TEST_F(SafetensorsTest, ReadsDataThatIsNotAlignedToItsType) {
  write_safetensors(path_, {{"odd", at::zeros({3}, at::kByte)},
                            {"f", at::tensor({1.5f, 2.5f})},
                            {"b", at::tensor({0.5f}).to(at::kBFloat16)}});
  const SafetensorsFile file(path_);
  ASSERT_EQ(file.entry("f").begin % 4, 3u);
  EXPECT_TRUE(at::equal(file.tensor("f"), at::tensor({1.5f, 2.5f})));
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(file.tensor("f").data_ptr()) % alignof(float), 0u);
  EXPECT_EQ(file.tensor("b").item<float>(), 0.5f);
}

TEST_F(SafetensorsTest, ATensorOutlivesTheFileObject) {
  write_safetensors(path_, {{"w", at::arange(5000, at::kFloat)}});
  const at::Tensor tensor = SafetensorsFile(path_).tensor("w");
  std::filesystem::remove(path_);
  EXPECT_TRUE(at::equal(tensor, at::arange(5000, at::kFloat)));
}

TEST_F(SafetensorsTest, RefusesAMissingTensor) {
  write_safetensors(path_, {{"w", at::zeros({1})}});
  EXPECT_THAT(user_error([&] { SafetensorsFile(path_).tensor("v"); }),
              HasSubstr("m.safetensors: holds no tensor \"v\""));
}

TEST_F(SafetensorsTest, RefusesATruncatedFile) {
  write_safetensors(path_, {{"v", at::zeros({2})}, {"w", at::zeros({4})}});
  resize_file(path_, file_size(path_) - 1);
  EXPECT_THAT(user_error([&] { SafetensorsFile{path_}; }),
              HasSubstr("m.safetensors: tensor \"w\": its data, bytes 8 to 24, reaches beyond the 23 bytes of data"));
  resize_file(path_, 20);
  EXPECT_THAT(user_error([&] { SafetensorsFile{path_}; }), HasSubstr("larger than the file of 20 bytes"));
  resize_file(path_, 5);
  EXPECT_THAT(user_error([&] { SafetensorsFile{path_}; }), HasSubstr("too short"));
}

TEST_F(SafetensorsTest, AWriterThatStopsEarlyLeavesNoFile) {
  {
    SafetensorsWriter writer(path_, {{"v", {at::kFloat, {2}}}, {"w", {at::kFloat, {2}}}});
    writer.add(at::zeros({2}));
  }
  EXPECT_TRUE(is_empty(folder_.path()));
}

}  // namespace
}  // namespace pinpoint::pretrained
