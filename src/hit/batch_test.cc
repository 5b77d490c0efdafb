#include "hit/batch.h"

#include <gtest/gtest.h>

#include <set>

namespace ballcone {
namespace {

TEST(StringColumn, CodesEachDistinctTextOnce) {
  Arena arena;
  StringColumn column;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 1000; ++i) column.append(std::to_string(i), arena);
  }
  column.append("", arena);
  EXPECT_EQ(column.distinct().size(), 1001u);
  EXPECT_EQ(column.at(0), "0");
  EXPECT_EQ(column.at(2999), "999");
  EXPECT_EQ(column.codes()[7], column.codes()[1007]);
  EXPECT_EQ(column.codes().back(), 0u);
}

TEST(HitBatch, ShowsWhatWasAppendedAndNothingElse) {
  HitBatch batch;
  Hit hit;
  hit.time_us = 1'000'000;
  hit.service = "example";
  hit.status = 404;
  batch.append(hit);
  EXPECT_EQ(to_string(batch), "time=1970-01-01T00:00:01Z status=404 service=example\n");
  batch.clear();
  EXPECT_EQ(to_string(batch), "");
}

TEST(HitBatch, RefusesColumnsOfDifferentLength) {
  HitBatch batch;
  batch.append(Hit{.time_us = 1});
  EXPECT_DEATH(batch.check_lengths(), "expected 1 values in column visitor, got 0");
}

TEST(Columns, HaveEachNameOnceAndAttributesAfterTheirText) {
  std::set<std::string> names;
  for_each_column([&](const auto& row) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    if (row.role == Role::attribute) {
      bool is_known = false;
      for_each_column([&](const auto& other) {
        if constexpr (std::is_same_v<decltype(other.data), StringColumn HitBatch::*>) {
          if (other.data == row.of && names.contains(other.name)) is_known = true;
        }
      });
      EXPECT_TRUE(is_known) << row.name;
    }
  });
}

}  // namespace
}  // namespace ballcone
