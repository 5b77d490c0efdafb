#include "store/code_map.h"

#include <gtest/gtest.h>

namespace ballcone {
namespace {

uint64_t hash_of(uint32_t i) { return (i + 1) * 0x9e3779b97f4a7c15ULL; }

TEST(CodeMap, FindsWhatWasInserted) {
  CodeMap map(1000);
  for (uint32_t i = 1; i <= 500; ++i) map.insert(hash_of(i), i);
  for (uint32_t i = 1; i <= 500; ++i) EXPECT_EQ(map.find(hash_of(i)), i);
  EXPECT_EQ(map.find(hash_of(501)), 0U);
  EXPECT_TRUE(map.has_all());
  EXPECT_EQ(map.size(), 500U);
}

TEST(CodeMap, KnowsThatItHasForgotten) {
  CodeMap map(1000);
  for (uint32_t i = 1; i <= 1000; ++i) map.insert(hash_of(i), i);
  EXPECT_TRUE(map.has_all());
  map.insert(hash_of(1001), 1001);
  EXPECT_FALSE(map.has_all());
  EXPECT_EQ(map.find(hash_of(1)), 0U);
  EXPECT_EQ(map.find(hash_of(1001)), 1001U);
}

TEST(CodeMap, StaysWithinItsBound) {
  CodeMap map(10'000);
  for (uint32_t i = 1; i <= 1'000'000; ++i) {
    map.insert(hash_of(i), i);
    ASSERT_LE(map.size(), 10'000U);
  }
  EXPECT_LE(map.bytes(), 10'000U * 32);
}

TEST(CodeMap, KeepsWhatIsUsed) {
  CodeMap map(1000);
  map.insert(hash_of(1), 1);
  for (uint32_t i = 2; i <= 100'000; ++i) {
    map.insert(hash_of(i), i);
    if (i % 100 == 0) {
      ASSERT_EQ(map.find(hash_of(1)), 1U) << i;
    }
  }
}

TEST(CodeMap, IsEmptyAndCompleteAfterClear) {
  CodeMap map(2);
  for (uint32_t i = 1; i <= 10; ++i) map.insert(hash_of(i), i);
  map.clear();
  EXPECT_EQ(map.size(), 0U);
  EXPECT_TRUE(map.has_all());
  map.forget_all();
  EXPECT_FALSE(map.has_all());
}

}  // namespace
}  // namespace ballcone
