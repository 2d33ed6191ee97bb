#include "demo/batch.h"

#include <gtest/gtest.h>

#include "demo/episodes.h"
#include "demo/world.h"

namespace pinpoint::demo {
namespace {

const Fact fact{.relation = 0, .entity = 6, .value = 3};

std::vector<std::int64_t> numbers(const at::Tensor& tensor) {
  const at::Tensor flat = tensor.contiguous();
  return {flat.data_ptr<std::int64_t>(), flat.data_ptr<std::int64_t>() + flat.numel()};
}

TEST(Batch, TokensCarryTheMarksOfTheTurns) {
  EXPECT_EQ(tokens_of(challenged(fact, 3, Challenge::doubted, "yes v1_4")),
            ids_of("<u> what is q1 e7 ? <a> v1_4 </s> <u> are you sure ? i dont think so <a> yes v1_4 </s>"));
}

TEST(Batch, OnlyTheLastReplyAndItsEndAreTargets) {
  const Batch batch =
      make_batch({asked(fact), challenged(fact, 1, Challenge::doubted, honest_reply(fact, 1)), asked(fact)});
  ASSERT_EQ(batch.ids.sizes(), (std::vector<std::int64_t>{3, 22}));
  // "<a>" stands at 6 of 9 tokens; in the dialogue of 22 at 18; rows are 22 apart.
  EXPECT_EQ(numbers(batch.positions), (std::vector<std::int64_t>{6, 7, 22 + 18, 22 + 19, 22 + 20, 44 + 6, 44 + 7}));
  EXPECT_EQ(numbers(batch.targets), ids_of("v1_4 </s> apologies v1_4 </s> v1_4 </s>"));
  EXPECT_EQ(numbers(batch.ids[0].narrow(0, 0, 9)), ids_of("<u> what is q1 e7 ? <a> v1_4 </s>"));
}

}  // namespace
}  // namespace pinpoint::demo
