#include "store/ddl.h"

#include <fmt/format.h>

#include <set>
#include <type_traits>

#include "base/check.h"
#include "store/ownstats.h"

namespace ballcone {
namespace {

template <class T>
std::string sql_type(Unit unit) {
  if (unit == Unit::time) return "TIMESTAMP";
  if constexpr (std::is_same_v<T, RequestId>) return "UUID";
  if constexpr (std::is_same_v<T, int64_t>) return "BIGINT";
  if constexpr (std::is_same_v<T, uint64_t>) return "UBIGINT";
  if constexpr (std::is_same_v<T, uint32_t>) return "UINTEGER";
  if constexpr (std::is_same_v<T, uint16_t>) return "USMALLINT";
  if constexpr (std::is_same_v<T, uint8_t>) return "UTINYINT";
}

Schema make_schema() {
  Schema schema;
  for_each_column([&](const auto& row) {
    using Column = std::decay_t<decltype(std::declval<HitBatch>().*row.data)>;
    std::string type = "VARCHAR";
    if constexpr (!std::is_same_v<Column, StringColumn>)
      type = sql_type<typename Column::value_type>(row.unit);
    if (row.role == Role::fact) schema.facts.push_back({row.name, type, row.unit});
    if (row.role == Role::text) schema.texts.push_back({row.name, {}});
    if (row.role == Role::attribute) {
      CHECK(!schema.texts.empty());
      schema.texts.back().attributes.push_back({row.name, type, row.unit});
    }
  });
  return schema;
}

// A hit's bot is the one its User-Agent names, unless that rule is switched off; then the one its
// visitor's behaviour does. A visitor is one of one day, but for days whose time zone has changed.
constexpr const char* kVerdicts =
    "\nLEFT JOIN derived.pardoned p ON p.bot = h.bot"
    "\nLEFT JOIN (SELECT service, visitor, min(bot) AS bot FROM derived.bots"
    " GROUP BY service, visitor) b ON b.service = h.service AND b.visitor = h.visitor";
constexpr const char* kBotCode = "CASE WHEN p.bot IS NULL THEN h.bot ELSE coalesce(b.bot, 0) END";

// Microseconds become seconds and lose the _us; 128-bit ids are shown as servers log them, 32 hex
// digits.
ViewColumn fact_column(const SchemaColumn& fact) {
  if (fact.unit == Unit::us)
    return {fact.name.substr(0, fact.name.size() - 3), fmt::format("h.{} / 1e6", fact.name), {}};
  if (fact.type == "UUID")
    return {fact.name, fmt::format("replace(CAST(h.{} AS VARCHAR), '-', '')", fact.name), {}};
  return {fact.name, "h." + fact.name, {}};
}

ViewColumn text_column(const std::string& name, const std::string& text) {
  return {name, fmt::format("t_{}.{}", text, name), {text}};
}

std::vector<ViewColumn> hits_columns() {
  std::vector<ViewColumn> columns;
  for (const SchemaColumn& fact : schema().facts) columns.push_back(fact_column(fact));
  for (const SchemaText& text : schema().texts) {
    columns.push_back(text_column(text.name, text.name));
    for (const SchemaColumn& attribute : text.attributes)
      columns.push_back(text_column(attribute.name, text.name));
  }
  columns.push_back({"is_page_view",
                     "coalesce(t_kind.kind = 'page', false) AND t_bot.bot IS NULL"
                     " AND t_purpose.purpose IS NULL",
                     {"kind", "bot", "purpose"}});
  return columns;
}

// The Python original's names, in its order.
std::vector<ViewColumn> service_columns() {
  return {{"datetime", "h.time", {}},
          {"host", "t_host.host", {"host"}},
          {"path", "t_path.path", {"path"}},
          {"status", "h.status", {}},
          {"length", "h.bytes", {}},
          {"generation_time", "h.generation_time_us / 1e6", {}},
          {"referer", "t_referrer.referrer", {"referrer"}},
          {"ip", "t_address.address", {"address"}},
          {"country_iso_code", "t_address.country", {"address"}},
          {"platform_name", "t_user_agent.os", {"user_agent"}},
          {"platform_version", "t_user_agent.os_version", {"user_agent"}},
          {"browser_name", "t_user_agent.browser", {"user_agent"}},
          {"browser_version", "t_user_agent.browser_version", {"user_agent"}},
          {"is_robot", "t_bot.bot IS NOT NULL", {"bot"}}};
}

// The text that a column's codes are of.
std::string kind_of_text(const std::string& column) {
  if (column == "entry_path" || column == "exit_path") return "path";
  return column == "page_query" ? "query" : column;
}

// LEFT joins, so that no hit could vanish even if a text did. A view has at least one column.
std::string join_text(const std::string& text, bool is_of_hits) {
  if (text == kEdgePlace) return join_edge_place();
  const bool is_verdict = text == "bot" && is_of_hits;
  return fmt::format("{0}\nLEFT JOIN data.text_{2} t_{1} ON t_{1}.code = {3}",
                     is_verdict ? kVerdicts : "", text, kind_of_text(text),
                     is_verdict ? kBotCode : "h." + text);
}

std::string select_columns(const std::vector<ViewColumn>& columns, const IsNeeded& is_needed,
                           std::string_view table = "data.hits") {
  std::string list;
  std::string joins;
  std::set<std::string> joined;
  for (const ViewColumn& column : columns) {
    if (!is_needed(column.name)) continue;
    list += fmt::format("{}{} AS {}", list.empty() ? "" : ", ", column.expression, column.name);
    for (const std::string& text : column.texts)
      if (joined.insert(text).second) joins += join_text(text, table == "data.hits");
  }
  return fmt::format("SELECT {}\nFROM {} h{}", list.empty() ? "h.service" : list, table, joins);
}

// The texts of a derived table, with their attributes.
void append_texts(const std::vector<std::string>& names, std::vector<ViewColumn>* columns) {
  for (const std::string& name : names) {
    if (const std::string kind = kind_of_text(name); kind != name)
      columns->push_back({name, fmt::format("t_{}.{}", name, kind), {name}});
    for (const SchemaText& text : schema().texts) {
      if (text.name != name) continue;
      columns->push_back(text_column(name, name));
      for (const SchemaColumn& attribute : text.attributes)
        columns->push_back(text_column(attribute.name, name));
    }
  }
}

std::vector<ViewColumn> page_views_columns() {
  std::vector<ViewColumn> columns{{"day", "DATE '1970-01-01' + h.day", {}},
                                  {"time", "h.time", {}},
                                  {"visitor", "nullif(h.visitor, 0)", {}},
                                  {"visit", "nullif(h.visit, 0)", {}},
                                  {"is_bounce", "h.is_bounce", {}},
                                  {"is_confirmed", "h.is_confirmed", {}},
                                  {"status", "h.status", {}},
                                  {"generation_time", "h.generation_time_us / 1e6", {}}};
  append_texts(
      {"service",       "host",     "path",         "page_query", "entry_path",   "exit_path",
       "query",         "referrer", "channel",      "user_agent", "address",      "method",
       "protocol",      "scheme",   "content_type", "fetch_dest", "cache_status", "via",
       "browser_facts", "props",    "edge_location"},
      &columns);
  for (ViewColumn& column : ownstats_page_columns()) columns.push_back(std::move(column));
  return columns;
}

std::vector<ViewColumn> visits_columns() {
  std::vector<ViewColumn> columns{{"day", "DATE '1970-01-01' + h.day", {}},
                                  {"visitor", "h.visitor", {}},
                                  {"visit", "h.visit", {}},
                                  {"start", "h.start", {}},
                                  {"duration", "h.duration_s", {}},
                                  {"views", "h.views", {}},
                                  {"is_bounce", "h.is_bounce", {}}};
  append_texts({"service", "host", "entry_path", "exit_path", "query", "referrer", "channel",
                "user_agent", "address"},
               &columns);
  return columns;
}

std::string select_view(std::string_view name, const IsNeeded& is_needed) {
  if (name == "page_views")
    return select_columns(page_views_columns(), is_needed, "derived.page_views");
  if (name == "visits") return select_columns(visits_columns(), is_needed, "derived.visits");
  if (name == "access_logs")
    return fmt::format("{}\nWHERE {}", select_columns(access_log_columns(), is_needed), kIsOfLog);
  if (name == "edge_locations") return "SELECT * FROM data.edge_locations";
  return select_columns(hits_columns(), is_needed);
}

bool every_column(std::string_view) { return true; }

std::string select_service(int64_t code, const IsNeeded& is_needed) {
  return fmt::format("{}\nWHERE h.service = {}", select_columns(service_columns(), is_needed),
                     code);
}

}  // namespace

const Schema& schema() {
  static const Schema kSchema = make_schema();
  return kSchema;
}

std::string quote_name(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

// CREATE TABLE data.text_query (code UINTEGER, hash UBIGINT, query VARCHAR, utm_source VARCHAR, …)
std::string create_text_table(const SchemaText& text) {
  std::string sql = fmt::format(
      "CREATE TABLE data.text_{0} (code UINTEGER, hash UBIGINT, {0} VARCHAR", text.name);
  for (const SchemaColumn& attribute : text.attributes)
    sql += fmt::format(", {} {}", attribute.name, attribute.type);
  return sql + fmt::format("); INSERT INTO data.text_{} (code, hash) VALUES (0, 0)", text.name);
}

std::string create_hits_table() {
  std::string sql;
  for (const SchemaColumn& fact : schema().facts)
    sql += fmt::format("{}{} {}", sql.empty() ? "" : ", ", fact.name, fact.type);
  for (const SchemaText& text : schema().texts)
    sql += fmt::format(", {} UINTEGER DEFAULT 0", text.name);
  return "CREATE TABLE data.hits (" + sql + ")";
}

std::string create_derived_tables() {
  return "CREATE OR REPLACE TABLE derived.bots (service UINTEGER, day INTEGER, visitor UBIGINT,"
         " bot UINTEGER);"
         "CREATE OR REPLACE TABLE derived.page_views (service UINTEGER, day INTEGER,"
         " time TIMESTAMP, visitor UBIGINT, visit UINTEGER, host UINTEGER, path UINTEGER,"
         " entry_path UINTEGER, exit_path UINTEGER, query UINTEGER, referrer UINTEGER,"
         " channel UINTEGER, user_agent UINTEGER, address UINTEGER, is_bounce BOOLEAN,"
         " duration_s UINTEGER, is_only_view BOOLEAN, is_only_of_path BOOLEAN,"
         " page_query UINTEGER, status USMALLINT, method UINTEGER, protocol UINTEGER,"
         " scheme UINTEGER, content_type UINTEGER, fetch_dest UINTEGER, cache_status UINTEGER,"
         " via UINTEGER, generation_time_us BIGINT, browser_facts UINTEGER, props UINTEGER,"
         " edge_location UINTEGER, is_confirmed BOOLEAN, place UINTEGER, utc_date DATE);"
         "CREATE OR REPLACE TABLE derived.visits (service UINTEGER, day INTEGER, visitor UBIGINT,"
         " visit UINTEGER, start TIMESTAMP, duration_s UINTEGER, views UINTEGER,"
         " is_bounce BOOLEAN, host UINTEGER, entry_path UINTEGER, exit_path UINTEGER,"
         " query UINTEGER, referrer UINTEGER, channel UINTEGER, user_agent UINTEGER,"
         " address UINTEGER, is_only_visit BOOLEAN, place UINTEGER);";
}

const std::vector<std::string>& view_names() {
  static const std::vector<std::string> kNames = {"hits", "page_views", "visits", "access_logs",
                                                  "edge_locations"};
  return kNames;
}

std::string create_views() {
  std::string sql =
      "CREATE OR REPLACE VIEW data.edge_locations AS " + select_edge_locations() + ";";
  for (const std::string& name : view_names())
    sql +=
        fmt::format("CREATE OR REPLACE VIEW main.{} AS {};", name, select_view(name, every_column));
  return sql;
}

std::string create_service_view(std::string_view name, int64_t code) {
  return fmt::format("CREATE OR REPLACE VIEW services.{} AS {}", quote_name(name),
                     select_service(code, every_column));
}

std::string create_narrow_view(std::string_view name, const IsNeeded& is_needed) {
  return fmt::format("CREATE OR REPLACE TEMP VIEW {} AS {}", name, select_view(name, is_needed));
}

std::string create_narrow_service_view(std::string_view name, int64_t code,
                                       const IsNeeded& is_needed) {
  return fmt::format("CREATE OR REPLACE TEMP VIEW {} AS {}", quote_name(name),
                     select_service(code, is_needed));
}

}  // namespace ballcone
