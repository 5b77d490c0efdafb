#include "derive/sql.h"

#include <fmt/format.h>

#include <algorithm>

#include "derive/page_columns.h"
#include "derive/shape.h"

namespace ballcone {
namespace {

// Columns of a visit, of its first page view; path is apart.
constexpr std::string_view kOfFirst[] = {"host",    "query",      "referrer",
                                         "channel", "user_agent", "address"};

std::string of_view(std::string_view rows) {
  return fmt::format("{}, {}, {}.is_confirmed", prefixed(kOfView, rows), prefixed(kOfScript, rows),
                     rows);
}
// The same of a row of data.hits h by itself.
std::string of_hit(const DaySql& day) {
  return fmt::format("{}, {}, {} AS is_confirmed", prefixed(kOfView, "h"), prefixed(kOfScript, "h"),
                     day.has_script ? fmt::format("h.via = {}", day.script) : "false");
}

constexpr int64_t kDayUs = 86'400'000'000;

std::string timestamp(int64_t us) { return fmt::format("make_timestamp({})", us); }

std::string hour_sql(const DaySql& day) {
  return fmt::format("CAST((epoch_us(h.time) + {}) % {} // 3600000000 AS UTINYINT)", day.offset,
                     kDayUs);
}

bool is_by_place(const Totals& totals) {
  return std::any_of(totals.keys.begin(), totals.keys.end(),
                     [](const TotalsKey& key) { return key.is_place(); });
}

// What an address stands for, of rows called h.
constexpr const char* kPlace = "coalesce(s_address.same, h.address)";
constexpr const char* kJoinPlaces =
    "\nLEFT JOIN temp.main.d_places s_address ON s_address.code = h.address";

// Of a code, the smallest that has the same attributes among those that `table` has.
std::string join_same(const TotalsKey& key, std::string_view table) {
  return fmt::format(
      "\nLEFT JOIN (SELECT code, min(code) OVER (PARTITION BY {0}) AS same FROM data.text_{1}"
      " WHERE code IN (SELECT {2} FROM {3})) s_{2} ON s_{2}.code = h.{2}",
      fmt::join(key.attributes, ", "), key.text, key.column, table);
}

std::string names(const Totals& totals, std::string_view prefix = "") {
  std::string sql;
  for (const TotalsKey& key : totals.keys) sql += fmt::format("{}{}, ", prefix, key.column);
  return sql;
}

// What a measure of hits is a sum of: a number per hit, and which hits count.
struct HitsMeasure {
  std::string_view number;  // "": one
  std::string_view condition;
};
constexpr HitsMeasure kHits[] = {
    {"", ""},
    {"h.bytes", "h.bytes IS NOT NULL"},
    {"", "h.generation_time_us IS NOT NULL"},
    {"h.generation_time_us", "h.generation_time_us IS NOT NULL"},
    {"", "h.status IS NOT NULL"},
    {"", "h.status BETWEEN 400 AND 499"},
    {"", "h.status >= 500"},
    {"", "h.status = 404"},
    {"", "h.cache_status <> 0"},
    {"",
     "h.cache_status IN (SELECT code FROM data.text_cache_status WHERE upper(cache_status) IN"
     " ('HIT', 'STALE', 'UPDATING', 'REVALIDATED'))"},
};

std::string weighted(const HitsMeasure& measure, bool is_of_part) {
  const std::string filter =
      measure.condition.empty() ? "" : fmt::format(" FILTER ({})", measure.condition);
  if (measure.number.empty()) {
    if (!is_of_part) return "count(*)" + filter;
    return fmt::format("coalesce(sum(h.w){}, 0)", filter);
  }
  return fmt::format("coalesce(sum({}{}){}, 0)", is_of_part ? "h.w * " : "", measure.number,
                     filter);
}

std::string bot_now(const DaySql& day) {
  return fmt::format("CASE WHEN h.bot IN ({}) THEN coalesce(b.bot, 0) ELSE h.bot END",
                     fmt::join(day.pardoned, ", "));
}

std::string from_hits(const DaySql& day, const Totals& totals, bool is_of_part) {
  const bool is_timed = totals.family == Family::times;
  const char* timed = "h.generation_time_us IS NOT NULL";
  if (is_of_part)
    return fmt::format("FROM temp.main.d_hits h{}{}", is_timed ? " WHERE " : "",
                       is_timed ? timed : "");
  return fmt::format(
      "FROM data.hits h LEFT JOIN (SELECT visitor, bot FROM derived.bots WHERE {}) b"
      " ON b.visitor = h.visitor{}\nWHERE {}{}{}",
      rows_of_day(day), is_by_place(totals) ? kJoinPlaces : "", hits_of_day(day),
      is_timed ? " AND " : "", is_timed ? timed : "");
}

std::string hits_key(const DaySql& day, const TotalsKey& key, bool is_of_part) {
  if (is_of_part) return fmt::format("h.{}", key.column);
  if (key.column == "hour") return hour_sql(day);
  if (key.column == "bot") return bot_now(day);
  if (key.is_place()) return kPlace;
  return fmt::format("h.{}", key.column);
}

// Of hits as they are, or as d_hits has them.
constexpr const char* kHitColumns =
    "h.host, h.path, h.query, h.referrer, h.channel, h.kind, h.user_agent, h.status, h.method, "
    "h.protocol,"
    " h.cache_status, h.bytes, h.generation_time_us";

}  // namespace

std::string hits_of_day(const DaySql& day) {
  return fmt::format("h.service = {} AND h.time >= {} AND h.time < {}", day.service,
                     timestamp(day.from_us), timestamp(day.to_us));
}

std::string rows_of_day(const DaySql& day) {
  return fmt::format("service = {} AND day = {}", day.service, day.day);
}

// A zone's clock is changed once in a day at most, and not twice within an hour.
std::string offset_sql(const TimeZone& zone, int64_t from_us, int64_t to_us) {
  constexpr int64_t kHour_us = 3'600'000'000;
  const auto positive = [](int64_t offset) { return offset < 0 ? offset + kDayUs : offset; };
  std::string cases;
  int64_t offset = zone.offset_us(from_us);
  for (int64_t at = from_us; at < to_us; at += kHour_us) {
    const int64_t end = std::min(at + kHour_us, to_us);
    const int64_t next = zone.offset_us(end - 1);
    if (next == offset) continue;
    int64_t low = at - 1;  // has `offset`, as what came before
    int64_t high = end - 1;
    while (high - low > 1) {
      const int64_t middle = low + (high - low) / 2;
      (zone.offset_us(middle) == offset ? low : high) = middle;
    }
    cases += fmt::format(" WHEN h.time < {} THEN {}", timestamp(high), positive(offset));
    offset = next;
  }
  if (cases.empty()) return fmt::to_string(positive(offset));
  return fmt::format("CASE{} ELSE {} END", cases, positive(offset));
}

std::vector<std::string> derived_tables() {
  std::vector<std::string> tables = {"bots", "page_views", "visits"};
  for (const Shape& shape : derived_shapes()) tables.push_back(shape.table);
  return tables;
}

std::vector<std::string> make_places(const DaySql& day, const std::string& condition) {
  const std::string attributes = fmt::format("{}", fmt::join(place_attributes(), ", "));
  return {fmt::format("CREATE OR REPLACE TEMP TABLE d_places AS\n"
                      "SELECT code, min(code) OVER (PARTITION BY {0}) AS same, {0}"
                      " FROM data.text_address WHERE code IN (SELECT h.address FROM data.hits h"
                      " WHERE {1} AND {2})",
                      attributes, hits_of_day(day), condition),
          fmt::format("INSERT INTO derived.places SELECT code, {} FROM temp.main.d_places WHERE"
                      " code = same AND code NOT IN (SELECT code FROM derived.places)",
                      attributes)};
}

namespace {

// What d_seen is made of: without a script, hits as they are.
std::string pages_sql(const DaySql& day, const std::string& condition) {
  if (!day.has_script)
    return fmt::format(
        "SELECT {}, {}, h.visitor FROM data.hits h WHERE {} AND h.visitor > 0 AND {} AND {}",
        kPageColumns, of_hit(day), hits_of_day(day), is_page_view(day), condition);
  return fmt::format(
      "SELECT {}, {}, coalesce(s.browser_facts, h.browser_facts) AS browser_facts,"
      " coalesce(s.props, h.props) AS props,"
      " coalesce(nullif(h.edge_location, 0), s.edge_location, 0) AS edge_location,"
      " s.log IS NOT NULL OR h.via = {} AS is_confirmed,"
      " h.visitor FROM temp.main.d_pages h LEFT JOIN temp.main.d_pairs s ON s.log = h.id"
      " WHERE h.id NOT IN (SELECT script FROM temp.main.d_pairs)",
      kPageColumns, prefixed(kOfView, "h"), day.script);
}

}  // namespace

// A visit begins where there was nothing before, or nothing for as long as the gap. Rows of equal
// time are peers and so of the same visit, in whatever order the window has them.
std::vector<std::string> make_visits(const DaySql& day, const std::string& condition) {
  std::string first;
  for (const std::string_view column : kOfFirst)
    first += fmt::format(", max({0}) FILTER (is_first) AS {0}", column);
  return {
      fmt::format(
          "CREATE OR REPLACE TEMP TABLE d_seen AS\n"
          "SELECT *, CAST(sum(CAST(is_first AS INTEGER)) OVER (PARTITION BY visitor ORDER BY time)"
          " AS UINTEGER) AS visit FROM (\n"
          "SELECT *, coalesce(epoch_us(time) - epoch_us(before), {0}) >= {0} AS is_first,"
          " coalesce(epoch_us(after) - epoch_us(time), {0}) >= {0} AS is_last,"
          " coalesce(time = before, false) OR coalesce(time = after, false) AS is_tied,"
          " before IS NULL AND after IS NULL AS is_only_view FROM (\n"
          "SELECT *, lag(time) OVER w AS before, lead(time) OVER w AS after FROM (\n"
          "{1}) WINDOW w AS (PARTITION BY visitor ORDER BY time)))",
          day.visit_gap_us, pages_sql(day, condition)),
      fmt::format("CREATE OR REPLACE TEMP TABLE d_made AS\n"
                  "SELECT visitor, visit, min(time) AS start, max(time) AS last,"
                  " count(*) AS views, max(path) FILTER (is_first) AS entry_path,"
                  " max(path) FILTER (is_last) AS exit_path{}\n"
                  "FROM temp.main.d_seen GROUP BY visitor, visit",
                  first)};
}

std::vector<std::string> break_ties() {
  // Only the texts that are asked for: a join would make a hash table of all there are.
  const auto text = [](std::string_view name, std::string_view alias) {
    return fmt::format(
        "LEFT JOIN (SELECT code, {0} FROM data.text_{0} WHERE code IN (SELECT {0} FROM"
        " temp.main.d_tied)) {1} ON {1}.code = v.{0}\n",
        name, alias);
  };
  const auto edges = [&](std::string_view table, std::string_view end, std::string_view order) {
    return fmt::format(
        "CREATE OR REPLACE TEMP TABLE {0} AS\nSELECT * FROM (\n"
        "SELECT v.visitor, v.visit, v.path, v.host, v.query, v.referrer, v.channel, v.user_agent,"
        " v.address, row_number() OVER (PARTITION BY v.visitor, v.visit ORDER BY {2}) AS n\n"
        "FROM temp.main.d_tied v\n{3}WHERE v.{1}) WHERE n = 1",
        table, end, order,
        text("path", "p") + text("query", "q") + text("referrer", "r") + text("channel", "c") +
            text("host", "o"));
  };
  return {
      "CREATE OR REPLACE TEMP TABLE d_tied AS\n"
      "SELECT v.*, m.start = v.time AS is_start, m.last = v.time AS is_end"
      " FROM temp.main.d_seen v JOIN temp.main.d_made m ON m.visitor = v.visitor AND"
      " m.visit = v.visit WHERE v.is_tied AND (m.start = v.time OR m.last = v.time)",
      edges("d_first", "is_start",
            "p.path NULLS FIRST, q.query NULLS FIRST, r.referrer NULLS FIRST,"
            " c.channel NULLS FIRST, o.host NULLS FIRST"),
      edges("d_last", "is_end", "p.path DESC NULLS LAST"),
      "UPDATE d_made SET entry_path = f.path, host = f.host, query = f.query,"
      " referrer = f.referrer, channel = f.channel, user_agent = f.user_agent,"
      " address = f.address FROM temp.main.d_first f"
      " WHERE f.visitor = d_made.visitor AND f.visit = d_made.visit",
      "UPDATE d_made SET exit_path = l.path FROM temp.main.d_last l"
      " WHERE l.visitor = d_made.visitor AND l.visit = d_made.visit"};
}

namespace {

constexpr const char* kViewColumns =
    "time, visitor, visit, host, path, entry_path, exit_path, query, referrer, channel,"
    " user_agent, address, is_bounce, duration_s, is_only_view, is_only_of_path, page_query,"
    " status, method, protocol, scheme, content_type, fetch_dest, cache_status, via,"
    " generation_time_us, browser_facts, props, edge_location, is_confirmed, place";
constexpr const char* kVisitColumns =
    "visitor, visit, start, duration_s, views, is_bounce, host, entry_path, exit_path, query,"
    " referrer, channel, user_agent, address, is_only_visit, place";

}  // namespace

// Who came from the site itself came from nowhere: the visit before had ended, or another day.
std::vector<std::string> insert_visits(const DaySql& day) {
  const char* is_bounce = day.has_events ? "views = 1 AND (visitor, visit) NOT IN (SELECT"
                                           " (visitor, visit) FROM temp.main.d_active)"
                                         : "views = 1";
  return {
      fmt::format(
          "CREATE OR REPLACE TEMP TABLE d_visits_new AS\n"
          "SELECT 1::TINYINT AS w, visitor, visit, start,"
          " CAST((epoch_us(last) - epoch_us(start)) // 1000000 AS UINTEGER) AS duration_s,"
          " CAST(views AS UINTEGER) AS views, {4} AS is_bounce, host, entry_path,"
          " exit_path, query, CASE WHEN channel = {0} THEN 0 ELSE referrer END AS referrer,"
          " CASE WHEN channel = {0} THEN {1} ELSE channel END AS channel, user_agent,"
          " address, visitor NOT IN (SELECT visitor FROM temp.main.d_made WHERE visit = 2) AS"
          " is_only_visit, {2} AS place FROM temp.main.d_made h{3}",
          day.internal, day.direct, kPlace, kJoinPlaces, is_bounce),
      fmt::format(
          "CREATE OR REPLACE TEMP TABLE d_rows_new AS\n"
          "SELECT 1::TINYINT AS w, {} AS hour, h.time, h.visitor, h.visit, h.host, h.path,"
          " m.entry_path, m.exit_path, m.query, m.referrer, m.channel, h.user_agent, h.address,"
          " m.is_bounce, m.duration_s, h.is_only_view, count(*) OVER (PARTITION BY h.visitor,"
          " h.path) = 1 AS is_only_of_path, h.query AS page_query, {}, {} AS place\n"
          "FROM temp.main.d_seen h JOIN temp.main.d_visits_new m ON m.visitor = h.visitor AND"
          " m.visit = h.visit{}",
          hour_sql(day), of_view("h"), kPlace, kJoinPlaces),
  };
}

std::vector<std::string> take_back_visits(const DaySql& day) {
  const std::string old =
      rows_of_day(day) + " AND visitor IN (SELECT visitor FROM temp.main.d_affected)";
  return {fmt::format("CREATE OR REPLACE TEMP TABLE d_visits_old AS\nSELECT -1::TINYINT AS w, {}"
                      " FROM derived.visits WHERE {}",
                      kVisitColumns, old),
          fmt::format("CREATE OR REPLACE TEMP TABLE d_rows_old AS\n"
                      "SELECT -1::TINYINT AS w, {} AS hour, h.time, h.visitor, h.visit, h.host,"
                      " h.path, h.entry_path, h.exit_path, h.query, h.referrer, h.channel,"
                      " h.user_agent, h.address, h.is_bounce, h.duration_s, h.is_only_view,"
                      " h.is_only_of_path, h.page_query, {}, h.place\n"
                      "FROM derived.page_views h WHERE {}",
                      hour_sql(day), of_view("h"), old),
          "DELETE FROM derived.visits WHERE " + old, "DELETE FROM derived.page_views WHERE " + old};
}

std::vector<std::string> finish_visits(const DaySql& day, bool is_of_part,
                                       const std::string& loose) {
  const std::string nobody = fmt::format(
      "SELECT 1::TINYINT AS w, {} AS hour, h.time, 0::UBIGINT AS visitor, 0::UINTEGER AS visit,"
      " h.host, h.path, 0::UINTEGER AS entry_path, 0::UINTEGER AS exit_path, h.query, h.referrer,"
      " h.channel, h.user_agent, h.address, false AS is_bounce, 0::UINTEGER AS duration_s,"
      " false AS is_only_view, false AS is_only_of_path, h.query AS page_query, {}, {} AS place\n"
      "FROM data.hits h{}\nWHERE {} AND coalesce(h.visitor, 0) = 0 AND {} AND {}",
      hour_sql(day), of_hit(day), kPlace, kJoinPlaces, hits_of_day(day), is_page_view(day), loose);
  const std::string insert =
      fmt::format("INSERT INTO derived.{{}} SELECT {}, {}, {{}} FROM {{}}", day.service, day.day);
  std::vector<std::string> statements = {
      "INSERT INTO d_rows_new " + nobody,
      fmt::format(fmt::runtime(insert), "page_views",
                  fmt::format("{}, CAST(time AS DATE)", kViewColumns),
                  "temp.main.d_rows_new ORDER BY visitor, time"),
      fmt::format(fmt::runtime(insert), "visits", kVisitColumns,
                  "temp.main.d_visits_new ORDER BY visitor, visit"),
      fmt::format(
          "INSERT INTO d_visits_new SELECT 1, {} FROM (SELECT visitor, visit, time AS"
          " start, 0 AS duration_s, 1 AS views, is_bounce, host, entry_path, exit_path,"
          " query, referrer, channel, user_agent, address, false AS is_only_visit, place FROM "
          "temp.main.d_rows_new"
          " WHERE visitor = 0)",
          kVisitColumns)};
  if (is_of_part) {
    statements.push_back("INSERT INTO d_rows_new FROM temp.main.d_rows_old");
    statements.push_back("INSERT INTO d_visits_new FROM temp.main.d_visits_old");
  }
  return statements;
}

// Three steps: by visit, by visitor, by key.
std::string insert_views(const DaySql& day, const Totals& totals) {
  const char* table = totals.is_of_page_views ? "temp.main.d_rows_new" : "temp.main.d_visits_new";
  std::string keys;
  std::string joins;
  for (const TotalsKey& key : totals.keys) {
    if (key.is_place()) {
      keys += "h.place AS address, ";
    } else if (key.attributes.empty()) {
      keys += fmt::format("h.{0} AS {0}, ", key.column);
    } else {
      keys += fmt::format("coalesce(s_{0}.same, h.{0}) AS {0}, ", key.column);
      joins += join_same(key, table);
    }
  }
  const char* views = totals.is_of_page_views ? "1" : "h.views";
  return fmt::format(
      "INSERT INTO derived.{0}\n"
      "SELECT {1}, {2}, {3}coalesce(sum(w) FILTER (visitor > 0), 0) AS a, sum(w * visits) AS b,"
      " sum(w * views) AS c, sum(w * bounces) AS d, sum(w * duration_s) AS e FROM (\n"
      "SELECT w, {3}visitor, count(*) FILTER (visit > 0) AS visits, sum(views) AS views,"
      " count(*) FILTER (visit > 0 AND is_bounce) AS bounces, sum(duration_s) AS duration_s"
      " FROM (\n"
      "SELECT h.w, {4}h.visitor, h.visit, sum({5}) AS views, bool_or(h.is_bounce) AS is_bounce,"
      " max(h.duration_s) AS duration_s FROM {6} h{7} GROUP BY ALL)\n"
      "GROUP BY ALL)\nGROUP BY ALL HAVING a <> 0 OR b <> 0 OR c <> 0 OR d <> 0 OR e <> 0",
      totals.name, day.service, day.day, names(totals), keys, views, table, joins);
}

std::string insert_hits(const DaySql& day, const Totals& totals, bool is_of_part) {
  std::string keys;
  for (const TotalsKey& key : totals.keys)
    keys += fmt::format("{} AS {}, ", hits_key(day, key, is_of_part), key.column);
  const bool is_timed = totals.family == Family::times;
  std::string numbers;
  std::string sums;
  if (is_timed) {
    numbers = fmt::format(", {} AS bucket", time_bucket_sql("h.generation_time_us"));
    sums = ", h.bucket";
  }
  // As many may come as go, and differ in nothing but that they were answered.
  std::string any;
  size_t i = 0;
  for (const std::string_view measure : measures(totals.family)) {
    any += fmt::format("{}{} <> 0", any.empty() ? "" : " OR ", measure);
    numbers += fmt::format(", {} AS {}", weighted(kHits[i++], is_of_part), measure);
    sums += fmt::format(", sum({0})", measure);
  }
  const std::string rows = fmt::format("SELECT {}{} AS is_bot{}\n{}\nGROUP BY ALL", keys,
                                       is_of_part ? "h.is_bot" : bot_now(day) + " <> 0", numbers,
                                       from_hits(day, totals, is_of_part));
  std::string same;
  std::string joins;
  for (const TotalsKey& key : totals.keys) {
    const bool is_done = key.attributes.empty() || key.is_place();
    same += fmt::format(", {}", is_done ? fmt::format("h.{}", key.column)
                                        : fmt::format("coalesce(s_{0}.same, h.{0})", key.column));
    if (!is_done) joins += join_same(key, "rows");
  }
  if (joins.empty() || is_of_part) {
    return fmt::format("INSERT INTO derived.{}\nSELECT {}, {}, * FROM (\n{}){}", totals.name,
                       day.service, day.day, rows, is_of_part ? " WHERE " + any : "");
  }
  return fmt::format(
      "INSERT INTO derived.{}\nWITH rows AS MATERIALIZED (\n{})\n"
      "SELECT {}, {}{}, h.is_bot{} FROM rows h{} GROUP BY ALL",
      totals.name, rows, day.service, day.day, same, sums, joins);
}

std::vector<std::string> make_part(const DaySql& day, const std::string& batches,
                                   bool has_flipped) {
  const auto part = [&](int w, std::string_view bots, const std::string& condition) {
    return fmt::format(
        "SELECT {}::TINYINT AS w, {} AS hour, {} AS bot, {} <> 0 AS is_bot, {}, {} AS address"
        " FROM data.hits h LEFT JOIN (SELECT visitor, bot FROM {}) b ON b.visitor = h.visitor{}"
        "\nWHERE {} AND {}",
        w, hour_sql(day), bot_now(day), bot_now(day), kHitColumns, kPlace, bots, kJoinPlaces,
        hits_of_day(day), condition);
  };
  const std::string now = fmt::format("derived.bots WHERE {}", rows_of_day(day));
  std::vector<std::string> statements = {"CREATE OR REPLACE TEMP TABLE d_hits AS\n" +
                                         part(1, now, batches)};
  if (!has_flipped) return statements;
  const std::string others = fmt::format(
      "h.visitor IN (SELECT visitor FROM temp.main.d_flipped) AND coalesce(NOT ({}), true)",
      batches);
  statements.push_back("INSERT INTO d_hits " + part(1, now, others));
  statements.push_back("INSERT INTO d_hits " + part(-1, "temp.main.d_old_bots", others));
  return statements;
}

}  // namespace ballcone
