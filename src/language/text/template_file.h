/// \file
/// A chat template as a YAML file with the keys system (optional), user, assistant and generation.
#pragma once

#include <filesystem>

#include "language/text/custom_template.h"

namespace pinpoint::text {

/// \throws UserError "FILE[:LINE]: ..." for a file that cannot be read, an unknown, repeated or missing key, or a value
///         that is not a text
TemplateTexts read_template(const std::filesystem::path& file);

}  // namespace pinpoint::text
