// ranks: 1 2 3 4
/// \file
/// The forward pass computes the same bits wherever weights rest and however many ranks share them. No rank holds,
/// reads or receives more than its share.

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/tensor.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <thread>
#include <tuple>

#include "model/pretrained/model_directory.h"
#include "model/transformer/transformer.h"
#include "model/weights/sharded_store.h"
#include "support/random_model.h"
#include "support/shared.h"
#include "support/user_error.h"
#include "system/parallel/collectives.h"
#include "system/parallel/shard_group.h"

namespace pinpoint::weights {
namespace {

using parallel::WeightsRest;

struct Case {
  std::string name;
  transformer::DType dtype;
  WeightsRest rest;
  int shard;
};

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const auto& [dtype, type_name] :
       {std::pair{transformer::DType::float32, "float32"}, std::pair{transformer::DType::bf16, "bf16"}})
    for (const auto& [rest, rest_name] : {std::pair{WeightsRest::device, "device"},
                                          std::pair{WeightsRest::host, "host"}, std::pair{WeightsRest::disk, "disk"}})
      for (const int shard : {1, 2, 3, 4})
        all.push_back({std::string(type_name) + "_" + rest_name + "_" + std::to_string(shard), dtype, rest, shard});
  return all;
}

/// Different ranks have different prompts, because nothing may depend on what other ranks compute.
at::Tensor prompt_of(int rank, std::int64_t vocabulary) {
  std::vector<std::int64_t> ids;
  for (std::int64_t i = 0; i < 9 + rank; ++i) ids.push_back((7 * i * i + 11 * rank + 3) % vocabulary);
  return at::tensor(ids);
}

class Model {
 public:
  explicit Model(const transformer::ModelConfig& shape) {
    test::write_random_model(folder_.path(), {.shape = shape, .dtype = at::kBFloat16, .shards = 2});
    directory_.emplace(folder_.path(), pretrained::ChecksumCache(""));
  }
  pretrained::ModelDirectory& directory() { return *directory_; }

 private:
  test::TemporaryFolder folder_;
  std::optional<pretrained::ModelDirectory> directory_;
};

class Store : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    if (world.size() % GetParam().shard != 0) GTEST_SKIP() << "the ranks cannot be cut into groups of that size";
    group = parallel::make_shard_group(world, GetParam().shard);
  }
  ShardedStore make(Model& model) const {
    return {model.directory().config(),
            model.directory(),
            {.dtype = GetParam().dtype, .rest = GetParam().rest},
            group.ranks};
  }
  const parallel::Communicator world = parallel::Communicator::world();
  parallel::ShardGroup group;
};

TEST_P(Store, EveryFamilyComputesTheSameBits) {
  for (const auto& [name, shape, statistics] : test::small_models()) {
    Model model(shape);
    ShardedStore whole(shape, model.directory(), {.dtype = GetParam().dtype});
    ShardedStore shared = make(model);
    const at::Tensor ids = prompt_of(world.rank(), shape.vocabulary);
    const at::Tensor expected = transformer::Transformer(whole).logits(ids);
    for (int walk = 0; walk < 2; ++walk)
      EXPECT_TRUE(at::equal(transformer::Transformer(shared).logits(ids), expected)) << name;
  }
}

/// More rows than one tile, which no group divides evenly, and a width whose rows are not whole units of a gather.
transformer::ModelConfig wide_vocabulary() {
  transformer::ModelConfig shape = test::small_llama();
  shape.vocabulary = 2 * transformer::vocabulary_tile + 1001;
  shape.width = 12;
  shape.layers = 1;
  return shape;
}

TEST_P(Store, TilesAndRowsOfTheVocabulary) {
  transformer::ModelConfig shape = wide_vocabulary();
  for (const bool tied : {false, true}) {
    shape.tied_embeddings = tied;
    Model model(shape);
    ShardedStore whole(shape, model.directory(), {.dtype = GetParam().dtype});
    ShardedStore shared = make(model);
    const at::Tensor ids =
        at::tensor({shape.vocabulary - 1, std::int64_t{world.rank()}, transformer::vocabulary_tile,
                    transformer::vocabulary_tile - 1, std::int64_t{world.rank()}, std::int64_t{4097}});
    EXPECT_TRUE(at::equal(shared.embedding_rows(ids), whole.embedding_rows(ids)));
    const at::Tensor none = at::empty({0}, at::kLong);
    const at::Tensor some = world.is_root() ? ids : none;  // a rank may have nothing to look up
    EXPECT_TRUE(at::equal(shared.embedding_rows(some), whole.embedding_rows(some)));
    for (std::int64_t first = 0; first < shape.vocabulary; first += transformer::vocabulary_tile) {
      const std::int64_t count = std::min(transformer::vocabulary_tile, shape.vocabulary - first);
      EXPECT_TRUE(at::equal(*shared.lease_unembedding(first, count), *whole.lease_unembedding(first, count))) << first;
    }
  }
}

TEST_P(Store, UnitsAreAllWeightsInTheOrderOfTheForwardPass) {
  using Kind = WeightUnit::Kind;
  using Place = std::tuple<Kind, std::int64_t, std::string, std::int64_t, std::int64_t>;
  constexpr std::int64_t tile = transformer::vocabulary_tile;
  transformer::ModelConfig shape = wide_vocabulary();
  for (const bool tied : {false, true}) {
    shape.tied_embeddings = tied;
    Model model(shape);
    const ShardedStore store = make(model);
    std::vector<Place> places;
    for (const WeightUnit& unit : store.units())
      places.emplace_back(unit.kind, unit.number, unit.vector(), unit.begin, unit.elements);
    const std::int64_t layer = LayerLayout(shape, at::kFloat).elements();
    std::vector<Place> expected{{Kind::embedding_tile, 0, "embedding", 0, tile * 12},
                                {Kind::embedding_tile, 1, "embedding", tile * 12, tile * 12},
                                {Kind::embedding_tile, 2, "embedding", 2 * tile * 12, 1001 * 12},
                                {Kind::layer, 0, "layers.0", 0, layer},
                                {Kind::final_norm, 0, "final_norm", 0, 12}};
    if (!tied)
      expected.insert(expected.end(), {{Kind::unembedding_tile, 0, "unembedding", 0, tile * 12},
                                       {Kind::unembedding_tile, 1, "unembedding", tile * 12, tile * 12},
                                       {Kind::unembedding_tile, 2, "unembedding", 2 * tile * 12, 1001 * 12}});
    EXPECT_EQ(places, expected);
  }
}

/// Of a layer as the files have it, all in bf16.
std::int64_t layout_bytes_in_bf16(const LayerLayout& layout) {
  std::int64_t bytes = 0;
  for (const LayoutPart& part : layout.parts()) bytes += 2 * part.elements();
  return bytes;
}

/// A walk up and down, a walk that is given up in the middle, and a layer that is leased again.
TEST_P(Store, LayersInAnyOrder) {
  Model model(test::small_llama());
  ShardedStore whole(model.directory().config(), model.directory(), {.dtype = GetParam().dtype});
  ShardedStore shared = make(model);
  const std::vector<std::pair<std::int64_t, std::int64_t>> leased_and_next{{0, 1}, {1, 2}, {2, 1}, {1, 0}, {0, 2},
                                                                           {0, 1}, {1, 1}, {2, 0}, {2, 0}};
  for (const auto& [layer, next] : leased_and_next) {
    const transformer::Lease<transformer::LayerWeights> lease = shared.lease_layer(layer);
    shared.prefetch_layer(next);
    for (int i = 0; i < 3; ++i) shared.make_progress();
    const LayerLayout layout(shared.config(), shared.options().dtype().toScalarType());
    for (const LayoutPart& part : layout.parts())
      EXPECT_TRUE(at::equal((*lease).*part.tensor, (*whole.lease_layer(layer)).*part.tensor)) << part.stored_name;
  }
}

/// Destroys the store while one rank has begun a gather and the others have not.
TEST_P(Store, EndsWithAFetchUnderWay) {
  Model model(test::small_llama());
  ShardedStore shared = make(model);
  shared.prefetch_layer(1);
  for (int i = 0; world.is_root() && i < 20; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));  // until the background thread has read the slice
    shared.make_progress();
  }
}

TEST_P(Store, HoldsReadsAndReceivesOnlyItsShare) {
  Model model(test::small_llama());
  const transformer::ModelConfig& shape = model.directory().config();
  ShardedStore shared = make(model);
  const LayerLayout layout(shape, shared.options().dtype().toScalarType());
  const std::int64_t ranks = GetParam().shard, slice = even_slice(layout.bytes(), ranks);
  const auto size = static_cast<std::int64_t>(shared.options().dtype().itemsize());
  const std::int64_t table = (shape.vocabulary + ranks - 1) / ranks * shape.width * size;  // 96 rows: whole units
  const std::int64_t norm = 4 * shape.width;
  const bool on_disk = GetParam().rest == WeightsRest::disk, whole = ranks == 1 && !on_disk;
  EXPECT_EQ(shared.memory().resting, on_disk ? norm : shape.layers * slice + 2 * table + norm);

  const std::int64_t loaded = shared.traffic().read;
  const at::Tensor ids = prompt_of(world.rank(), shape.vocabulary);
  transformer::Transformer(shared).logits(ids);
  const StoreMemory memory = shared.memory();
  EXPECT_EQ(memory.gathered, whole ? 0 : 2 * ranks * slice + 2 * ranks * table);
  EXPECT_EQ(memory.passing, on_disk && ranks > 1 ? slice + table : 0);
  EXPECT_EQ(shared.traffic().received, whole ? 0 : (ranks - 1) * (shape.layers * slice + table));

  // The ranks of the group have read the model once in all; on disk once per walk, and of the embedding only its rows.
  const std::int64_t stored = layout_bytes_in_bf16(layout);
  const std::int64_t read = parallel::sum(group.ranks, on_disk ? shared.traffic().read - loaded : loaded);
  const std::int64_t tables = 2 * shape.width * shape.vocabulary;  // of one, in the file's type
  if (on_disk) {
    EXPECT_GT(read, shape.layers * stored + tables);
    EXPECT_LE(read, shape.layers * stored + 2 * tables);
  } else {
    EXPECT_EQ(read, shape.layers * stored + 2 * tables + ranks * 2 * shape.width);
    EXPECT_EQ(shared.traffic().read, loaded);
  }
}

INSTANTIATE_TEST_SUITE_P(All, Store, testing::ValuesIn(cases()), [](const auto& c) { return c.param.name; });

TEST(StoreErrors, AMissingTensorIsFoundBeforeTheWalkAlsoOnDisk) {
  test::TemporaryFolder folder;
  test::write_random_model(folder.path(), {});
  pretrained::ModelDirectory directory(folder.path(), pretrained::ChecksumCache(""));
  transformer::ModelConfig other = directory.config();
  other.layers = 4;
  for (const WeightsRest rest : {WeightsRest::device, WeightsRest::disk})
    EXPECT_THAT(
        test::user_error([&] { ShardedStore(other, directory, {.dtype = transformer::DType::float32, .rest = rest}); }),
        testing::HasSubstr("model.layers.3.input_layernorm.weight"));
}

TEST(StoreErrors, AFileThatShrinksWhileItIsRead) {
  test::TemporaryFolder folder;
  test::write_random_model(folder.path(), {});
  pretrained::ModelDirectory directory(folder.path(), pretrained::ChecksumCache(""));
  ShardedStore store(directory.config(), directory, {.dtype = transformer::DType::float32, .rest = WeightsRest::disk});
  store.lease_layer(0);
  std::filesystem::resize_file(folder.path() / "model.safetensors", 2000);
  EXPECT_THAT(test::user_error([&] { store.lease_layer(2); }),
              testing::AllOf(testing::HasSubstr("model.safetensors"), testing::HasSubstr("has been cut")));
}

}  // namespace
}  // namespace pinpoint::weights
