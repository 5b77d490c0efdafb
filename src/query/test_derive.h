// Page views, visits and totals of made hits, written as plainly as their definitions: what the
// questions' answers are made of in this room's tests, and nothing that the program itself runs.
#pragma once

#include <fmt/format.h>

#include <string>

#include "base/check.h"
#include "derive/tables.h"
#include "store/store.h"

namespace ballcone {

class TestDeriver {
 public:
  // `local`: SQL that makes a service's local time of `h.time`.
  TestDeriver(Transaction& transaction, std::string local)
      : transaction_(transaction), local_(std::move(local)) {}

  void run() {
    make_bots();
    make_page_views();
    make_visits();
    for (const Totals& table : totals())
      table.family == Family::views  ? make_views(table)
      : table.family == Family::hits ? make_hits(table)
                                     : make_times(table);
    execute(
        "INSERT INTO derived.days BY NAME SELECT service, day, min(time) AS from_time, max(time) "
        "AS "
        "to_time, count(*) AS hits FROM test_hits GROUP BY ALL");
  }

 private:
  void execute(const std::string& sql) {
    const auto done = transaction_.execute(sql);
    if (!done) fmt::print(stderr, "{}\n{}\n", sql, done.error().message);
    CHECK(done.has_value());
  }

  // One visitor in 90 behaves like a bot; one bot's rule is off.
  void make_bots() {
    const std::string day = fmt::format("({})::DATE - DATE '1970-01-01'", local_);
    execute("INSERT INTO derived.pardoned SELECT code FROM data.text_bot WHERE bot = 'bot5'");
    execute(
        "INSERT INTO derived.bots SELECT DISTINCT h.service, " + day +
        ", h.visitor, (SELECT min(code) FROM data.text_bot WHERE bot = 'bot6') FROM data.hits h "
        "WHERE h.visitor % 90 = 0");
    execute(
        "CREATE OR REPLACE TEMP TABLE test_hits AS SELECT *, bot <> 0 AS is_bot FROM (SELECT h.* "
        "EXCLUDE (bot), " +
        day + " AS day, hour(" + local_ +
        ") AS hour, CASE WHEN h.bot IN (SELECT bot FROM derived.pardoned) THEN "
        "coalesce(b.bot, 0) ELSE h.bot END AS bot FROM data.hits h LEFT JOIN derived.bots b ON "
        "b.visitor = h.visitor AND b.service = h.service AND b.day = " +
        day + ")");
  }

  void make_page_views() {
    execute(
        "CREATE OR REPLACE TEMP TABLE test_views AS WITH v AS (SELECT * EXCLUDE (visitor), "
        "coalesce(visitor, 0) AS visitor, row_number() OVER () AS rn FROM test_hits WHERE NOT "
        "is_bot "
        "AND purpose = 0 AND kind = (SELECT code FROM data.text_kind WHERE kind = 'page')),\n"
        "n AS (SELECT *, lag(time) OVER (PARTITION BY service, day, visitor ORDER BY time, rn) AS "
        "before FROM v),\n"
        "c AS (SELECT *, CASE WHEN visitor = 0 THEN 0 ELSE 1 + sum(CASE WHEN time - before >= "
        "INTERVAL 30 MINUTE THEN 1 ELSE 0 END) OVER (PARTITION BY service, day, visitor ORDER BY "
        "time, rn) END AS visit, CASE WHEN visitor = 0 THEN rn ELSE 0 END AS alone FROM n)\n"
        "SELECT service, day, time, visitor, visit, host, path, first(path) OVER w AS entry_path, "
        "last(path) OVER w AS exit_path, first(query) OVER w AS query, first(referrer) OVER w AS "
        "referrer, first(channel) OVER w AS channel, user_agent, address, address AS place, hour, "
        "rn FROM c WINDOW w "
        "AS (PARTITION BY service, day, visitor, visit, alone ORDER BY time, rn ROWS BETWEEN "
        "UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)");
    execute(
        "INSERT INTO derived.page_views BY NAME SELECT * EXCLUDE (hour, rn) FROM test_views "
        "ORDER BY service, day, visitor, time");
  }

  void make_visits() {
    execute(
        "INSERT INTO derived.visits BY NAME SELECT service, day, visitor, visit, min(time) AS "
        "start, "
        "(epoch_us(max(time)) - epoch_us(min(time))) // 1000000 AS duration_s, count(*) AS views, "
        "count(*) = 1 AS is_bounce, arg_min(host, rn) AS host, any_value(entry_path) AS "
        "entry_path, "
        "any_value(exit_path) AS exit_path, any_value(query) AS query, any_value(referrer) AS "
        "referrer, any_value(channel) AS channel, any_value(user_agent) AS user_agent, "
        "any_value(address) AS address, any_value(place) AS place FROM test_views WHERE visitor <> "
        "0 GROUP BY service, day, "
        "visitor, visit");
  }

  // The smallest code with the same attributes.
  static std::string key(const TotalsKey& key, std::string_view rows) {
    const std::string column = fmt::format("{}.{}", rows, key.column);
    if (key.attributes.empty()) return column;
    return fmt::format(
        "(SELECT rep FROM (SELECT code, min(code) OVER (PARTITION BY {}) AS rep FROM data.text_{}) "
        "r WHERE r.code = {})",
        fmt::join(key.attributes, ", "), key.text, column);
  }
  static std::string keys(const Totals& table, std::string_view rows) {
    std::string list;
    for (const TotalsKey& one : table.keys)
      list += fmt::format("{} AS {}, ", key(one, rows), one.column);
    return list;
  }

  void make_views(const Totals& table) {
    execute(fmt::format(
        "INSERT INTO derived.{} BY NAME SELECT p.service, p.day, {} count(DISTINCT "
        "nullif(p.visitor, 0)) AS visitors, count(DISTINCT (p.visitor, p.visit)) FILTER (p.visitor "
        "> 0) AS visits, count(*) AS page_views, count(DISTINCT (p.visitor, p.visit)) FILTER "
        "(v.is_bounce) AS bounces, coalesce(list_sum(list_transform(list_distinct(list((p.visitor, "
        "p.visit, v.duration_s)) FILTER (p.visitor > 0)), x -> x[3])), 0) AS duration_s FROM "
        "test_views p LEFT JOIN derived.visits v USING (service, day, visitor, visit) GROUP BY ALL",
        table.name, keys(table, "p")));
  }

  void make_hits(const Totals& table) {
    execute(fmt::format(
        "INSERT INTO derived.{} BY NAME SELECT h.service, h.day, {} h.is_bot, count(*) AS hits, "
        "coalesce(sum(bytes), 0) AS bytes, count(generation_time_us) AS timed, "
        "coalesce(sum(generation_time_us), 0) AS time_us, count(h.status) AS answered, "
        "count(*) FILTER (h.status BETWEEN 400 AND 499) AS errors_4xx, count(*) FILTER (h.status "
        ">= "
        "500) AS errors_5xx, count(*) FILTER (h.status = 404) AS not_found, count(*) FILTER "
        "(h.cache_status <> 0) AS cache_asked, count(*) FILTER (c.cache_status IN ('HIT', "
        "'STALE')) "
        "AS cache_hits FROM test_hits h LEFT JOIN data.text_cache_status c ON c.code = "
        "h.cache_status GROUP BY ALL",
        table.name, keys(table, "h")));
  }

  void make_times(const Totals& table) {
    execute(fmt::format(
        "INSERT INTO derived.{} BY NAME SELECT h.service, h.day, {} h.is_bot, {} AS bucket, "
        "count(*) AS hits FROM test_hits h WHERE generation_time_us IS NOT NULL GROUP BY ALL",
        table.name, keys(table, "h"), time_bucket_sql("generation_time_us")));
  }

  Transaction& transaction_;
  const std::string local_;
};

// Tables that the store does not make itself.
inline std::string create_test_totals() {
  std::string sql =
      "CREATE TABLE IF NOT EXISTS derived.days (service UINTEGER, day INTEGER, from_time "
      "TIMESTAMP, "
      "to_time TIMESTAMP, hits UBIGINT, settings VARCHAR, has_hits BOOLEAN DEFAULT true);"
      "CREATE OR REPLACE TABLE derived.places AS FROM data.text_address;";
  for (const Totals& table : totals()) {
    sql += fmt::format("CREATE TABLE IF NOT EXISTS derived.{} (service UINTEGER, day INTEGER",
                       table.name);
    for (const TotalsKey& key : table.keys) sql += fmt::format(", {} UINTEGER", key.column);
    if (table.family != Family::views) sql += ", is_bot BOOLEAN";
    if (table.family == Family::times) sql += ", bucket USMALLINT";
    for (const std::string_view measure : measures(table.family))
      sql += fmt::format(", {} BIGINT", measure);
    sql += ");";
  }
  return sql;
}

inline void derive_test_hits(Store& store, const std::string& local = "h.time") {
  const auto done = store.transact([&](Transaction& transaction) -> Result<void> {
    std::string sql = create_test_totals();
    for (size_t end; (end = sql.find(';')) != sql.npos; sql.erase(0, end + 1)) {
      if (auto made = transaction.execute(sql.substr(0, end)); !made) return made;
    }
    TestDeriver(transaction, local).run();
    return {};
  });
  if (!done) fmt::print(stderr, "{}\n", done.error().message);
  CHECK(done.has_value());
}

}  // namespace ballcone
