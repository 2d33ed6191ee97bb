/// Tensors that the model does not read are ignored, and a tensor that it needs is looked for under other names.
#include "model/pretrained/model_tensors.h"

#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <functional>
#include <limits>

#include "model/pretrained/model_directory.h"
#include "model/pretrained/safetensors_writer.h"
#include "support/random_model.h"
#include "support/shared.h"
#include "support/user_error.h"

namespace pinpoint::pretrained {
namespace {

using test::user_error;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class ModelTensors : public ::testing::Test {
 protected:
  using Tensors = std::vector<std::pair<std::string, at::Tensor>>;

  void SetUp() override { test::write_random_model(path_, {}); }

  ModelDirectory open() const { return ModelDirectory(path_, ChecksumCache("")); }

  Tensors tensors() const {
    Tensors tensors;
    const SafetensorsFile file(path_ / "model.safetensors");
    for (const auto& [name, entry] : file.tensors()) tensors.emplace_back(name, file.tensor(name).clone());
    return tensors;
  }

  /// Writes the model again with other names; a tensor whose name becomes "" is left out.
  void rename(const std::function<std::string(const std::string&)>& new_name) const {
    Tensors renamed;
    for (const auto& [name, tensor] : tensors())
      if (const std::string other = new_name(name); !other.empty()) renamed.emplace_back(other, tensor);
    write_safetensors(path_ / "model.safetensors", renamed);
  }

  std::string incomplete() const {
    return user_error([&] { open().require_complete(); });
  }

  const test::TemporaryFolder folder_;
  const std::filesystem::path path_ = folder_.path() / "model";
};

TEST_F(ModelTensors, OthersAreIgnoredWhateverTheirTypeAndValues) {
  const std::string without_others = open().fingerprint();
  Tensors more = tensors();
  const float infinite = std::numeric_limits<float>::infinity(), none = std::numeric_limits<float>::quiet_NaN();
  more.emplace_back("model.layers.0.self_attn.masked_bias", at::full({}, -infinite));
  more.emplace_back("model.layers.0.self_attn.rotary_emb.inv_freq", at::full({4}, 1.f));
  more.emplace_back("some.buffer", at::full({1}, none).to(at::kHalf));
  more.emplace_back("position_ids", at::zeros({4}, at::kLong));
  more.emplace_back("empty", at::zeros({0, 4}));
  more.emplace_back("double", at::full({1}, infinite).to(at::kDouble));
  write_safetensors(path_ / "model.safetensors", more);
  ModelDirectory model = open();
  model.require_complete();
  model.check_share(0, 1);
  EXPECT_EQ(model.fingerprint(), without_others);
  EXPECT_EQ(model.model_tensors().size(), 30u);  // 3 layers of 9, and 3
}

TEST_F(ModelTensors, AWeightOfATypeThatCanOnlyBeCopiedIsRefused) {
  std::string bytes = test::read_text(path_ / "model.safetensors");
  const std::string name = R"("lm_head.weight":{"dtype":"F32")";
  const std::size_t place = bytes.find(name);
  ASSERT_NE(place, std::string::npos);
  bytes.replace(place + name.size() - 4, 3, "U32");
  test::write_text(path_ / "model.safetensors", bytes);
  ModelDirectory model = open();
  EXPECT_THAT(user_error([&] {
                model.read("lm_head.weight", {96, 32});
              }),
              HasSubstr("\"lm_head.weight\": has type U32 (weights must be F32, F16 or BF16)"));
}

TEST_F(ModelTensors, AllAreThere) { EXPECT_NO_THROW(open().require_complete()); }

TEST_F(ModelTensors, AMissingOneIsNamedBeforeAnythingIsRead) {
  rename([](const std::string& name) { return name == "model.layers.2.mlp.down_proj.weight" ? "" : name; });
  EXPECT_THAT(incomplete(), AllOf(HasSubstr("model: tensor \"model.layers.2.mlp.down_proj.weight\" is missing"),
                                  HasSubstr("check that the checkpoint is complete"), Not(HasSubstr("wrapper"))));
}

TEST_F(ModelTensors, APrefixIsNamedWithItsRemedy) {
  const std::vector<std::pair<std::string, std::string>> prefixes{{"module.", "DataParallel"},
                                                                  {"_orig_mod.", "torch.compile"},
                                                                  {"base_model.model.", "merge_and_unload()"},
                                                                  {"language_model.", "is not supported"},
                                                                  {"student.", "rename the tensors"}};
  for (const auto& [prefix, remedy] : prefixes) {
    SetUp();
    rename([&](const std::string& name) { return prefix + name; });
    EXPECT_THAT(incomplete(),
                AllOf(HasSubstr("tensor \"model.embed_tokens.weight\" is missing, but the files hold it as \"" +
                                prefix + "model.embed_tokens.weight\""),
                      HasSubstr(remedy)));
  }
}

TEST_F(ModelTensors, NamesWithinAndWithoutTheModelAreFoundToo) {
  const auto inner = [](const std::string& name) { return name.substr(name.starts_with("model.") ? 6 : 0); };
  rename([&](const std::string& name) { return "model.language_model." + inner(name); });
  EXPECT_THAT(incomplete(), HasSubstr("the files hold it as \"model.language_model.embed_tokens.weight\""));
  SetUp();
  rename(inner);
  EXPECT_THAT(incomplete(), AllOf(HasSubstr("the files hold it as \"embed_tokens.weight\""), HasSubstr("rename")));
}

TEST_F(ModelTensors, TheEndOfAnotherNameIsNoPrefix) {
  rename([](const std::string& name) { return name == "lm_head.weight" ? "old_lm_head.weight" : name; });
  EXPECT_THAT(incomplete(), AllOf(HasSubstr("\"lm_head.weight\" is missing"), Not(HasSubstr("old_lm_head"))));
}

TEST_F(ModelTensors, AConfigThatClaimsManyLayersIsRefusedAtOnce) {
  nlohmann::json config = nlohmann::json::parse(test::read_text(path_ / "config.json"));
  config["num_hidden_layers"] = 2147483647;
  test::write_text(path_ / "config.json", config.dump());
  EXPECT_THAT(incomplete(), HasSubstr("tensor \"model.layers.3."));
}

}  // namespace
}  // namespace pinpoint::pretrained
