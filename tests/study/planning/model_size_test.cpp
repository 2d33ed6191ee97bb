#include "study/planning/model_size.h"

#include <gtest/gtest.h>

#include "study/planning/shapes.h"

namespace pinpoint::planning {
namespace {

using transformer::Architecture;
using transformer::DType;

TEST(ModelSize, HasThePublishedNumberOfParameters) {
  // From the publishers' model cards and safetensors files.
  const std::pair<const char*, double> models[] = {{"Llama-2-7b-chat-hf", 6'738'415'616},
                                                   {"Llama-2-13b-chat-hf", 13'015'864'320},
                                                   {"Llama-2-70b-chat-hf", 68'976'648'192},
                                                   {"Llama-3.1-8B", 8'030'261'248},
                                                   {"Mistral-7B-Instruct-v0.1", 7'241'732'096},
                                                   {"Qwen-7B-Chat", 7'721'324'544},
                                                   {"Qwen-14B-Chat", 14'167'290'880},
                                                   {"Qwen-72B-Chat", 72'287'920'128},
                                                   {"Qwen2.5-7B", 7'615'616'512}};
  for (const auto& [name, parameters] : models)
    EXPECT_EQ(all_parameters(test::published(name).config), parameters) << name;
}

TEST(LayerBytes, BeginEveryTensorAtAMultipleOf64) {
  // Query and output 8x10 (160 -> 192 each), key and value 4x10 (80 -> 128), gate, up, down 6x10 (120 -> 128), two
  // norms of 10 float32 (40 -> 64).
  EXPECT_EQ(layer_bytes({test::odd_shape(Architecture::llama), DType::bf16}, 1), 2 * 192 + 2 * 128 + 3 * 128 + 2 * 64);
  // Biases of 8 and twice 4 float32 (32 and 16 -> 64 each).
  EXPECT_EQ(layer_bytes({test::odd_shape(Architecture::qwen2), DType::bf16}, 1), 1152 + 3 * 64);
  // Norms of a head's queries and keys, 4 float32 each.
  EXPECT_EQ(layer_bytes({test::odd_shape(Architecture::qwen3), DType::bf16}, 1), 1152 + 2 * 64);
  // Matrices of float32: 320, 160 (-> 192), 240 (-> 256).
  EXPECT_EQ(layer_bytes({test::odd_shape(Architecture::llama), DType::float32}, 1), 2 * 320 + 2 * 192 + 3 * 256 + 128);
}

TEST(LayerBytes, ArePaddedToEvenSlicesOf64) {
  const Model model{test::odd_shape(Architecture::llama), DType::bf16};
  EXPECT_EQ(layer_bytes(model, 3), 1152);  // 6 * 192
  EXPECT_EQ(layer_bytes(model, 5), 1280);  // 4 * 320
  EXPECT_EQ(layer_bytes(model, 100'000), 6'400'000);
}

TEST(VocabularySlice, IsRowsOfBothTablesOrOfTheTiedOne) {
  Model model{test::odd_shape(Architecture::llama), DType::bf16};
  EXPECT_EQ(vocabulary_slice_bytes(model, 1), 2 * 7 * 10 * 2);
  EXPECT_EQ(vocabulary_slice_bytes(model, 3), 2 * 3 * 10 * 2);  // 7 rows over 3 ranks: 3
  model.config.tied_embeddings = true;
  EXPECT_EQ(vocabulary_slice_bytes(model, 3), 3 * 10 * 2);
}

TEST(ModelSize, OfLlama70BIsThatCalculatedByHand) {
  const Model model = test::published("Llama-2-70b-chat-hf");
  // 2 (2 d (H e + G e) + 3 d f) + 2 d * 4 with d 8192, f 28672, H e 8192, G e 1024.
  EXPECT_EQ(layer_bytes(model, 8), 2.0 * (2 * 8192.0 * 9216 + 3 * 8192.0 * 28672) + 2 * 8192 * 4);
  EXPECT_EQ(2.0 * 3 * 8192 * 28672, 1'409'286'144);  // 1.4 GB of MLP
}

}  // namespace
}  // namespace pinpoint::planning
