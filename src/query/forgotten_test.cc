// Questions over days whose hits are no longer kept say so.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/time.h"
#include "derive/derive.h"
#include "query/answer.h"
#include "query/test_hits.h"

namespace ballcone {
namespace {

TEST(Forgotten, DaysAreToldWhereTheyAreAskedFor) {
  const int64_t now_us = *parse_iso8601("2026-11-23T12:34:56Z");
  auto store = std::move(open_store({.threads = 1}).value());
  const auto ask = [&](const std::string& body) {
    const auto text = query_json(*store, body, now_us);
    EXPECT_TRUE(text) << text.error().message;
    return nlohmann::json::parse(text.value_or("{}"));
  };
  for (const int64_t days_ago : {20, 1}) {
    HitBatch batch;
    append_test_hits({now_us - days_ago * kDay_us, kDay_us / 4, 200, 1}, &batch);
    ASSERT_TRUE(store->append(batch));
  }
  const std::string filtered =
      R"({"service":"blog","metrics":["visits"],"filters":[["is","path","/"],["is","channel","Direct"]],"range":)";
  const std::string of_hits = R"({"service":"blog","metrics":["hits"],"by":["scheme"],"range":)";
  const std::string plain = R"({"service":"blog","metrics":["visits"],"range":)";
  ASSERT_TRUE(derive_changed(*store, {}));
  EXPECT_FALSE(ask(filtered + R"("30d"})").contains("forgotten_before"));

  ASSERT_EQ(forget_old(*store, {}, {.keep_hits_days = 10}, now_us).value_or(0) > 0, true);
  EXPECT_EQ(ask(filtered + R"("30d"})").value("forgotten_before", ""), "2026-11-04");
  EXPECT_EQ(ask(of_hits + R"("30d"})").value("forgotten_before", ""), "2026-11-04");
  EXPECT_FALSE(ask(filtered + R"("7d"})").contains("forgotten_before"));
  EXPECT_FALSE(ask(plain + R"("30d"})").contains("forgotten_before"));
  const auto compared = ask(filtered + R"("14d","compare":"previous"})");
  EXPECT_FALSE(compared.contains("forgotten_before"));
  EXPECT_EQ(compared.at("compare").value("forgotten_before", ""), "2026-11-04");
}

}  // namespace
}  // namespace ballcone
