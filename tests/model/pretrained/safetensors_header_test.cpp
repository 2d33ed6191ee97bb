#include "model/pretrained/safetensors_header.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/raw_safetensors.h"
#include "support/user_error.h"

namespace pinpoint::pretrained {
namespace {

using test::raw_safetensors;
using test::user_error;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Parses a header that precedes this many bytes of data.
SafetensorsHeader parse(const std::string& json, std::uint64_t data_size) {
  return parse_safetensors_header(json, safetensors_prefix_bytes + json.size() + data_size, "m.safetensors");
}

std::string error_of(const std::string& json, std::uint64_t data_size) {
  return user_error([&] { parse(json, data_size); });
}

/// A header with one tensor "w".
std::string one(const std::string& dtype, const std::string& shape, const std::string& offsets) {
  return R"({"w": {"dtype": ")" + dtype + R"(", "shape": )" + shape + R"(, "data_offsets": )" + offsets + "}}";
}

TEST(SafetensorsHeader, ReadsTensorsAndMetadata) {
  const std::string json =
      R"({"__metadata__": {"format": "pt"},
          "b": {"dtype": "BF16", "shape": [2, 3], "data_offsets": [8, 20]},
          "a": {"dtype": "I64", "shape": [], "data_offsets": [0, 8]},
          "empty": {"dtype": "F32", "shape": [4, 0], "data_offsets": [20, 20]}}   )";
  const SafetensorsHeader header = parse(json, 20);
  EXPECT_EQ(header.metadata.at("format"), "pt");
  ASSERT_EQ(header.tensors.size(), 3u);
  EXPECT_EQ(header.tensors.at("b").dtype, at::ScalarType::BFloat16);
  EXPECT_THAT(header.tensors.at("b").shape, ElementsAre(2, 3));
  EXPECT_EQ(header.tensors.at("b").begin, 8 + json.size() + 8);
  EXPECT_EQ(header.tensors.at("b").end, 8 + json.size() + 20);
  EXPECT_THAT(header.tensors.at("a").shape, IsEmpty());
}

TEST(SafetensorsHeader, AFileMayHoldNoTensors) { EXPECT_THAT(parse("{}", 0).tensors, IsEmpty()); }

TEST(SafetensorsHeader, KnowsEveryTypeOfTheFormatThatLibTorchHas) {
  // Bytes per element by the format's description.
  const std::vector<std::pair<std::string, int>> sizes{{"F64", 8}, {"F32", 4}, {"F16", 2}, {"BF16", 2}, {"I64", 8},
                                                       {"I32", 4}, {"I16", 2}, {"I8", 1},  {"U8", 1},   {"BOOL", 1}};
  for (const auto& [name, size] : sizes) {
    const SafetensorsHeader header = parse(one(name, "[3]", fmt::format("[0, {}]", 3 * size)), 3 * size);
    EXPECT_EQ(safetensors_dtype_name(header.tensors.at("w").dtype), name);
  }
}

TEST(SafetensorsHeader, LengthIsLittleEndian) {
  const std::string bytes = raw_safetensors(std::string(0x0102, ' '), "");
  EXPECT_EQ(bytes.substr(0, 8), std::string("\x02\x01\0\0\0\0\0\0", 8));
  EXPECT_EQ(safetensors_header_size(bytes, bytes.size(), "f"), 0x0102u);
}

TEST(SafetensorsHeader, RefusesALengthBeyondTheFile) {
  const std::string bytes = raw_safetensors("{}", "");
  EXPECT_THAT(user_error([&] { safetensors_header_size(bytes, 9, "m.safetensors"); }),
              HasSubstr("m.safetensors: its header of 2 bytes is larger than the file of 9 bytes"));
  EXPECT_THAT(user_error([&] { safetensors_header_size("<!DOCTYPE html>", 15, "f"); }),
              HasSubstr("larger than the file"));
  EXPECT_THAT(user_error([&] { safetensors_header_size("1234567", 7, "f"); }),
              HasSubstr("too short for a safetensors"));
  const std::string huge("\x01\xE1\xF5\x05\0\0\0\0", 8);  // 100,000,001
  EXPECT_THAT(user_error([&] { safetensors_header_size(huge, 1u << 30, "f"); }), HasSubstr("limit of 100000000"));
}

TEST(SafetensorsHeader, RefusesAnythingButAJsonObject) {
  EXPECT_THAT(error_of("{\"w\": ", 0), HasSubstr("m.safetensors: header: is not valid JSON"));
  EXPECT_THAT(error_of("[1]", 0), HasSubstr("m.safetensors: its header is not a JSON object"));
  EXPECT_THAT(error_of(R"({"w": 3})", 0), HasSubstr("m.safetensors: tensor \"w\": its entry is not an object"));
}

TEST(SafetensorsHeader, RefusesMetadataThatAreNotTexts) {
  EXPECT_THAT(error_of(R"({"__metadata__": {"step": 3}})", 0),
              HasSubstr("\"__metadata__\" does not map texts to texts"));
  EXPECT_THAT(error_of(R"({"__metadata__": []})", 0), HasSubstr("\"__metadata__\" does not map texts to texts"));
}

TEST(SafetensorsHeader, RefusesATensorNamedTwice) {
  EXPECT_THAT(error_of(R"({"w": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1]},
                           "w": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1]}})",
                       1),
              HasSubstr("the key \"w\" occurs twice"));
}

TEST(SafetensorsHeader, TypesThatLibTorchLacksCanBeCopied) {
  for (const std::string name : {"U16", "U32", "U64", "C64", "F8_E4M3", "F4", "X9"}) {
    const TensorEntry entry = parse(one(name, "[3]", "[0, 12]"), 12).tensors.at("w");
    EXPECT_EQ(entry.dtype, at::ScalarType::Undefined);
    EXPECT_EQ(entry.type_name(), name);
    EXPECT_EQ(data_bytes(entry), 12u);
    const std::string written = format_safetensors_header({{"w", entry}}, {});
    EXPECT_EQ(parse(written.substr(8), 12).tensors.at("w").type_name(), name);
  }
}

TEST(SafetensorsHeader, TensorsOfOtherTypesLieInTheFileToo) {
  EXPECT_THAT(error_of(one("F8_E4M3", "[4]", "[0, 5]"), 4), HasSubstr("reaches beyond the 4 bytes of data"));
  EXPECT_THAT(error_of(one("U32", "[4]", "[0, 16]"), 20), HasSubstr("the last 4 bytes belong to no tensor"));
  EXPECT_THAT(error_of(one("U32", "[4]", "[8, 4]"), 8), HasSubstr("are not a begin and an end"));
  EXPECT_THAT(error_of(one("C64", "[4294967296, 4294967296]", "[0, 8]"), 8), HasSubstr("more elements than 64 bits"));
  EXPECT_THAT(error_of(R"({"v": {"dtype": "U32", "shape": [1], "data_offsets": [0, 4]},
                           "w": {"dtype": "U32", "shape": [1], "data_offsets": [2, 6]}})",
                       6),
              HasSubstr("overlaps"));
}

TEST(SafetensorsHeader, RefusesATensorWithoutAType) {
  EXPECT_THAT(error_of(R"({"w": {"shape": [1], "data_offsets": [0, 1]}})", 1), HasSubstr("has no \"dtype\""));
}

TEST(SafetensorsHeader, RefusesShapesThatAreNotCounts) {
  EXPECT_THAT(error_of(one("U8", "[-1]", "[0, 1]"), 1), HasSubstr("\"shape\" holds -1"));
  EXPECT_THAT(error_of(one("U8", "[1.5]", "[0, 1]"), 1), HasSubstr("\"shape\" holds 1.5"));
  EXPECT_THAT(error_of(one("U8", "[\"4\"]", "[0, 4]"), 4), HasSubstr("\"shape\" holds \"4\""));
  EXPECT_THAT(error_of(one("U8", "[9223372036854775808]", "[0, 1]"), 1), HasSubstr("holds 9223372036854775808"));
  EXPECT_THAT(error_of(one("U8", "[1e400]", "[0, 1]"), 1), HasSubstr("is not valid JSON"));
  EXPECT_THAT(error_of(one("U8", "4", "[0, 4]"), 4), HasSubstr("has no list \"shape\""));
}

TEST(SafetensorsHeader, RefusesShapesWhoseProductOverflows) {
  // 2^32 * 2^32 = 2^64 wraps to 0, and (2^62 + 1) * 4 bytes wraps to 4.
  EXPECT_THAT(error_of(one("U8", "[4294967296, 4294967296]", "[0, 0]"), 0), HasSubstr("more elements than 64 bits"));
  EXPECT_THAT(error_of(one("F32", "[4611686018427387905]", "[0, 4]"), 4), HasSubstr("more elements than 64 bits"));
  EXPECT_THAT(error_of(one("U8", "[0, 4294967296, 4294967296]", "[0, 0]"), 0), HasSubstr("more elements than 64 bits"));
}

TEST(SafetensorsHeader, RefusesASizeThatIsNotShapeTimesType) {
  EXPECT_THAT(error_of(one("F32", "[2, 3]", "[0, 20]"), 20),
              HasSubstr("tensor \"w\": has 20 bytes of data, but shape [2, 3] of F32 needs 24"));
}

TEST(SafetensorsHeader, RefusesOffsetsOutOfRange) {
  EXPECT_THAT(error_of(one("F32", "[4]", "[0, 16]"), 15),
              AllOf(HasSubstr("tensor \"w\": its data, bytes 0 to 16, reaches beyond the 15 bytes of data in the file"),
                    HasSubstr("truncated")));
  EXPECT_THAT(error_of(one("U8", "[4]", "[8, 4]"), 8), HasSubstr("are not a begin and an end"));
  EXPECT_THAT(error_of(one("U8", "[4]", "[4]"), 8), HasSubstr("are not a begin and an end"));
  EXPECT_THAT(error_of(one("U8", "[4]", "[0, 18446744073709551615]"), 4), HasSubstr("holds 18446744073709551615"));
}

/// Two tensors of 4 bytes with the second at `offsets`.
std::string two(const std::string& offsets) {
  return R"({"v": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]},
             "w": {"dtype": "F32", "shape": [1], "data_offsets": )" +
         offsets + "}}";
}

TEST(SafetensorsHeader, RefusesOverlapsAndBytesOfNoTensor) {
  EXPECT_NO_THROW(parse(two("[4, 8]"), 8));
  EXPECT_THAT(error_of(two("[2, 6]"), 6), HasSubstr("m.safetensors: the data of tensor \"w\" overlaps that of v"));
  EXPECT_THAT(error_of(two("[0, 4]"), 4), HasSubstr("overlaps"));
  EXPECT_THAT(error_of(two("[5, 9]"), 9), HasSubstr("1 bytes before the data of tensor \"w\" belong to no tensor"));
  EXPECT_THAT(error_of(two("[4, 8]"), 11), HasSubstr("the last 3 bytes belong to no tensor"));
  EXPECT_THAT(error_of("{}", 1), HasSubstr("the last 1 bytes belong to no tensor"));
}

TEST(SafetensorsHeader, WritesWhatItReads) {
  const std::string bytes = format_safetensors_header(
      {{"w \"1\"", {at::ScalarType::Half, {2, 5}}}, {"a", {at::ScalarType::Double, {}}}}, {{"format", "pt"}});
  EXPECT_EQ(bytes.size() % 8, 0u);
  EXPECT_EQ(safetensors_header_size(bytes, bytes.size() + 28, "f"), bytes.size() - 8);
  const SafetensorsHeader header = parse(bytes.substr(8), 28);
  EXPECT_EQ(header.metadata.at("format"), "pt");
  EXPECT_EQ(header.tensors.at("w \"1\"").begin, bytes.size());
  EXPECT_THAT(header.tensors.at("w \"1\"").shape, ElementsAre(2, 5));
  EXPECT_EQ(header.tensors.at("a").end, bytes.size() + 28);
  EXPECT_EQ(format_safetensors_header({}, {}), raw_safetensors("{}      ", ""));
}

}  // namespace
}  // namespace pinpoint::pretrained
