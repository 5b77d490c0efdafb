#include "store/ownstats.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "store/edge_locations.h"
#include "store/test_hits.h"

namespace ballcone {
namespace {

// The row's other columns are filled by append_test_hit().
std::unique_ptr<Store> store_with(const std::vector<TestHit>& hits, std::string_view via,
                                  std::string_view edge) {
  auto store = open_store({.threads = 2}).value();
  HitBatch batch;
  fill_batch(hits, &batch);
  batch.via.clear();
  batch.edge_location.clear();
  batch.cache_status.clear();
  for (size_t i = 0; i < hits.size(); ++i) {
    batch.via.append(i == 0 ? "" : via, batch.arena);
    batch.edge_location.append(edge, batch.arena);
    batch.cache_status.append("REFRESHHIT", batch.arena);
  }
  EXPECT_TRUE(store->append(batch));
  return store;
}

TEST(EdgeLocations, AreInOrderAndEachOnce) {
  EXPECT_TRUE(std::is_sorted(std::begin(kEdgeLocations), std::end(kEdgeLocations),
                             [](const EdgeLocation& a, const EdgeLocation& b) {
                               return std::string(a.prefix) < b.prefix;
                             }));
  std::set<std::string> prefixes;
  for (const EdgeLocation& edge : kEdgeLocations) {
    EXPECT_TRUE(prefixes.insert(edge.prefix).second) << edge.prefix;
    EXPECT_EQ(std::string(edge.prefix).size(), 3u);
    for (const char* text : {edge.city, edge.state, edge.country})
      EXPECT_EQ(std::string(text).find('\''), std::string::npos) << text;
  }
  EXPECT_GE(prefixes.size(), 107u);
}

TEST(EdgeLocations, AreAskedForInSql) {
  const auto store = open_store({}).value();
  EXPECT_EQ(
      console(*store, "SELECT * FROM edge_locations WHERE prefix IN ('FRA', 'PRG') ORDER BY 1"),
      "FRA|Frankfurt am Main|Hesse|Germany|50.0365|8.5613\n"
      "PRG|Prague|NULL|Czechia|50.1008|14.26\n");
}

TEST(AccessLogs, AreTheRequestsOfLogsInCloudFrontsWords) {
  const auto store =
      store_with({{.path = "/a", .bot = "GPTBot"}, {.path = "/b"}}, "script", "FRA2");
  EXPECT_EQ(console(*store,
                    "SELECT date::VARCHAR, time::VARCHAR, location, bytes, request_ip, uri, status,"
                    " useragent, result_type, time_taken, service FROM access_logs"),
            "2026-11-23|00:00:00|FRA2|512|192.0.2.0|/a|200|Firefox/143.0|RefreshHit|0.0015|"
            "example\n");
  EXPECT_EQ(console(*store,
                    "SELECT typeof(cookie), typeof(port), typeof(time_to_first_byte), cookie, port"
                    " FROM access_logs"),
            "VARCHAR|INTEGER|DOUBLE|NULL|NULL\n");
  EXPECT_EQ(console(*store, "SELECT count(*) FROM access_logs"), "1\n");
  EXPECT_EQ(console(*store,
                    "SELECT e.city FROM access_logs a JOIN edge_locations e ON e.prefix ="
                    " left(a.location, 3)"),
            "Frankfurt am Main\n");
}

// Its view stands in for the list where its name is asked for, and nowhere else.
TEST(OwnstatsViews, AreNoneTheWorseForAServiceOfTheirName) {
  const auto store = store_with({{.service = "edge_locations"}}, "", "FRA2");
  EXPECT_EQ(console(*store, "SELECT count(*) FROM edge_locations WHERE path = '/'"), "1\n");
  EXPECT_EQ(console(*store,
                    "SELECT (SELECT count(*) FROM edge_locations) AS hits,"
                    " count(edge_city) AS places FROM page_views"),
            "1|0\n");
  EXPECT_EQ(console(*store, "SELECT count(*) > 100 FROM main.edge_locations"), "true\n");
}

}  // namespace
}  // namespace ballcone
