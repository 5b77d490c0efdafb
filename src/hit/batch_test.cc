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

// A column that is forgotten in one of the two directions is missing in the copy.
TEST(HitBatch, GivesARowAsItWasAppended) {
  const Hit hit{.time_us = 1,
                .service = "a",
                .host = "b",
                .address = "c",
                .method = "d",
                .uri = "e",
                .protocol = "f",
                .scheme = "g",
                .content_type = "h",
                .referrer = "i",
                .user_agent = "j",
                .fetch_dest = "k",
                .purpose = "l",
                .cache_status = "m",
                .via = "n",
                .event = "o",
                .props = "p",
                .browser_facts = "q",
                .edge_location = "r",
                .status = 200,
                .bytes = 2,
                .generation_time_us = 3,
                .upstream_time_us = 4,
                .engaged_us = 5,
                .range_start = 6,
                .gpc = 1,
                .request_id = {7, 8},
                .import = 9};
  HitBatch batch;
  batch.append(Hit{.time_us = 0});
  batch.append(hit);
  EXPECT_EQ(to_string(batch.hit(1)), to_string(hit));
  EXPECT_EQ(to_string(batch.hit(0)), to_string(Hit{.time_us = 0}));
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
