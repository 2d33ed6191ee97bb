#include "model/pretrained/model_directory.h"

#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <limits>

#include "model/pretrained/safetensors_writer.h"
#include "support/golden.h"
#include "support/random_model.h"
#include "support/shared.h"
#include "support/user_error.h"

namespace pinpoint::pretrained {
namespace {

using nlohmann::json;
using test::user_error;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* index_name = "model.safetensors.index.json";

/// A folder with a good config.json; the tests put weights beside it.
class ModelDirectoryTest : public ::testing::Test {
 protected:
  void SetUp() override { test::write_random_model(path_, {}); }

  /// Without a cache, which has its own tests.
  ModelDirectory open() const { return ModelDirectory(path_, ChecksumCache("")); }
  std::string open_error() const {
    return user_error([&] { open(); });
  }

  /// Replaces the model's tensors by these.
  void write(const std::vector<std::pair<std::string, at::Tensor>>& tensors) const {
    write_safetensors(path_ / "model.safetensors", tensors);
  }

  void write_index(const json& index) const {
    std::filesystem::remove(path_ / "model.safetensors");
    test::write_text(path_ / index_name, index.dump());
  }

  const test::TemporaryFolder folder_;
  const std::filesystem::path path_ = folder_.path() / "model";
};

TEST_F(ModelDirectoryTest, ReadsConfigAndTensors) {
  ModelDirectory model = open();
  EXPECT_EQ(model.config(), test::small_llama());
  EXPECT_TRUE(model.contains("lm_head.weight"));
  EXPECT_FALSE(model.contains("lm_head.bias"));
  EXPECT_EQ(model.read("model.layers.2.mlp.up_proj.weight", {44, 32}).sizes(), at::IntArrayRef({44, 32}));

  write({{"w", at::full({2, 3}, 1.5f).to(at::kHalf)}});
  EXPECT_TRUE(at::equal(open().read("w", {2, 3}), at::full({2, 3}, 1.5f).to(at::kHalf)));
}

TEST_F(ModelDirectoryTest, ATensorReadStaysValidAfterTheDirectory) {
  write({{"w", at::full({5}, 2.5f)}});
  const at::Tensor tensor = open().read("w", {5});
  EXPECT_EQ(tensor[4].item<float>(), 2.5f);
}

TEST_F(ModelDirectoryTest, ReadsManyFilesByTheirIndex) {
  test::write_random_model(folder_.path() / "three", {.shards = 3});
  EXPECT_TRUE(exists(folder_.path() / "three" / "model-00003-of-00003.safetensors"));
  ModelDirectory one = open(), three(folder_.path() / "three", ChecksumCache(""));
  for (const auto& [name, shape] : std::vector<std::pair<std::string, std::vector<std::int64_t>>>{
           {"model.embed_tokens.weight", {96, 32}},
           {"model.layers.1.self_attn.k_proj.weight", {16, 32}},
           {"lm_head.weight", {96, 32}}})
    EXPECT_TRUE(at::equal(one.read(name, shape), three.read(name, shape))) << name;
}

TEST_F(ModelDirectoryTest, PrefersTheSingleFileToAnIndex) {
  test::write_text(path_ / index_name, "not read");
  EXPECT_TRUE(open().contains("lm_head.weight"));
}

TEST_F(ModelDirectoryTest, TensorsThatTheIndexDoesNotNameDoNotBelongToTheModel) {
  write_safetensors(path_ / "part.safetensors", {{"used", at::zeros({1})}, {"unused", at::zeros({1})}});
  write_index({{"weight_map", {{"used", "part.safetensors"}}}});
  EXPECT_TRUE(open().contains("used"));
  EXPECT_FALSE(open().contains("unused"));
}

TEST_F(ModelDirectoryTest, RefusesFoldersWithoutAModel) {
  EXPECT_THAT(user_error([&] { ModelDirectory(folder_.path() / "none"); }), HasSubstr("none: is not a directory"));
  EXPECT_THAT(user_error([&] { ModelDirectory{folder_.path()}; }),
              AllOf(HasSubstr("config.json"), HasSubstr("No such file or directory")));
  std::filesystem::remove(path_ / "model.safetensors");
  EXPECT_THAT(open_error(), HasSubstr("model: holds neither model.safetensors nor model.safetensors.index.json"));
}

TEST_F(ModelDirectoryTest, RefusesABrokenIndex) {
  write_index({{"metadata", json::object()}});
  EXPECT_THAT(open_error(), HasSubstr("model.safetensors.index.json: has no \"weight_map\""));
  write_index({{"weight_map", {{"w", 3}}}});
  EXPECT_THAT(open_error(), HasSubstr("has no \"weight_map\" from tensor names to file names"));
  write_index(json::array());
  EXPECT_THAT(open_error(), HasSubstr("has no \"weight_map\""));
}

TEST_F(ModelDirectoryTest, RefusesAFileThatIsNamedButMissing) {
  write_index({{"weight_map", {{"w", "model-00002-of-00002.safetensors"}}}});
  EXPECT_THAT(open_error(),
              AllOf(HasSubstr("model-00002-of-00002.safetensors: is missing"), HasSubstr("tensor \"w\"")));
}

TEST_F(ModelDirectoryTest, RefusesAFileNameThatNoSystemAllows) {
  write_index({{"weight_map", {{"w", std::string(300, 'x') + ".safetensors"}}}});
  EXPECT_THAT(open_error(), HasSubstr("is missing (model.safetensors.index.json places tensor \"w\" in it)"));
}

TEST_F(ModelDirectoryTest, RefusesAFileThatLacksATensorOfTheIndex) {
  write_safetensors(path_ / "part.safetensors", {{"v", at::zeros({1})}});
  write_index({{"weight_map", {{"v", "part.safetensors"}, {"w", "part.safetensors"}}}});
  EXPECT_THAT(open_error(),
              HasSubstr("part.safetensors: holds no tensor \"w\" (model.safetensors.index.json places it there)"));
}

TEST_F(ModelDirectoryTest, RefusesATruncatedFile) {
  resize_file(path_ / "model.safetensors", file_size(path_ / "model.safetensors") / 2);
  EXPECT_THAT(open_error(), AllOf(HasSubstr("model.safetensors: tensor"), HasSubstr("the file is truncated")));
}

TEST_F(ModelDirectoryTest, RefusesATensorThatIsMissing) {
  write({{"v", at::zeros({1})}});
  EXPECT_THAT(user_error([&] { open().read("w", {1}); }), HasSubstr("model: tensor \"w\" is missing"));
}

TEST_F(ModelDirectoryTest, RefusesAnotherShape) {
  write({{"w", at::zeros({2, 3})}});
  EXPECT_THAT(user_error([&] {
                open().read("w", {3, 2});
              }),
              HasSubstr("model.safetensors: tensor \"w\": has shape [2, 3] (by config.json it must be [3, 2])"));
}

TEST_F(ModelDirectoryTest, RefusesTypesThatAreNotOfWeights) {
  write({{"w", at::zeros({2}, at::kDouble)}, {"i", at::zeros({2}, at::kChar)}});
  EXPECT_THAT(user_error([&] { open().read("w", {2}); }), HasSubstr("tensor \"w\": has type F64 (weights must be F32"));
  EXPECT_THAT(user_error([&] { open().read("i", {2}); }), HasSubstr("tensor \"i\": has type I8"));
}

TEST_F(ModelDirectoryTest, RefusesValuesThatAreNotFinite) {
  // 1500 rows of 1000 are 6,000,000 bytes of float32: the second chunk of 4 MiB begins at row 1048.
  at::Tensor late = at::zeros({1500, 1000});
  late[1400][17] = std::numeric_limits<float>::infinity();
  at::Tensor early = at::zeros({2, 3, 4}).to(at::kBFloat16);
  early[1][2][0] = std::numeric_limits<float>::quiet_NaN();
  write({{"late", late}, {"early", early}});
  EXPECT_THAT(user_error([&] {
                open().read("late", {1500, 1000});
              }),
              HasSubstr("model.safetensors: tensor \"late\": is NaN or infinite at index [1400, 17]"));
  EXPECT_THAT(user_error([&] {
                open().read("early", {2, 3, 4});
              }),
              HasSubstr("tensor \"early\": is NaN or infinite at index [1, 2, 0]"));
}

TEST_F(ModelDirectoryTest, ReadsTheReferenceCheckpoints) {
  PINPOINT_NEEDS_SHARED("goldens/llama_gqa");
  ModelDirectory model(test::shared("goldens/llama_gqa"), ChecksumCache(""));
  EXPECT_EQ(model.config().kv_heads, 2);
  EXPECT_EQ(model.config().layers, 3);
  EXPECT_EQ(model.read("model.layers.2.mlp.down_proj.weight", {128, 200}).scalar_type(), at::kBFloat16);
  // Unused, and float32 among bfloat16.
  EXPECT_EQ(model.read("model.layers.0.self_attn.rotary_emb.inv_freq", {8}).scalar_type(), at::kFloat);

  ModelDirectory stories(test::shared("goldens/stories260k"), ChecksumCache(""));
  EXPECT_EQ(stories.config().heads, 8);
  EXPECT_EQ(stories.config().max_positions, 512);
  EXPECT_EQ(stories.read("lm_head.weight", {512, 64}).scalar_type(), at::kFloat);
}

TEST_F(ModelDirectoryTest, ReferenceCasesHaveTheShapesOfTheirModels) {
  PINPOINT_NEEDS_SHARED("goldens/llama_gqa");
  for (const char* name : {"llama_mha", "llama_gqa", "stories260k"}) {
    const auto folder = test::shared(std::string("goldens/") + name);
    const transformer::ModelConfig c = ModelDirectory(folder, ChecksumCache("")).config();
    const test::Golden golden = test::read_golden(folder);
    ASSERT_GT(golden.pairs(), 0);
    EXPECT_EQ(golden.patched.sizes(), at::IntArrayRef({golden.pairs(), c.layers, c.heads, 3}));
    EXPECT_EQ(golden.default_values.sizes(), at::IntArrayRef({golden.pairs(), 3}));
    EXPECT_EQ(golden.ref_z_last.sizes(), at::IntArrayRef({golden.pairs(), c.layers, c.heads_width()}));
    EXPECT_EQ(golden.counterfactual.size(), golden.reference.size());
    for (const auto& [ids, logits] : golden.sequences)
      EXPECT_EQ(logits.sizes(), at::IntArrayRef({static_cast<std::int64_t>(ids.size()), c.vocabulary}));
    EXPECT_NE(golden.record_ids[0], golden.record_ids[1]);
  }
}

}  // namespace
}  // namespace pinpoint::pretrained
