#include "system/hdf5/h5_file.h"

#include <gmock/gmock.h>

#include <numeric>

#include "support/shared.h"
#include "support/user_error.h"
#include "system/hdf5/seal.h"

namespace pinpoint::hdf5 {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A file with a scale of every type in use, a table over them, a single value and an empty data set.
class H5FileTest : public ::testing::Test {
 protected:
  void write_example() {
    H5File file = H5File::create(path_);
    file.write_scale("sample", std::vector<std::string>{"a", "", "ünï"});
    file.write_scale("head", std::vector<std::int32_t>{0, 1});
    file.write_scale("checks/check", std::vector<std::int32_t>{});
    file.write("effect/table", table_, {"sample", "head"});
    file.write("checks/deviation", std::vector<float>{}, {"checks/check"});
    file.write_value("effect/single", 1.0);
    file.write_attribute("text", std::string("two\nlines"));
    file.write_attribute("texts", std::vector<std::string>{"x", "y"});
    file.write_attribute("none", std::vector<std::string>{});
    file.write_attribute("number", std::int64_t{-5});
    file.write_attribute("real", 0.25);
    file.commit();
  }

  test::TemporaryFolder folder_;
  std::filesystem::path path_ = folder_.path() / "file.h5";
  std::vector<double> table_{1, 2, 3, 4, 5, -6.5};
};

TEST_F(H5FileTest, ReturnsWhatWasWritten) {
  write_example();
  const H5File file = H5File::open(path_);
  EXPECT_THAT(file.read<std::string>("sample"), ElementsAre("a", "", "ünï"));
  EXPECT_THAT(file.read<std::int32_t>("head"), ElementsAre(0, 1));
  EXPECT_EQ(file.read<double>("effect/table"), table_);
  EXPECT_THAT(file.read<double>("effect/single"), ElementsAre(1));
  EXPECT_THAT(file.read<float>("checks/deviation"), IsEmpty());
  EXPECT_THAT(file.read<std::int32_t>("checks/check"), IsEmpty());
  EXPECT_EQ(file.read_attribute<std::string>("text"), "two\nlines");
  EXPECT_THAT(file.read_attribute_list<std::string>("texts"), ElementsAre("x", "y"));
  EXPECT_THAT(file.read_attribute_list<std::string>("none"), IsEmpty());
  EXPECT_EQ(file.read_attribute<std::int64_t>("number"), -5);
  EXPECT_EQ(file.read_attribute<double>("real"), 0.25);
}

TEST_F(H5FileTest, DescribesItsContents) {
  write_example();
  const H5File file = H5File::open(path_);
  EXPECT_THAT(file.data_sets(),
              ElementsAre("checks/check", "checks/deviation", "effect/single", "effect/table", "head", "sample"));
  const H5DataSet table = file.describe("effect/table");
  EXPECT_EQ(table.type, H5Type::float64);
  EXPECT_THAT(table.shape, ElementsAre(3, 2));
  EXPECT_THAT(table.scales, ElementsAre("sample", "head"));
  EXPECT_TRUE(table.checksummed);
  EXPECT_THAT(file.describe("head").scales, ElementsAre("head"));
  EXPECT_THAT(file.describe("checks/deviation").shape, ElementsAre(0));
  EXPECT_THAT(file.describe("checks/deviation").scales, ElementsAre("checks/check"));
  EXPECT_THAT(file.describe("effect/single").shape, IsEmpty());
  EXPECT_TRUE(file.describe_attribute("texts").is_list);
  EXPECT_FALSE(file.describe_attribute("text").is_list);
  EXPECT_THAT(file.attributes(), ElementsAre("none", "number", "real", "text", "texts"));
}

TEST_F(H5FileTest, KeepsDataOfSeveralChunks) {
  std::vector<std::int64_t> values(300'000);  // 2.4 MB: more than one chunk
  std::iota(values.begin(), values.end(), 0);
  H5File file = H5File::create(path_);
  file.write_scale("row", std::vector<std::int32_t>(3000));
  file.write_scale("column", std::vector<std::int32_t>(100));
  file.write("values", values, {"row", "column"});
  file.commit();
  EXPECT_EQ(H5File::open(path_).read<std::int64_t>("values"), values);
}

TEST_F(H5FileTest, DoesNotExistBeforeCommit) {
  write_example();
  const std::string old = test::read_text(path_);
  {
    H5File file = H5File::create(path_);
    file.write_scale("head", std::vector<std::int32_t>{0, 1});
    EXPECT_EQ(test::read_text(path_), old);
  }
  EXPECT_EQ(test::read_text(path_), old);
  EXPECT_FALSE(std::filesystem::exists(path_.string() + ".tmp"));
}

TEST_F(H5FileTest, NamesWhatIsMissingOrOfAnotherType) {
  write_example();
  const H5File file = H5File::open(path_);
  EXPECT_FALSE(file.contains("effect/none"));
  EXPECT_FALSE(file.contains("none/at/all"));
  EXPECT_THAT(test::user_error([&] { file.read<double>("none/at/all"); }),
              HasSubstr("data set none/at/all is missing"));
  EXPECT_THAT(test::user_error([&] { file.read<float>("effect/table"); }),
              HasSubstr("data set effect/table holds float64 where float32 belongs"));
  EXPECT_THAT(test::user_error([&] { file.read<double>("effect"); }), HasSubstr("data set effect cannot be opened"));
  EXPECT_THAT(test::user_error([&] { file.read_attribute<double>("x"); }), HasSubstr("attribute x is missing"));
  EXPECT_THAT(test::user_error([&] { file.read_attribute<double>("text"); }),
              HasSubstr("attribute text holds text where float64 belongs"));
  EXPECT_THAT(test::user_error([&] { file.read_attribute<std::string>("texts"); }), HasSubstr("is a list"));
}

TEST_F(H5FileTest, SaysWhyAFileCannotBeOpened) {
  EXPECT_THAT(test::user_error([&] { H5File::open(path_); }), HasSubstr("No such file"));
  test::write_text(path_, "no HDF5 at all, just a line of text\n");
  EXPECT_THAT(test::user_error([&] { H5File::open(path_); }), HasSubstr("not an HDF5 file"));
}

TEST_F(H5FileTest, SaysWhyAFileCannotBeMade) {
  const auto path = folder_.path() / "no folder" / "file.h5";
  const std::string message = test::user_error([&] { H5File::create(path); });
  EXPECT_THAT(message, HasSubstr(path.string()));
  EXPECT_THAT(message, HasSubstr("No such file or directory"));
}

TEST_F(H5FileTest, ATruncatedFileIsAnErrorAtAnyLength) {
  write_example();
  const std::string whole = test::read_text(path_);
  for (const std::size_t cut : {whole.size() / 2, whole.size() / 10, seal_of("").size() + 1}) {
    test::write_text(path_, whole.substr(0, whole.size() - cut));
    EXPECT_THAT(test::user_error([&] { H5File::open(path_); }), HasSubstr("cannot be opened (HDF5: truncated file"));
  }
}

TEST_F(H5FileTest, AnyChangedByteIsAnError) {
  write_example();
  const std::string whole = test::read_text(path_);
  const std::size_t size = whole.size() - seal_of("").size();
  for (std::size_t place = 0; place < size; place += 50) {
    std::string bytes = whole;
    bytes[place] ^= 1;
    test::write_text(path_, bytes);
    EXPECT_THAT(test::user_error([&] { H5File::open(path_); }), HasSubstr("is damaged")) << place;
  }
}

TEST_F(H5FileTest, AChangedByteOfTheDataIsAnErrorEvenWithoutTheSeal) {
  write_example();
  std::string bytes = test::read_text(path_);
  bytes.resize(bytes.size() - seal_of("").size());
  const std::size_t place = bytes.find(std::string(reinterpret_cast<const char*>(table_.data()), 48));
  ASSERT_NE(place, std::string::npos);
  bytes[place + 20] ^= 1;
  test::write_text(path_, bytes);
  const H5File file = H5File::open(path_);
  EXPECT_THAT(test::user_error([&] { file.read<double>("effect/table"); }),
              HasSubstr("data set effect/table cannot be read"));
}

}  // namespace
}  // namespace pinpoint::hdf5
