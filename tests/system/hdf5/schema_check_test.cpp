#include "system/hdf5/schema_check.h"

#include <gmock/gmock.h>

#include <cmath>
#include <functional>
#include <limits>

#include "support/example_sweep.h"
#include "support/shared.h"
#include "support/user_error.h"
#include "system/hdf5/provenance.h"
#include "system/hdf5/seal.h"

namespace pinpoint::hdf5 {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* description = R"(
schema: small
version: 3
names: {side: [left, right]}
attributes:
  complete: {type: int64}
axes:
  sample: {type: text}
  head: {type: int32}
  rank: {type: int32, product_of: [sample, head]}
  pair: {type: text}
data_sets:
  logit: {type: float32, axes: [sample, head], nan: incomplete}
  sum: {type: float32, axes: [sample], nan: incomplete}
  effect/{side}: {type: float64, axes: [head], nan: never}
  ranking: {type: int32, axes: [rank, pair], within: [sample, head], distinct: true}
  note: {type: text, axes: [head], required: false}
)";

/// The content of a file of kind "small". Each test changes one value.
struct Parts {
  std::int64_t version = 3, complete = 1;
  std::vector<std::int32_t> rank{0, 1, 2, 3};
  std::vector<float> logit{1, 2, 3, 4}, sum{1, 2};
  std::vector<double> left{1, 2};
  std::vector<std::int32_t> ranking{0, 0, 0, 1, 1, 0, 1, 1};
  std::vector<std::string> effect_axes{"head"};
  std::function<void(H5File&)> more = [](H5File&) {};
};

void write_attributes(H5File& file, const Parts& parts) {
  for (const char* name : {"software_version", "commit", "created", "config", "model_sha256", "SLURM_JOB_ID"})
    file.write_attribute(name, std::string());
  file.write_attribute("schema", std::string("small"));
  file.write_attribute("schema_version", parts.version);
  file.write_attribute("parents", std::vector<std::string>{});
  file.write_attribute("hosts", std::vector<std::string>{});
  file.write_attribute("world_size", std::int64_t{1});
  file.write_attribute("complete", parts.complete);
}

class SchemaCheckTest : public ::testing::Test {
 protected:
  std::vector<std::string> problems(const Parts& parts) {
    H5File file = H5File::create(path_);
    write_attributes(file, parts);
    file.write_scale("sample", std::vector<std::string>{"a", "b"});
    file.write_scale("head", std::vector<std::int32_t>{0, 1});
    file.write_scale("rank", parts.rank);
    file.write_scale("pair", std::vector<std::string>{"sample", "head"});
    file.write("logit", parts.logit, {"sample", "head"});
    file.write("sum", parts.sum, {"sample"});
    file.write("effect/left", parts.left, parts.effect_axes);
    file.write("effect/right", right_, {"head"});
    file.write("ranking", parts.ranking, {"rank", "pair"});
    parts.more(file);
    file.commit();
    return problems_of(H5File::open(path_), parse_schema(description, "small.yaml"));
  }

  test::TemporaryFolder folder_;
  std::filesystem::path path_ = folder_.path() / "small.h5";
  std::vector<double> right_{3, 4};
};

constexpr float nan = std::numeric_limits<float>::quiet_NaN();

TEST_F(SchemaCheckTest, FindsNoProblemInAGoodFile) { EXPECT_THAT(problems({}), IsEmpty()); }

TEST_F(SchemaCheckTest, FindsUnknownDataSets) {
  EXPECT_THAT(problems({.more = [](H5File& file) { file.write_scale("extra", std::vector<float>{1}); }}),
              ElementsAre("data set extra is not part of a file of kind small"));
}

TEST_F(SchemaCheckTest, FindsAnotherVersion) {
  EXPECT_THAT(problems({.version = 4}), ElementsAre("schema_version is 4, this program knows 3 of kind small"));
}

TEST_F(SchemaCheckTest, FindsAnOptionalDataSetOfTheWrongType) {
  const std::vector<float> numbers{1, 2};
  EXPECT_THAT(problems({.more = [&](H5File& file) { file.write("note", numbers, {"head"}); }}),
              ElementsAre("data set note holds float32 where text belongs"));
}

TEST_F(SchemaCheckTest, FindsAnAxisOfAnotherScale) {
  EXPECT_THAT(problems({.effect_axes = {"sample"}}),
              ElementsAre("data set effect/left: axis 0 has scale sample where scale head belongs"));
}

TEST_F(SchemaCheckTest, FindsAnAxisThatIsNotTheProduct) {
  EXPECT_THAT(problems({.rank = {0, 1, 2}, .ranking = {0, 0, 0, 1, 1, 0}}),
              ElementsAre("axis rank has size 3, not 4, the product of sample and head"));
}

TEST_F(SchemaCheckTest, FindsForbiddenNan) {
  EXPECT_THAT(problems({.left = {1, nan}}), ElementsAre("data set effect/left holds nan at value 1"));
  EXPECT_THAT(problems({.logit = {1, INFINITY, 3, 4}}), ElementsAre("data set logit holds inf at value 1"));
}

TEST_F(SchemaCheckTest, AllowsNanOnlyForUnfinishedSamples) {
  EXPECT_THAT(problems({.complete = 0, .logit = {1, 2, nan, nan}, .sum = {1, nan}}), IsEmpty());
  EXPECT_THAT(problems({.complete = 1, .logit = {1, 2, nan, nan}, .sum = {1, nan}}),
              ElementsAre("data set logit holds NaN, yet the file says that it is complete",
                          "data set sum holds NaN, yet the file says that it is complete"));
  EXPECT_THAT(problems({.complete = 0, .logit = {1, 2, 3, nan}, .sum = {1, nan}}),
              ElementsAre("data set logit: sample 1 is NaN in a part of its values"));
  EXPECT_THAT(problems({.complete = 0, .logit = {1, 2, nan, nan}, .sum = {nan, 1}}),
              ElementsAre("data set sum lacks other samples than those before it"));
}

TEST_F(SchemaCheckTest, FindsAnInvalidRanking) {
  EXPECT_THAT(problems({.ranking = {0, 0, 0, 1, 1, 0, 0, 0}}), ElementsAre("data set ranking: row 3 occurs twice"));
  EXPECT_THAT(problems({.ranking = {0, 0, 0, 1, 1, 0, 1, 2}}),
              ElementsAre("data set ranking: 2 in row 3 is outside the axis head"));
}

TEST_F(SchemaCheckTest, FindsWhatIsMissing) {
  H5File::create(path_).commit();
  const auto found = problems_of(H5File::open(path_), parse_schema(description, "small.yaml"));
  EXPECT_THAT(found, Contains(HasSubstr("attribute complete is missing")));
  EXPECT_THAT(found, Contains(HasSubstr("attribute hosts is missing")));
  EXPECT_THAT(found, Contains(HasSubstr("data set sample is missing")));
  EXPECT_THAT(found, Contains(HasSubstr("data set effect/right is missing")));
  EXPECT_THAT(problems_of(path_), ElementsAre(HasSubstr("attribute schema is missing")));
}

TEST_F(SchemaCheckTest, FindsDamagedData) {
  results::write_effects(path_, test::example_effects());
  std::string bytes = test::read_text(path_);
  const auto effect = H5File::open(path_).read<double>("effect/prob");
  const std::size_t place = bytes.find(std::string(reinterpret_cast<const char*>(effect.data()), 96));
  ASSERT_NE(place, std::string::npos);
  bytes[place] ^= 1;
  test::write_text(path_, bytes);
  EXPECT_THAT(problems_of(path_), ElementsAre(HasSubstr("is damaged")));
  test::write_text(path_, bytes.substr(0, bytes.size() - seal_of("").size()));
  EXPECT_THAT(problems_of(path_), ElementsAre(HasSubstr("data set effect/prob cannot be read")));
}

TEST_F(SchemaCheckTest, FindsUnreadableFilesAndUnknownKinds) {
  EXPECT_THAT(problems_of(path_), ElementsAre(HasSubstr("No such file")));
  problems({});
  EXPECT_THAT(problems_of(path_), ElementsAre("attribute schema: no kind of file is called \"small\""));
}

TEST(Schema, HasTheKinds) {
  EXPECT_TRUE(schema_exists("effects"));
  EXPECT_TRUE(schema_exists("sweep_part"));
  EXPECT_FALSE(schema_exists("provenance"));
  EXPECT_THAT(test::user_error([] { load_schema("knock"); }), HasSubstr("no such kind"));
}

TEST(Schema, ExpandsNamesAndAddsTheCommonAttributes) {
  const Schema schema = parse_schema(description, "small.yaml");
  std::vector<std::string> names;
  for (const DataSetRule& rule : schema.data_sets) names.push_back(rule.name);
  EXPECT_THAT(names, ElementsAre("logit", "sum", "effect/left", "effect/right", "ranking", "note"));
  EXPECT_EQ(schema.attributes.front().name, "schema");
  EXPECT_EQ(schema.attributes.back().name, "complete");
}

TEST(Schema, NamesTheLineOfAnError) {
  const auto error_of = [](const char* yaml) { return test::user_error([&] { parse_schema(yaml, "x.yaml"); }); };
  EXPECT_THAT(error_of("schema: x\n"), HasSubstr("version is missing"));
  EXPECT_THAT(error_of("schema: x\nversion: one\n"), HasSubstr("x.yaml:2"));
  EXPECT_THAT(error_of("schema: x\nversion: 1\naxes:\n  a: {type: int8}\n"), HasSubstr("x.yaml:4: no such type: int8"));
}

}  // namespace
}  // namespace pinpoint::hdf5
