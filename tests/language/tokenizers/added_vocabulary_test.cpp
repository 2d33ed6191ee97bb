#include "language/tokenizers/added_vocabulary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "system/base/check.h"

namespace pinpoint::tokenizers {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

const std::vector<std::string> three_tokens{"<s>", "a", "b"};

TokenDeclaration declared(const std::string& form, std::optional<text::TokenId> id = {}) {
  return {{.form = form}, id, true, "f.json"};
}

void refused(const std::vector<TokenDeclaration>& tokens, const std::string& message) {
  AddedVocabulary added(three_tokens);
  EXPECT_THAT(
      [&] {
        for (const TokenDeclaration& token : tokens) added.add(token);
      },
      ThrowsMessage<UserError>(HasSubstr(message)));
}

TEST(AddedVocabulary, GivesTheIdOfTheVocabularyOrTheNextOne) {
  AddedVocabulary added(three_tokens);
  for (const char* form : {"<x>", "<s>", "<y>"}) added.add(declared(form));
  std::vector<text::TokenId> ids;
  for (const AddedToken& token : added.tokens()) ids.push_back(token.id);
  EXPECT_THAT(ids, testing::ElementsAre(3, 0, 4));
}

TEST(AddedVocabulary, ReplacesFlagsByThoseOfALaterDeclaration) {
  AddedVocabulary added(three_tokens);
  added.add(declared("<x>", 3));
  TokenDeclaration later = declared("<x>", 3), without_flags = later;
  later.token.special = later.token.strips_right = true;
  without_flags.has_flags = false;
  added.add(later);
  added.add(without_flags);
  ASSERT_EQ(added.tokens().size(), 1u);
  EXPECT_EQ(added.tokens()[0], (AddedToken{.id = 3, .form = "<x>", .special = true, .strips_right = true}));
}

TEST(AddedVocabulary, RefusesIdsThatContradict) {
  refused({declared("<x>", 1)}, "f.json: \"<x>\" has the id 1, which is that of the token \"a\"");
  refused({declared("<x>", 3), declared("<y>", 3)}, "\"<y>\" has the id 3, which is that of the token \"<x>\"");
  refused({declared("<s>", 3)}, "\"<s>\" has the id 3 here, but 0 elsewhere");
  refused({declared("<x>", 3), declared("<x>", 4)}, "\"<x>\" has the id 4 here, but 3 elsewhere");
  refused({declared("<x>", 5)}, "\"<x>\" has the id 5, but the next free id is 3");
  refused({declared("<x>", -1)}, "\"<x>\" has the id -1, but the next free id is 3");
  AddedVocabulary added(three_tokens);
  EXPECT_THAT([&] { added.check(declared("a", 2)); }, ThrowsMessage<UserError>(HasSubstr("has the id 2 here, but 1")));
  added.check(declared("a", 1));
  added.check(declared("<unheard of>", 1));
}

/// The library counts the tokens, so it would give the id of "b" twice.
TEST(AddedVocabulary, DoesNotFollowAVocabularyWithGaps) {
  const std::vector<std::string> with_gap{"<s>", "a", "", "b"};
  AddedVocabulary added(with_gap);
  EXPECT_THAT([&] { added.add(declared("<x>", 4)); }, ThrowsMessage<UserError>(HasSubstr("the next free id is 3")));
  EXPECT_THAT([&] { added.add(declared("<x>")); }, ThrowsMessage<UserError>(HasSubstr("that of the token \"b\"")));
}

}  // namespace
}  // namespace pinpoint::tokenizers
