/// \file
/// SHA-256. Results identify files and models by it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace pinpoint {

/// A SHA-256 fed piece by piece.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  Sha256& add(std::string_view bytes);
  /// Adds the length first, so that ("ab","c") and ("a","bc") differ.
  Sha256& add_field(std::string_view bytes);
  /// 64 lower-case hexadecimal digits. No bytes can be added afterwards.
  std::string hex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

inline std::string sha256(std::string_view bytes) { return Sha256().add(bytes).hex(); }

}  // namespace pinpoint
