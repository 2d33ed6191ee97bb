/// \file
/// A chat template as a YAML file with the keys system (optional), user, assistant and generation.
#pragma once

#include <filesystem>

#include "language/text/custom_template.h"

namespace pinpoint::text {

/// \throws UserError "FILE[:LINE]: ..." for a file that cannot be read, an unknown or repeated key, one that is
///         missing, or a value that is no text
TemplateTexts read_template(const std::filesystem::path& file);

}  // namespace pinpoint::text
