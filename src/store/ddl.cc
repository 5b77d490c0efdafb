#include "store/ddl.h"

#include <fmt/format.h>

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

// Microseconds become seconds and lose the _us; 128-bit ids are shown as servers log them, 32 hex
// digits.
std::string shown_fact(const SchemaColumn& fact) {
  if (fact.unit == Unit::us)
    return fmt::format("h.{} / 1e6 AS {}", fact.name, fact.name.substr(0, fact.name.size() - 3));
  if (fact.type == "UUID")
    return fmt::format("replace(CAST(h.{0} AS VARCHAR), '-', '') AS {0}", fact.name);
  return "h." + fact.name;
}

// LEFT, so that no hit could vanish even if a text did.
std::string join(std::string_view text) {
  return fmt::format("\nLEFT JOIN data.text_{0} t_{0} ON t_{0}.code = h.{0}", text);
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
  std::string columns;
  std::string joins;
  for (const SchemaColumn& fact : schema().facts)
    columns += (columns.empty() ? "" : ", ") + shown_fact(fact);
  for (const SchemaText& text : schema().texts) {
    columns += fmt::format(", t_{0}.{0}", text.name);
    for (const SchemaColumn& attribute : text.attributes)
      columns += fmt::format(", t_{}.{}", text.name, attribute.name);
    joins += join(text.name);
  }
  return fmt::format(
      "CREATE OR REPLACE VIEW main.hits AS SELECT {},\n"
      "coalesce(t_kind.kind = 'page', false) AND t_bot.bot IS NULL AND t_purpose.purpose IS NULL"
      " AS is_page_view\nFROM data.hits h{}",
      columns, joins);
}

std::string create_service_view(std::string_view name, int64_t code) {
  std::string joins;
  for (const char* text : {"host", "path", "referrer", "address", "user_agent", "bot"})
    joins += join(text);
  return fmt::format(
      "CREATE OR REPLACE VIEW services.{} AS SELECT h.time AS datetime, t_host.host, t_path.path,"
      " h.status, h.bytes AS length, h.generation_time_us / 1e6 AS generation_time,"
      " t_referrer.referrer AS referer, t_address.address AS ip,"
      " t_address.country AS country_iso_code, t_user_agent.os AS platform_name,"
      " t_user_agent.os_version AS platform_version, t_user_agent.browser AS browser_name,"
      " t_user_agent.browser_version, t_bot.bot IS NOT NULL AS is_robot\n"
      "FROM data.hits h{}\nWHERE h.service = {}",
      quote_name(name), joins, code);
}

}  // namespace ballcone
