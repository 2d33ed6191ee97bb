/// \file
/// The model and its type in memory (config: `model`).
#pragma once

#include <array>
#include <filesystem>
#include <string_view>

namespace pinpoint::transformer {

enum class DType { bf16, float32 };  ///< of the weights in memory and of the products with them

inline constexpr std::array all_dtypes{DType::bf16, DType::float32};
/// As configuration and files have it: "bf16", "float32".
constexpr std::string_view name_of(DType dtype) { return dtype == DType::bf16 ? "bf16" : "float32"; }

struct Options {
  std::filesystem::path path;  ///< HF directory
  DType dtype = DType::bf16;
};

}  // namespace pinpoint::transformer
