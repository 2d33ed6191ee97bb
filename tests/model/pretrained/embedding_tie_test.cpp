/// Which matrix is the output matrix, where config.json and the files may disagree. The cases are those of
/// `PreTrainedModel.tie_weights` in transformers 5.24.
#include "model/pretrained/embedding_tie.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/equal.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/pretrained/model_directory.h"
#include "model/pretrained/safetensors_writer.h"
#include "support/random_model.h"
#include "support/shared.h"
#include "support/user_error.h"

namespace pinpoint::pretrained {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr const char* embedding_name = "model.embed_tokens.weight";
constexpr const char* unembedding_name = "lm_head.weight";

class EmbeddingTieTest : public ::testing::Test {
 protected:
  /// A model whose config.json ties the embeddings or not, with these two matrices. An undefined one is left out.
  ModelDirectory make(bool tied, const at::Tensor& embedding, const at::Tensor& unembedding) const {
    transformer::ModelConfig shape = test::small_llama();
    shape.tied_embeddings = tied;
    test::write_random_model(path_, {.shape = shape});
    std::vector<std::pair<std::string, at::Tensor>> tensors;
    {
      const SafetensorsFile file(path_ / "model.safetensors");
      for (const auto& [name, entry] : file.tensors())
        if (name != embedding_name && name != unembedding_name) tensors.emplace_back(name, file.tensor(name).clone());
    }
    if (embedding.defined()) tensors.emplace_back(embedding_name, embedding);
    if (unembedding.defined()) tensors.emplace_back(unembedding_name, unembedding);
    write_safetensors(path_ / "model.safetensors", tensors);
    return ModelDirectory(path_, ChecksumCache(""));
  }

  const test::TemporaryFolder folder_;
  const std::filesystem::path path_ = folder_.path() / "model";
  const at::Tensor embedding_ = (at::arange(96 * 32) % 97).to(at::kFloat).view({96, 32});
};

TEST_F(EmbeddingTieTest, OneMatrixIsTied) {
  const ModelDirectory model = make(true, embedding_, {});
  EXPECT_TRUE(model.config().tied_embeddings);
  EXPECT_EQ(model.embedding_tie().warning, "");
  model.require_complete();
}

TEST_F(EmbeddingTieTest, TwoEqualMatricesAreTied) {
  EXPECT_TRUE(make(true, embedding_, embedding_).config().tied_embeddings);
  const ModelDirectory model = make(true, embedding_, embedding_.to(at::kBFloat16));  // whole numbers up to 96
  EXPECT_TRUE(model.config().tied_embeddings) << "equal values of another type";
  EXPECT_EQ(model.embedding_tie().warning, "");
}

TEST_F(EmbeddingTieTest, TwoDifferentMatricesAreBothUsed) {
  at::Tensor other = embedding_.clone();
  other[95][31] += 1;
  ModelDirectory model = make(true, embedding_, other);
  EXPECT_FALSE(model.config().tied_embeddings);
  EXPECT_TRUE(at::equal(model.read(unembedding_name, {96, 32}), other));
  EXPECT_TRUE(at::equal(model.read(embedding_name, {96, 32}), embedding_));
  EXPECT_THAT(model.embedding_tie().warning,
              AllOf(HasSubstr("\"tie_word_embeddings\": true, but \"model.embed_tokens.weight\" and \"lm_head.weight\" "
                              "differ; each is used"),
                    HasSubstr("transformers 5")));
}

TEST_F(EmbeddingTieTest, TheOnlyMatrixMayHaveTheNameOfTheOutput) {
  ModelDirectory model = make(true, {}, embedding_);
  EXPECT_TRUE(model.config().tied_embeddings);
  model.require_complete();
  EXPECT_TRUE(at::equal(model.read(embedding_name, {96, 32}), embedding_));
  EXPECT_FALSE(model.contains(embedding_name));
  EXPECT_THAT(model.embedding_tie().warning,
              HasSubstr("holds no tensor \"model.embed_tokens.weight\"; \"lm_head.weight\" is used in its place"));
}

TEST_F(EmbeddingTieTest, WithoutATieBothAreUsedAndNeeded) {
  const ModelDirectory both = make(false, embedding_, embedding_);
  EXPECT_FALSE(both.config().tied_embeddings);
  EXPECT_EQ(both.embedding_tie().warning, "");
  const ModelDirectory one = make(false, embedding_, {});
  EXPECT_THAT(test::user_error([&] { one.require_complete(); }),
              AllOf(HasSubstr("tensor \"lm_head.weight\" is missing"), HasSubstr("\"tie_word_embeddings\": true")));
}

TEST_F(EmbeddingTieTest, AnotherShapeIsNotEqual) {
  ModelDirectory model = make(true, embedding_, embedding_.narrow(0, 0, 90).contiguous());
  EXPECT_THAT(test::user_error([&] {
                model.read(unembedding_name, {96, 32});
              }),
              HasSubstr("has shape [90, 32] (by config.json it must be [96, 32])"));
}

}  // namespace
}  // namespace pinpoint::pretrained
