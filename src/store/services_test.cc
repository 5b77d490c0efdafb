#include "store/services.h"

#include <gtest/gtest.h>

#include "store/test_hits.h"

namespace ballcone {
namespace {

TEST(ServicesTable, KeepsWhatAPersonHasSaid) {
  auto store = open_store({});
  ASSERT_TRUE(store) << store.error().message;
  EXPECT_TRUE(read_services(**store)->empty());
  ServiceSettings blog{.name = "blog",
                       .hosts = {"blog.example", "*.blog.example"},
                       .time_zone = "Europe/Berlin",
                       .key = "k",
                       .server_key = "s",
                       .address = AddressPolicy::none,
                       .keeps_query = false,
                       .honours_gpc = true};
  ASSERT_TRUE(write_service(**store, blog));
  ASSERT_TRUE(write_service(**store, {.name = "a'\"; DROP"}));
  EXPECT_EQ(read_services(**store)->at(1), blog);
  blog.hosts = {};
  ASSERT_TRUE(write_service(**store, blog));
  EXPECT_EQ(read_services(**store)->size(), 2u);
  EXPECT_EQ(read_services(**store)->at(1), blog);
  EXPECT_TRUE(*remove_service(**store, "blog"));
  EXPECT_FALSE(*remove_service(**store, "blog"));
  EXPECT_EQ(read_services(**store)->size(), 1u);
}

TEST(ServicesTable, IsNobodysToReadInSql) {
  auto store = open_store({});
  ASSERT_TRUE(store);
  EXPECT_TRUE(console(**store, "SELECT * FROM data.services").starts_with("error: "));
}

TEST(ServicesTable, KnowsTheHostsOfLogsAndTheIdsOfServers) {
  auto store = open_store({});
  ASSERT_TRUE(store);
  const int64_t now_us = days_of_civil(2026, 11, 24) * kDay_us;
  HitBatch batch;
  for (int i = 0; i < 300; ++i) {
    Hit hit;
    hit.time_us = now_us - (i == 299 ? 8 * kDay_us : kDay_us);
    hit.service = "blog";
    hit.host = i == 0 ? "evil.example" : i == 299 ? "old.example" : "blog.example";
    if (i == 1) {
      hit.host = "server.example";
      hit.via = "server";
      hit.request_id = {0xffff'0000'0000'0001, 0xfedc'ba98'7654'3210};
    }
    batch.append(hit);
  }
  for_each_column([&](const auto& row) {
    auto& column = batch.*row.data;
    const size_t rows =
        row.role == Role::attribute ? (batch.*row.of).distinct().size() : batch.rows();
    if constexpr (std::is_same_v<std::decay_t<decltype(column)>, StringColumn>)
      while (column.size() < rows) column.append("", batch.arena);
    else if constexpr (!std::is_same_v<std::decay_t<decltype(column)>, NumberColumn<RequestId>>)
      while (column.size() < rows)
        column.push_back(kAbsent<typename std::decay_t<decltype(column)>::value_type>);
  });
  ASSERT_TRUE((*store)->append(batch));
  const auto hosts = read_log_hosts(**store, now_us);
  ASSERT_TRUE(hosts) << hosts.error().message;
  ASSERT_EQ(hosts->size(), 1u);
  EXPECT_EQ(hosts->at(0).service + " " + hosts->at(0).host, "blog blog.example");
  const auto ids = read_server_ids(**store, 10);
  ASSERT_TRUE(ids) << ids.error().message;
  EXPECT_EQ(*ids, std::vector<uint64_t>{0xfedc'ba98'7654'3210});
}

}  // namespace
}  // namespace ballcone
