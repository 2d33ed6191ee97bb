/// \file
/// A limit for what a tokenizer's file may do to a text.
#pragma once

#include <cstddef>
#include <string>

#include "system/base/check.h"

namespace pinpoint::tokenizers {

/// Steps that each lengthen a text grow it exponentially: a damaged file of a few lines could fill the memory.
/// Unicode's longest compatibility form is 18 times as long as its character.
inline void check_growth(std::size_t before, std::size_t after, const std::string& where) {
  constexpr std::size_t most_times = 64, most_more = 4096;
  validate(after <= most_times * before + most_more,
           "{}: its replacements make {} bytes of a text of {}; copy the model's file anew", where, after, before);
}

}  // namespace pinpoint::tokenizers
