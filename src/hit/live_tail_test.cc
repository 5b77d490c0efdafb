#include "hit/live_tail.h"

#include <gtest/gtest.h>

#include <thread>

namespace ballcone {
namespace {

constexpr int64_t kSecond_ns = 1'000'000'000;

LiveItem hit(const std::string& service, const std::string& path) {
  LiveHit one;
  one.service = service;
  one.path = path;
  return one;
}

std::string paths(const LiveTail::News& news) {
  std::string all;
  for (const LiveItemPtr& item : news.items) {
    const auto* one = std::get_if<LiveHit>(item.get());
    all += one ? one->path + " " : "drop ";
  }
  return all;
}

TEST(LiveTail, KeepsNothingWhileNobodyWatches) {
  LiveTail tail;
  EXPECT_FALSE(tail.is_watched(0));
  tail.publish({hit("blog", "/early")}, {{"blog", 1}});
  const auto watcher = tail.watch("");
  EXPECT_TRUE(tail.is_watched(0));
  LiveTail::Place place = watcher->now();
  const auto news = watcher->read(&place);
  EXPECT_EQ(news.items.size() + news.arrived + news.unseen, 0u);
}

TEST(LiveTail, GivesEachWatcherTheHitsOfItsService) {
  LiveTail tail;
  const auto blog = tail.watch("blog"), all = tail.watch("");
  LiveTail::Place blog_place = blog->now(), all_place = all->now();
  tail.publish({hit("blog", "/a"), hit("shop", "/b"), LiveDrop{.lines = 3}},
               {{"blog", 1}, {"shop", 1}});
  const auto of_blog = blog->read(&blog_place);
  EXPECT_EQ(paths(of_blog), "/a ");
  EXPECT_EQ(of_blog.arrived, 1u);
  const auto of_all = all->read(&all_place);
  EXPECT_EQ(paths(of_all), "/a /b drop ");
  EXPECT_EQ(of_all.arrived, 2u);
  EXPECT_EQ(of_all.unseen, 0u);
  EXPECT_EQ(paths(all->read(&all_place)), "");
}

// A reader that does not come by holds no memory, and is told what it has not seen.
TEST(LiveTail, CountsWhatASlowReaderHasMissed) {
  LiveTail tail({.items_max = 10});
  const auto watcher = tail.watch("blog");
  LiveTail::Place place = watcher->now();
  for (int i = 0; i < 1000; ++i)
    tail.publish({hit(i % 2 == 0 ? "blog" : "shop", "/" + std::to_string(i))},
                 {{i % 2 == 0 ? "blog" : "shop", 5}});
  const auto news = watcher->read(&place);
  EXPECT_EQ(paths(news), "/990 /992 /994 /996 /998 ");
  EXPECT_EQ(news.arrived, 2500u);
  EXPECT_EQ(news.unseen, 2495u);
}

TEST(LiveTail, LetsAReaderComeBackWhereItLeft) {
  LiveTail tail({.linger_ns = 30 * kSecond_ns});
  auto watcher = tail.watch("blog");
  LiveTail::Place place = watcher->now();
  watcher.reset();
  EXPECT_TRUE(tail.is_watched(100 * kSecond_ns));  // the first hit since it has gone
  tail.publish({hit("blog", "/between")}, {{"blog", 1}});
  EXPECT_TRUE(tail.is_watched(129 * kSecond_ns));
  watcher = tail.watch("blog");
  ASSERT_TRUE(watcher->knows(place));
  EXPECT_EQ(paths(watcher->read(&place)), "/between ");
  EXPECT_TRUE(tail.is_watched(200 * kSecond_ns));

  watcher.reset();
  EXPECT_TRUE(tail.is_watched(200 * kSecond_ns));
  EXPECT_FALSE(tail.is_watched(230 * kSecond_ns));
  tail.publish({hit("blog", "/unwatched")}, {{"blog", 1}});
  watcher = tail.watch("blog");
  EXPECT_FALSE(watcher->knows(place)) << "what came meanwhile is not known";
}

TEST(LiveTail, KnowsNoPlaceThatItHasNotGiven) {
  LiveTail tail, other;
  const auto watcher = tail.watch(""), elsewhere = other.watch("");
  EXPECT_FALSE(watcher->knows({}));
  EXPECT_FALSE(watcher->knows(elsewhere->now()));
  LiveTail::Place future = watcher->now();
  future.next += 1;
  EXPECT_FALSE(watcher->knows(future));
}

TEST(LiveTail, TurnsAwayWhoIsOneTooMany) {
  LiveTail tail({.watchers_max = 2});
  auto first = tail.watch(""), second = tail.watch("");
  EXPECT_EQ(tail.watch(""), nullptr);
  EXPECT_EQ(tail.watchers(), 2u);
  first.reset();
  EXPECT_NE(tail.watch(""), nullptr);
}

TEST(LiveTail, IsFilledAndReadFromManyThreads) {
  LiveTail tail({.items_max = 64});
  constexpr uint64_t kRounds = 2000, kWriters = 3;
  const auto keeper = tail.watch("");
  const LiveTail::Place begin = keeper->now();
  const auto write = [&] {
    for (uint64_t i = 0; i < kRounds; ++i) {
      EXPECT_TRUE(tail.is_watched(0));
      tail.publish({hit("blog", "/")}, {{"blog", 1}});
    }
  };
  const auto read = [&](uint64_t* arrived) {
    const auto watcher = tail.watch("blog");
    LiveTail::Place place = begin;
    while (*arrived < kRounds * kWriters) *arrived += watcher->read(&place).arrived;
  };
  uint64_t counts[2] = {};
  std::vector<std::jthread> threads;
  for (uint64_t i = 0; i < kWriters; ++i) threads.emplace_back(write);
  for (uint64_t& count : counts) threads.emplace_back([&read, &count] { read(&count); });
  threads.clear();
  EXPECT_EQ(counts[0], kRounds * kWriters);
  EXPECT_EQ(counts[1], kRounds * kWriters);
}

}  // namespace
}  // namespace ballcone
