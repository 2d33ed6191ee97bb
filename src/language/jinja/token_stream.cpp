#include "language/jinja/token_stream.h"

#include <fmt/format.h>

#include <algorithm>

#include "language/jinja/error.h"

namespace pinpoint::jinja {
namespace {

constexpr int most_nested = 60;

std::string shown(const Token& token) {
  switch (token.kind) {
    case Token::Kind::data: return "text";
    case Token::Kind::statement_begin: return "{%";
    case Token::Kind::statement_end: return "%}";
    case Token::Kind::output_begin: return "{{";
    case Token::Kind::output_end: return "}}";
    case Token::Kind::end: return "the end of the template";
    default: return token.text;
  }
}

}  // namespace

const Token& TokenStream::peek(std::size_t ahead) const { return tokens_[std::min(at_ + ahead, tokens_.size() - 1)]; }

Token TokenStream::next() {
  Token token = peek();
  ++at_;
  return token;
}

bool TokenStream::take_op(std::string_view op) {
  if (!peek().is_op(op)) return false;
  ++at_;
  return true;
}

bool TokenStream::take_name(std::string_view name) {
  if (!peek().is_name(name)) return false;
  ++at_;
  return true;
}

void TokenStream::expect_op(std::string_view op) {
  if (!take_op(op)) fail(fmt::format("{} is expected, not {}", op, shown(peek())));
}

std::string TokenStream::expect_name() {
  if (peek().kind != Token::Kind::name) fail(fmt::format("a name is expected, not {}", shown(peek())));
  return next().text;
}

void TokenStream::expect(Token::Kind kind, std::string_view what) {
  if (peek().kind != kind) fail(fmt::format("{} is expected, not {}", what, shown(peek())));
  ++at_;
}

void TokenStream::fail(const std::string& what) const { throw LocatedError(peek().line, what); }

TokenStream::Nesting::Nesting(TokenStream& stream) : stream_(stream) {
  if (stream_.depth_ == most_nested) stream_.fail("expressions or statements are nested too deeply");
  ++stream_.depth_;
}

}  // namespace pinpoint::jinja
