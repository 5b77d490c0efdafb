#include "derive/deriver.h"

#include <gtest/gtest.h>

#include "base/time.h"
#include "hit/batch.h"

namespace ballcone {
namespace {

void append(Store& store, int hits) {
  HitBatch batch;
  for (int i = 0; i < hits; ++i) {
    Hit hit;
    hit.time_us = days_of_civil(2026, 11, 23) * kDay_us + i * kSecond_us;
    hit.service = "example";
    batch.append(hit);
    batch.kind.append("page", batch.arena);
    batch.visitor.push_back(7);
  }
  for_each_column([&](const auto& row) {
    auto& column = batch.*row.data;
    const size_t wanted =
        row.role == Role::attribute ? (batch.*row.of).distinct().size() : batch.rows();
    while (column.size() < wanted) {
      if constexpr (std::is_same_v<std::decay_t<decltype(column)>, StringColumn>)
        column.append("", batch.arena);
      else if constexpr (std::is_same_v<std::decay_t<decltype(column)>, NumberColumn<RequestId>>)
        column.push_back({});
      else
        column.push_back(kAbsent<typename std::decay_t<decltype(column)>::value_type>);
    }
  });
  ASSERT_TRUE(store.append(batch));
}

int64_t views(Store& store) {
  const auto table = store.query({"SELECT count(*) FROM derived.page_views", {}}, {});
  return table ? std::get<int64_t>(table->rows.at(0).at(0)) : -1;
}

TEST(Deriver, FinishesWhatHasChanged) {
  auto store = std::move(open_store({.threads = 1}).value());
  const std::atomic<bool> is_cancelled = false;
  Deriver deriver(*store, {}, {}, 3'600);
  DeriveFigures figures;
  append(*store, 3);
  ASSERT_TRUE(deriver.finish(is_cancelled, &figures));
  EXPECT_EQ(views(*store), 3);
  EXPECT_EQ(figures.days, 1U);
  append(*store, 2);
  ASSERT_TRUE(deriver.finish(is_cancelled, &figures));
  EXPECT_EQ(views(*store), 5);
  EXPECT_EQ(deriver.stats().pending_days, 0U);
  EXPECT_EQ(deriver.stats().failures, 0U);
}

TEST(Deriver, WaitsForItsPeriodAndStopsAtOnce) {
  auto store = std::move(open_store({.threads = 1}).value());
  append(*store, 3);
  Deriver deriver(*store, {}, {}, 3'600);
  while (deriver.stats().pending_days == 0) std::this_thread::yield();
  deriver.stop();
  EXPECT_EQ(views(*store), 0);
  EXPECT_EQ(deriver.stats().derived_days, 0U);
}

}  // namespace
}  // namespace ballcone
