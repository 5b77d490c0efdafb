// Page views that both a log and the page's script have seen.
#include <fmt/format.h>

#include "derive/page_columns.h"
#include "derive/sql.h"

namespace ballcone {
namespace {

// A page's script says so within seconds; a log says so when all of the page is sent.
constexpr int64_t kPairUs = 60'000'000;

}  // namespace

std::string prefixed(std::string_view columns, std::string_view rows) {
  std::string list(columns);
  for (size_t at = 0; (at = list.find(", ", at)) != list.npos;) {
    at += 2;
    list.insert(at, fmt::format("{}.", rows));
  }
  return fmt::format("{}.{}", rows, list);
}

std::string is_page_view(const DaySql& day) {
  return fmt::format(
      "h.kind = {} AND h.purpose = 0 AND h.bot IN ({}) AND coalesce(h.visitor, 0) NOT IN"
      " (SELECT visitor FROM derived.bots WHERE {})",
      day.page, fmt::join(day.pardoned, ", "), rows_of_day(day));
}

std::vector<std::string> make_pages(const DaySql& day, const std::string& condition) {
  return {
      fmt::format("CREATE OR REPLACE TEMP TABLE d_pages AS\n"
                  "SELECT row_number() OVER () AS id, 0::BIGINT AS place, {}, {}, {}, h.visitor"
                  " FROM data.hits h WHERE {} AND h.visitor > 0 AND {} AND {}",
                  kPageColumns, prefixed(kOfView, "h"), prefixed(kOfScript, "h"), hits_of_day(day),
                  is_page_view(day), condition)};
}

std::string tied_pages() {
  return "(SELECT 1 FROM temp.main.d_pages GROUP BY visitor, path, time, via"
         " HAVING count(*) > 1)";
}

std::vector<std::string> order_tied_pages() {
  constexpr std::string_view kTexts[] = {
      "query",        "referrer",      "channel",    "host",    "method",
      "cache_status", "edge_location", "protocol",   "scheme",  "props",
      "content_type", "fetch_dest",    "user_agent", "address", "browser_facts"};
  std::string order = "v.status NULLS FIRST";
  std::string joins;
  for (const std::string_view text : kTexts) {
    order += fmt::format(", x_{0}.{0} NULLS FIRST", text);
    joins += fmt::format(
        "\nLEFT JOIN (SELECT code, {0} FROM data.text_{0} WHERE code IN (SELECT {0} FROM"
        " temp.main.d_equals)) x_{0} ON x_{0}.code = v.{0}",
        text);
  }
  order += ", v.generation_time_us NULLS FIRST";
  return {
      "CREATE OR REPLACE TEMP TABLE d_equals AS\nSELECT * FROM temp.main.d_pages QUALIFY"
      " count(*) OVER (PARTITION BY visitor, path, time, via) > 1",
      fmt::format("UPDATE d_pages SET place = o.place FROM (\n"
                  "SELECT v.id, row_number() OVER (ORDER BY {}) AS place"
                  " FROM temp.main.d_equals v{}) o WHERE o.id = d_pages.id",
                  order, joins)};
}

// Rows of equal time are in the same cluster, in whatever order the window has them.
std::vector<std::string> make_pairs(const DaySql& day) {
  return {
      fmt::format(
          "CREATE OR REPLACE TEMP TABLE d_turns AS\n"
          "SELECT *, row_number() OVER (PARTITION BY visitor, path, cluster, via ORDER BY time,"
          " place) AS turn FROM (\n"
          "SELECT *, sum(begins) OVER (PARTITION BY visitor, path ORDER BY time) AS cluster FROM "
          "(\n"
          "SELECT id, place, time, visitor, path, via, browser_facts, props, edge_location,"
          " CAST(coalesce(epoch_us(time) - epoch_us(lag(time) OVER (PARTITION BY visitor, path"
          " ORDER BY time)) > {0}, true) AS INTEGER) AS begins FROM temp.main.d_pages"
          " WHERE via IN (0, {1}) AND visitor IN (SELECT visitor FROM temp.main.d_pages WHERE via ="
          " {1})))",
          kPairUs, day.script),
      fmt::format(
          "CREATE OR REPLACE TEMP TABLE d_pairs AS\n"
          "SELECT l.id AS log, s.id AS script, s.browser_facts, s.props, s.edge_location"
          " FROM temp.main.d_turns l"
          " JOIN temp.main.d_turns s ON s.visitor = l.visitor AND s.path = l.path AND"
          " s.cluster = l.cluster AND s.turn = l.turn\n"
          "WHERE l.via = 0 AND s.via = {} AND abs(epoch_us(l.time) - epoch_us(s.time)) <= {}",
          day.script, kPairUs)};
}

// An event belongs to the visit whose page view it follows.
std::vector<std::string> make_active(const DaySql& day, const std::string& condition) {
  return {fmt::format(
      "CREATE OR REPLACE TEMP TABLE d_active AS\n"
      "SELECT DISTINCT m.visitor, m.visit FROM temp.main.d_made m JOIN (\n"
      "SELECT h.visitor, h.time FROM data.hits h WHERE {} AND h.kind = {} AND h.event NOT IN"
      " (0, {}) AND h.visitor > 0 AND {}) e ON e.visitor = m.visitor AND e.time >= m.start AND"
      " epoch_us(e.time) - epoch_us(m.start) < {} WHERE m.views = 1",
      hits_of_day(day), day.event, day.engagement, condition, day.visit_gap_us)};
}

}  // namespace ballcone
