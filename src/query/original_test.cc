// The Python original's routes against plain SQL over the view of the service.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/time.h"
#include "derive/derive.h"
#include "query/answer.h"
#include "query/test_hits.h"

namespace ballcone {
namespace {

using Json = nlohmann::ordered_json;

const int64_t kNow_us = *parse_iso8601("2026-11-23T12:34:56Z");
constexpr int kDays = 5;

Store& test_store() {
  // Never closed: the engine uses variables of threads, which exit() has destroyed before statics.
  static Store* const kStore = [] {
    auto store = open_store({});
    CHECK(store.has_value());
    CHECK(prepare_derived(**store, {}, {}).has_value());
    for (uint64_t i = 0; i < 2; ++i) {
      HitBatch batch;
      const int64_t from_us = kNow_us - (8 - static_cast<int64_t>(i) * 4) * kDay_us;
      append_test_hits({from_us, 4 * kDay_us, 3'000, i + 1}, &batch);
      CHECK((*store)->append(batch).has_value());
    }
    // Bots by behaviour, and one whose rule is off.
    const auto judged = (*store)->transact([](Transaction& transaction) {
      return transaction
          .execute(
              "INSERT INTO derived.bots SELECT DISTINCT service, 0, visitor, 1 FROM data.hits "
              "WHERE bot = 0 AND visitor % 7 = 0")
          .and_then([&] {
            return transaction.execute(
                "INSERT INTO derived.pardoned SELECT code FROM data.text_bot WHERE bot = 'bot3'");
          });
    });
    CHECK(judged.has_value());
    return store->release();
  }();
  return *kStore;
}

// Rows of (date, …) of the last days of "order", a name that SQL has too, as the API's elements.
Json plain_elements(const std::string& select, std::initializer_list<const char*> names,
                    const std::string& group, const std::string& rest) {
  const std::string sql = fmt::format(
      "SELECT strftime(datetime, '%Y-%m-%d') AS date, {} FROM services.\"order\" WHERE "
      "datetime >= TIMESTAMP '2026-11-19' GROUP BY {} {}",
      select, group, rest);
  const auto table = test_store().query({sql, {}}, {.rows = 100'000});
  EXPECT_TRUE(table) << sql << table.error().message;
  if (!table) return {};
  Json elements = Json::array();
  for (const auto& row : table->rows) {
    Json element = {{"date", std::get<std::string>(row[0])}};
    size_t at = 1;
    for (const char* name : names) {
      std::string text;
      append_json_value(row[at++], &text);
      element[name] = Json::parse(text);
    }
    elements.push_back(element);
  }
  return elements;
}

TEST(OriginalCount, AgreesWithPlainSql) {
  for (const char* field : {"datetime", "host", "path", "status", "length", "generation_time",
                            "referer", "country_iso_code", "platform_name", "platform_version",
                            "browser_name", "browser_version", "is_robot"}) {
    const auto answer = original_count_json(test_store(), "order", field, kNow_us, kDays);
    ASSERT_TRUE(answer) << field << answer.error().message;
    const Json want = plain_elements(fmt::format("NULL, count(DISTINCT {})", field),
                                     {"group", "count"}, "1", "ORDER BY 1");
    EXPECT_EQ(Json::parse(*answer)["elements"].dump(), want.dump()) << field;
    EXPECT_EQ(want.size(), 5u);
  }
}

TEST(Original, TakesForRobotsWhoBehavesLikeOne) {
  const auto answer = original_count_group_json(test_store(), "order", "is_robot", {}, kNow_us, 1);
  ASSERT_TRUE(answer);
  const auto table = test_store().query(
      {"SELECT count(*) FILTER (bot = 0), count(*) FILTER (bot = 0 AND visitor % 7 = 0), "
       "count(*) FILTER (bot <> 0 AND bot NOT IN (SELECT bot FROM derived.pardoned)) "
       "FROM data.hits h JOIN data.text_service s ON s.code = h.service "
       "WHERE s.service = 'order' AND time >= TIMESTAMP '2026-11-23'",
       {}},
      {});
  const auto count = [&](size_t at) { return std::get<int64_t>(table->rows[0][at]); };
  int64_t robots = 0;
  const Json json = Json::parse(*answer);
  for (const Json& element : json["elements"]) {
    if (element["group"] == true) robots = element["count"].get<int64_t>();
  }
  EXPECT_GT(count(1), 0);
  EXPECT_LT(count(1), count(0));
  EXPECT_EQ(robots, count(1) + count(2));
}

TEST(OriginalCount, OfAddressesCountsVisitors) {
  const auto answer = original_count_json(test_store(), "order", "ip", kNow_us, 1);
  ASSERT_TRUE(answer);
  const auto table = test_store().query({"SELECT count(DISTINCT visitor) FROM main.hits WHERE "
                                         "service = 'order' AND time >= TIMESTAMP "
                                         "'2026-11-23'",
                                         {}},
                                        {});
  EXPECT_EQ(
      *answer,
      fmt::format(R"({{"table":"order","field":"ip","distinct":true,"ascending":null,)"
                  R"("group":null,"elements":[{{"date":"2026-11-23","group":null,"count":{}}}]}})",
                  std::get<int64_t>(table->rows[0][0])));
}

TEST(OriginalAverage, AgreesWithPlainSql) {
  for (const char* field : {"status", "length", "generation_time"}) {
    const auto answer = original_average_json(test_store(), "order", field, kNow_us, kDays);
    ASSERT_TRUE(answer) << field << answer.error().message;
    const Json json = Json::parse(*answer);
    EXPECT_EQ(json["table"], "order");
    EXPECT_EQ(json["field"], field);
    const Json want = plain_elements(fmt::format("avg({0}), sum({0}), count({0})", field),
                                     {"avg", "sum", "count"}, "1", "ORDER BY 1");
    ASSERT_EQ(json["elements"].size(), want.size());
    for (size_t i = 0; i < want.size(); ++i) {
      EXPECT_EQ(json["elements"][i]["date"], want[i]["date"]);
      EXPECT_EQ(json["elements"][i]["count"], want[i]["count"]);
      for (const char* name : {"avg", "sum"}) {
        EXPECT_NEAR(json["elements"][i][name].get<double>(), want[i][name].get<double>(), 1e-6);
      }
    }
  }
}

TEST(OriginalCountGroup, AgreesWithPlainSql) {
  const struct {
    const char* group;
    const char* distinct;
    bool is_ascending;
    int limit;
  } kRows[] = {
      {"status", "", false, 0},
      {"status", "", true, 0},
      {"path", "", false, 5},
      {"path", "referer", true, 3},
      {"browser_name", "", false, 2},
      {"country_iso_code", "path", false, 0},
      {"is_robot", "", false, 0},
      {"ip", "", false, 4},
      {"platform_name", "status", false, 0},
      {"browser_version", "browser_name", false, 5},
      {"length", "", false, 2},
      {"datetime", "", false, 1},
  };
  for (const auto& row : kRows) {
    Parameters parameters;
    if (*row.distinct) parameters.push_back({"distinct", row.distinct});
    if (row.is_ascending) parameters.push_back({"ascending", "1"});
    if (row.limit > 0) parameters.push_back({"limit", std::to_string(row.limit)});
    const auto answer =
        original_count_group_json(test_store(), "order", row.group, parameters, kNow_us, kDays);
    ASSERT_TRUE(answer) << row.group << answer.error().message;
    const std::string order =
        fmt::format("count {}, {} NULLS FIRST", row.is_ascending ? "ASC" : "DESC", row.group);
    const std::string count =
        *row.distinct ? fmt::format("count(DISTINCT {})", row.distinct) : "count(*)";
    const std::string limit =
        row.limit == 0
            ? ""
            : fmt::format("QUALIFY row_number() OVER (PARTITION BY date ORDER BY {}) <= {} ", order,
                          row.limit);
    const Json want = plain_elements(fmt::format("{}, {} AS count", row.group, count),
                                     {"group", "count"}, "1, 2", limit + "ORDER BY date, " + order);
    const Json json = Json::parse(*answer);
    EXPECT_EQ(json["elements"].dump(), want.dump()) << row.group;
    EXPECT_EQ(json["distinct"], *row.distinct != '\0');
    EXPECT_EQ(json["ascending"], row.is_ascending);
    EXPECT_EQ(json["group"], row.group);
  }
}

TEST(OriginalCountGroup, CountsVisitorsByGroup) {
  const auto answer = original_count_group_json(test_store(), "order", "browser_name",
                                                {{"distinct", "ip"}, {"limit", "1"}}, kNow_us, 1);
  ASSERT_TRUE(answer);
  const auto table = test_store().query(
      {"SELECT browser, count(DISTINCT visitor) FROM main.hits WHERE service = 'order' AND time >= "
       "TIMESTAMP '2026-11-23' GROUP BY ALL ORDER BY 2 DESC, 1 NULLS FIRST LIMIT 1",
       {}},
      {});
  const Json json = Json::parse(*answer);
  EXPECT_EQ(json["field"], "ip");
  EXPECT_EQ(json["elements"][0]["group"], std::get<std::string>(table->rows[0][0]));
  EXPECT_EQ(json["elements"][0]["count"], std::get<int64_t>(table->rows[0][1]));
}

TEST(Original, SaysWhatIsWrong) {
  Store& store = test_store();
  const auto field_of = [](const Result<std::string>& answer) {
    return answer ? "none" : answer.error().field;
  };
  EXPECT_EQ(field_of(original_count_json(store, "nobody", "path", kNow_us, 1)), "service");
  EXPECT_EQ(field_of(original_count_json(store, "", "path", kNow_us, 1)), "service");
  EXPECT_EQ(field_of(original_count_json(store, "order", "pth", kNow_us, 1)), "field");
  EXPECT_EQ(field_of(original_average_json(store, "order", "path", kNow_us, 1)), "field");
  EXPECT_EQ(field_of(original_count_group_json(store, "order", "x'; --", {}, kNow_us, 1)), "field");
  const Parameters kBad[] = {{{"distinct", "nothing"}}, {{"limit", "-1"}}, {{"limit", "ten"}}};
  for (const Parameters& parameters : kBad) {
    EXPECT_NE(field_of(original_count_group_json(store, "order", "path", parameters, kNow_us, 1)),
              "none");
  }
}

}  // namespace
}  // namespace ballcone
