#include "system/device/parts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "system/device/threads.h"

namespace pinpoint::device {
namespace {

using testing::UnorderedElementsAre;

using Part = std::pair<std::int64_t, std::int64_t>;

std::vector<Part> parts_of(std::int64_t size, std::int64_t part) {
  std::mutex mutex;
  std::vector<Part> parts;
  for_each_part(size, part, [&](std::int64_t first, std::int64_t count) {
    const std::scoped_lock lock(mutex);
    parts.emplace_back(first, count);
  });
  return parts;
}

TEST(Parts, CoverEveryElementOnce) {
  for (const int threads : {1, 2, 3}) {
    set_threads(threads);
    EXPECT_THAT(parts_of(10, 4), UnorderedElementsAre(Part{0, 4}, Part{4, 4}, Part{8, 2}));
    EXPECT_THAT(parts_of(3, 4), UnorderedElementsAre(Part{0, 3}));
    EXPECT_THAT(parts_of(0, 4), UnorderedElementsAre());
  }
  set_threads(1);
}

/// A part waits until another thread has begun one, so this ends only if there are two threads.
TEST(Parts, AreTakenByAllThreads) {
  set_threads(2);
  std::mutex mutex;
  std::set<std::thread::id> ids;
  const auto count = [&] {
    const std::scoped_lock lock(mutex);
    return ids.size();
  };
  for_each_part(2, 1, [&](std::int64_t, std::int64_t) {
    {
      const std::scoped_lock lock(mutex);
      ids.insert(std::this_thread::get_id());
    }
    for (int wait = 0; wait < 10'000 && count() < 2; ++wait) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  });
  EXPECT_EQ(count(), 2u);
  set_threads(1);
}

}  // namespace
}  // namespace pinpoint::device
