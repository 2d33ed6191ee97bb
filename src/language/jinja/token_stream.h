/// \file
/// A position in the tokens of a template.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "language/jinja/lexer.h"

namespace pinpoint::jinja {

class TokenStream {
 public:
  /// \param tokens end with `end`
  explicit TokenStream(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  const Token& peek(std::size_t ahead = 0) const;
  Token next();

  /// Takes the token if it is this operator or name.
  bool take_op(std::string_view op);
  bool take_name(std::string_view name);

  /// \throws LocatedError if the next token is another one
  void expect_op(std::string_view op);
  std::string expect_name();
  void expect(Token::Kind kind, std::string_view what);

  [[noreturn]] void fail(const std::string& what) const;

  /// Counts how deep the parser is nested. \throws LocatedError if it is too deep
  class Nesting {
   public:
    explicit Nesting(TokenStream& stream);
    ~Nesting() { --stream_.depth_; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;

   private:
    TokenStream& stream_;
  };

 private:
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace pinpoint::jinja
