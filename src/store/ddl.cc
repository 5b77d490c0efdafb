#include "store/ddl.h"

#include <fmt/format.h>

#include <set>
#include <type_traits>

#include "base/check.h"

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

struct ViewColumn {
  std::string name;
  std::string expression;          // over data.hits h and data.text_x t_x
  std::vector<std::string> texts;  // the x it needs
};

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

// LEFT joins, so that no hit could vanish even if a text did. A view has at least one column.
std::string select_columns(const std::vector<ViewColumn>& columns, const IsNeeded& is_needed) {
  std::string list;
  std::string joins;
  std::set<std::string> joined;
  for (const ViewColumn& column : columns) {
    if (!is_needed(column.name)) continue;
    list += fmt::format("{}{} AS {}", list.empty() ? "" : ", ", column.expression, column.name);
    for (const std::string& text : column.texts)
      if (joined.insert(text).second)
        joins += fmt::format("\nLEFT JOIN data.text_{0} t_{0} ON t_{0}.code = h.{0}", text);
  }
  return fmt::format("SELECT {}\nFROM data.hits h{}", list.empty() ? "h.time" : list, joins);
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

std::string create_hits_view() {
  return "CREATE OR REPLACE VIEW main.hits AS " + select_columns(hits_columns(), every_column);
}

std::string create_service_view(std::string_view name, int64_t code) {
  return fmt::format("CREATE OR REPLACE VIEW services.{} AS {}", quote_name(name),
                     select_service(code, every_column));
}

std::string create_narrow_hits_view(const IsNeeded& is_needed) {
  return "CREATE OR REPLACE TEMP VIEW hits AS " + select_columns(hits_columns(), is_needed);
}

std::string create_narrow_service_view(std::string_view name, int64_t code,
                                       const IsNeeded& is_needed) {
  return fmt::format("CREATE OR REPLACE TEMP VIEW {} AS {}", quote_name(name),
                     select_service(code, is_needed));
}

}  // namespace ballcone
