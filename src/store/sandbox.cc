#include "store/sandbox.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "base/text.h"
#include "store/statement.h"

namespace ballcone {
namespace {

using Json = nlohmann::json;
using Names = std::vector<std::string>;  // of CTEs in scope, lower case

// Reviewed for DuckDB 1.5.5 (duckdb_functions(), 774 names of values). What is not refused computes
// a value from its arguments and from nothing else, time and chance apart.
constexpr std::array kRefusedFunctions{
    // settings, session and catalog
    "current_setting", "getenv", "getvariable", "current_query", "current_query_id",
    "current_connection_id", "current_transaction_id", "txid_current", "in_search_path",
    "current_database", "current_catalog", "current_schema", "current_schemas", "current_user",
    "current_role", "session_user", "user", "get_block_size",
    // state that outlives the statement
    "nextval", "currval", "setseed", "write_log",
    // statements within the statement
    "json_serialize_sql", "json_deserialize_sql", "json_serialize_plan",
    "json_execute_serialized_sql", "parse_duckdb_log_message",
    // waits
    "sleep_ms", "pg_sleep",
    // memory by the square of its arguments: 3.2 GB for two texts of 20,000 letters
    "damerau_levenshtein",
    // the engine's inner workings: states, encodings and types made of bytes
    "finalize", "combine", "stats", "vector_type", "create_sort_key", "constant_or_null",
    "remap_struct", "variant_bytes_to_variant", "variant_to_parquet_variant", "variant_normalize",
    "make_type", "cast_to_type", "replace_type", "get_type", "can_cast_implicitly"};

// The binder knows these; duckdb_functions() does not list them as functions of values.
constexpr std::array kBinderFunctions{"unnest", "unlist", "grouping", "grouping_id"};

// Rows made of their arguments. Streamed, so that they need no memory however many they are.
constexpr std::array kTableFunctions{"range",  "generate_series", "unnest",    "unlist",
                                     "repeat", "repeat_row",      "json_each", "json_tree"};

constexpr std::array kQueryNodes{"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE",
                                 "CTE_NODE"};
constexpr std::array kTableNodes{"BASE_TABLE", "TABLE_FUNCTION",  "SHOW_REF", "JOIN",
                                 "SUBQUERY",   "EXPRESSION_LIST", "EMPTY",    "PIVOT"};
constexpr std::array kExpressions{"CONSTANT", "COLUMN_REF", "STAR",        "FUNCTION",
                                  "OPERATOR", "COMPARISON", "CASE",        "CAST",
                                  "COLLATE",  "BETWEEN",    "CONJUNCTION", "SUBQUERY",
                                  "WINDOW",   "LAMBDA",     "LAMBDA_REF",  "POSITIONAL_REFERENCE",
                                  "TYPE"};
// Objects with a "type" that are neither query, table nor expression.
constexpr std::array kOtherNodes{"ORDER_MODIFIER",    "LIMIT_MODIFIER", "LIMIT_PERCENT_MODIFIER",
                                 "DISTINCT_MODIFIER", "ORDER_DEFAULT",  "ASCENDING",
                                 "DESCENDING"};

// As deep as DuckDB's own max_expression_depth lets anything useful be, in JSON's levels.
constexpr int kDepthMax = 1500;
// A function whose result can be far larger than its arguments gets its sizes as constants, and
// the product of all of a statement's is at most this: the engine's memory limit does not see the
// text within a vector (repeat('x', 2000000000) took 3.9 GB under a limit of 256 MB).
constexpr int64_t kGrowthMax = 100'000;

template <class List>
bool is_in(const List& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

class Check {
 public:
  explicit Check(const SandboxScope& scope) : scope_(scope) {}

  // The first thing found that may not be.
  std::optional<Error> query(const Json& node, Names ctes, int depth);
  std::optional<Error> any(const Json& value, const Names& ctes, int depth);
  // After query(): what it has read.
  StatementNames take_names();

 private:
  std::optional<Error> members(const Json& object, const Names& ctes, int depth);
  std::optional<Error> expression(const Json& node, const Names& ctes, int depth);
  std::optional<Error> function(const Json& node);
  std::optional<Error> growth(const Json& node, const std::string& name);
  std::optional<Error> table(const Json& node, const Names& ctes, int depth);
  std::optional<Error> base_table(const Json& node, const Names& ctes);
  std::optional<Error> table_function(const Json& node, const Names& ctes, int depth);
  std::optional<Error> show(const Json& node);

  void note_names(const Json& expression, const std::string& kind);
  void note_table(const Json& node, const std::string& type);

  const SandboxScope& scope_;
  int64_t growth_ = 1;
  StatementNames names_;
  std::set<std::string> tables_;       // names and aliases of tables
  std::set<std::string> whole_names_;  // x of x or a.x, where a row may be meant as a value
};

std::string text_of(const Json& node, const char* key) {
  const auto found = node.find(key);
  return found != node.end() && found->is_string() ? found->get<std::string>() : std::string();
}
std::string lower_of(const Json& node, const char* key) {
  return to_lower_ascii(text_of(node, key));
}

// The engine's "no position" is 2^64 − 1.
Error refusal(std::string message, const Json& node) {
  const auto location = node.find("query_location");
  int position = -1;
  if (location != node.end() && location->is_number_unsigned() &&
      location->get<uint64_t>() < uint64_t{1} << 30)
    position = static_cast<int>(location->get<uint64_t>());
  return {std::move(message), position};
}

// WITH a AS (…), b AS (…) SELECT …: each sees those before it, the body sees all. A name that is
// seen nowhere must be a view in scope; so it never matters whether the engine looks further.
std::optional<Error> Check::query(const Json& node, Names ctes, int depth) {
  if (depth > kDepthMax) return Error{"the statement is nested too deeply"};
  const std::string type = text_of(node, "type");
  if (!is_in(kQueryNodes, type)) return refusal("expected a SELECT", node);
  for (const Json& entry : node.at("cte_map").at("map")) {
    const std::string name = lower_of(entry, "key");
    if (scope_.system_views->count(name) != 0 || name.find('.') != name.npos)
      return Error{fmt::format("expected another name than \"{}\" after WITH", name)};
    if (auto error = any(entry.at("value"), ctes, depth + 1)) return error;
    ctes.push_back(name);
  }
  for (const auto& [key, value] : node.items()) {
    if (key == "cte_map") continue;
    Names visible = ctes;
    // The part after UNION of WITH RECURSIVE sees the rows made so far under its own name.
    if (type == "RECURSIVE_CTE_NODE" && key == "right")
      visible.push_back(lower_of(node, "cte_name"));
    if (auto error = any(value, visible, depth + 1)) return error;
  }
  return {};
}

std::optional<Error> Check::any(const Json& value, const Names& ctes, int depth) {
  if (depth > kDepthMax) return Error{"the statement is nested too deeply"};
  if (value.is_array()) {
    for (const Json& element : value)
      if (auto error = any(element, ctes, depth + 1)) return error;
    return {};
  }
  if (!value.is_object()) return {};
  if (value.contains("class")) return expression(value, ctes, depth);
  if (value.contains("cte_map")) return query(value, ctes, depth);
  const std::string type = text_of(value, "type");
  if (type.empty()) return members(value, ctes, depth);
  if (is_in(kTableNodes, type)) return table(value, ctes, depth);
  const bool is_type_info = type.size() > 10 && type.ends_with("_TYPE_INFO");
  if (is_in(kOtherNodes, type) || is_type_info) return members(value, ctes, depth);
  return refusal(fmt::format("expected nothing of kind {} here", type), value);
}

std::optional<Error> Check::members(const Json& object, const Names& ctes, int depth) {
  for (const Json& member : object)
    if (auto error = any(member, ctes, depth + 1)) return error;
  return {};
}

std::optional<Error> Check::expression(const Json& node, const Names& ctes, int depth) {
  const std::string kind = text_of(node, "class");
  if (kind == "PARAMETER") return refusal("expected a value in place of the parameter", node);
  if (!is_in(kExpressions, kind))
    return refusal(fmt::format("expected no expression of kind {} here", kind), node);
  if (kind == "CONSTANT") return {};
  note_names(node, kind);
  if (kind == "FUNCTION" || kind == "WINDOW")
    if (auto error = function(node)) return error;
  return members(node, ctes, depth);
}

// path.upper() comes as the function upper of a schema path, and example.path.upper() with a
// catalog as well.
bool is_method(const Json& node) {
  const std::string schema = lower_of(node, "schema");
  return !schema.empty() && schema != "main";
}

void Check::note_names(const Json& node, const std::string& kind) {
  if (kind == "STAR" || kind == "POSITIONAL_REFERENCE") names_.needs_all_columns = true;
  if (is_method(node)) {
    names_.columns.insert(lower_of(node, "schema"));
    whole_names_.insert(lower_of(node, "schema"));
  }
  if (kind != "COLUMN_REF") return;
  std::string name;
  for (const Json& part : node.at("column_names")) {
    name = to_lower_ascii(part.get<std::string>());
    names_.columns.insert(name);
  }
  whole_names_.insert(name);
}

void Check::note_table(const Json& node, const std::string& type) {
  tables_.insert(lower_of(node, "alias"));
  tables_.insert(lower_of(node, "table_name"));
  for (const Json& column : node.value("using_columns", Json::array()))
    names_.columns.insert(to_lower_ascii(column.get<std::string>()));
  const bool renames = !node.value("column_name_alias", Json::array()).empty();
  if (renames || type == "PIVOT" || type == "SHOW_REF" || text_of(node, "ref_type") == "NATURAL")
    names_.needs_all_columns = true;
}

StatementNames Check::take_names() {
  for (const std::string& name : whole_names_)
    if (tables_.count(name) != 0) names_.needs_all_columns = true;
  return std::move(names_);
}

std::optional<Error> Check::function(const Json& node) {
  const std::string name = lower_of(node, "function_name");
  if (scope_.functions->count(name) == 0)
    return refusal(fmt::format("the function {} is not available here", name), node);
  const auto exports = node.find("export_state");
  if (exports != node.end() && *exports != false)
    return refusal("EXPORT_STATE is not available here", node);
  return growth(node, name);
}

std::optional<int64_t> constant_integer(const Json& node) {
  if (text_of(node, "class") != "CONSTANT") return {};
  const Json& value = node.at("value").at("value");
  if (!value.is_number_integer()) return {};
  return value.get<int64_t>();
}

std::optional<std::string> constant_text(const Json& node) {
  if (text_of(node, "class") != "CONSTANT") return {};
  const Json& value = node.at("value").at("value");
  if (!value.is_string()) return {};
  return value.get<std::string>();
}

// How many times larger than its arguments a call's result may be; absent: not known.
std::optional<int64_t> growth_of(const Json& arguments, const std::string& name) {
  const auto size_at = [&](size_t i) {
    return i < arguments.size() ? constant_integer(arguments[i]) : std::nullopt;
  };
  if (name == "range" || name == "generate_series") {
    const auto first = arguments.size() > 1 ? size_at(0) : 0;
    const auto last = size_at(arguments.size() > 1 ? 1 : 0);
    if (!first || !last || std::max(std::abs(*first), std::abs(*last)) > kGrowthMax) return {};
    return std::abs(*last - *first) + 1;
  }
  if (name == "format" || name == "printf") {
    const auto text = arguments.empty() ? std::nullopt : constant_text(arguments[0]);
    if (!text) return {};
    // {:>1000000}, %*d and {:{}}: widths of four digits or from an argument.
    int digits = 0;
    for (size_t i = 0; i < text->size(); ++i) {
      const char c = (*text)[i];
      digits = c >= '0' && c <= '9' ? digits + 1 : 0;
      if (digits > 3 || c == '*' || (c == '{' && i > 0 && (*text)[i - 1] == ':')) return {};
    }
    return 1;
  }
  if (name == "replace" || name == "regexp_replace") {
    const auto replacement = arguments.size() > 2 ? constant_text(arguments[2]) : std::nullopt;
    if (!replacement) return {};
    const auto pattern = name == "replace" ? constant_text(arguments[1]) : std::nullopt;
    const size_t replaced = std::max<size_t>(pattern ? pattern->size() : 1, 1);
    return static_cast<int64_t>((replacement->size() + replaced - 1) / replaced);
  }
  return size_at(1);  // repeat(text, n), lpad(text, n, fill), …
}

constexpr std::array kGrowing{
    "repeat",          "lpad",   "rpad",   "list_resize", "array_resize", "range",
    "generate_series", "format", "printf", "bitstring",   "replace",      "regexp_replace"};

std::optional<Error> Check::growth(const Json& node, const std::string& name) {
  if (!is_in(kGrowing, name)) return {};
  Json arguments = node.at("children");
  if (is_method(node)) arguments.insert(arguments.begin(), Json::object());
  const auto times = growth_of(arguments, name);
  if (times && *times <= kGrowthMax && growth_ * std::max<int64_t>(*times, 1) <= kGrowthMax) {
    growth_ *= std::max<int64_t>(*times, 1);
    return {};
  }
  const char* hint =
      name == "range" || name == "generate_series" ? "; after FROM it may be of any length" : "";
  return refusal(fmt::format("expected constants in {} that make it grow at most {}-fold{}", name,
                             kGrowthMax, hint),
                 node);
}

std::optional<Error> Check::table(const Json& node, const Names& ctes, int depth) {
  const std::string type = text_of(node, "type");
  note_table(node, type);
  if (type == "BASE_TABLE")
    if (auto error = base_table(node, ctes)) return error;
  if (type == "TABLE_FUNCTION") return table_function(node, ctes, depth);
  if (type == "SHOW_REF")
    if (auto error = show(node)) return error;
  return members(node, ctes, depth);
}

std::optional<Error> Check::base_table(const Json& node, const Names& ctes) {
  const std::string catalog = lower_of(node, "catalog_name");
  const std::string schema = lower_of(node, "schema_name");
  const std::string name = lower_of(node, "table_name");
  const auto at_clause = node.find("at_clause");
  if (at_clause != node.end() && !at_clause->is_null())
    return refusal("AT is not available here", node);
  const bool is_cte = catalog.empty() && schema.empty() && is_in(ctes, name);
  const bool is_known_schema = schema.empty() || schema == "main" || schema == "services";
  const bool is_view = (catalog.empty() || (catalog == "ballcone" && !schema.empty())) &&
                       is_known_schema && scope_.has_view(schema, name);
  // WITH RECURSIVE … USING KEY reads its rows as recurring.name.
  const bool is_recurring = catalog.empty() && schema == "recurring" && is_in(ctes, name);
  if (is_view && !is_cte && catalog.empty() && schema.empty()) names_.views.insert(name);
  if (is_view && catalog.empty() && schema == "main") names_.views_of_main.insert(name);
  if (is_cte || is_view || is_recurring) return {};
  return refusal(
      fmt::format("there is no view {} here; SHOW TABLES lists them", text_of(node, "table_name")),
      node);
}

std::optional<Error> Check::table_function(const Json& node, const Names& ctes, int depth) {
  const Json& call = node.at("function");
  const std::string name = lower_of(call, "function_name");
  if (text_of(call, "class") != "FUNCTION" || !is_in(kTableFunctions, name))
    return refusal(fmt::format("the function {} is not available after FROM", name), node);
  // Its name is not one of values; its arguments are.
  for (const auto& [key, value] : node.items())
    if (key != "function")
      if (auto error = any(value, ctes, depth + 1)) return error;
  return members(call, ctes, depth);
}

// SHOW TABLES and DESCRIBE or SUMMARIZE of a query; DESCRIBE x comes as that of FROM x.
std::optional<Error> Check::show(const Json& node) {
  const auto query = node.find("query");
  const std::string type = text_of(node, "show_type");
  if (query != node.end() && query->is_object() && (type == "DESCRIBE" || type == "SUMMARY"))
    return {};
  if (type == "SHOW_UNQUALIFIED" && text_of(node, "table_name") == "\"tables\"") return {};
  return refusal("expected SHOW TABLES, DESCRIBE view, or SUMMARIZE view", node);
}

// 13 of {"error":true,"error_type":"parser","error_message":"…","position":"13"}
Error engine_error(const Json& answer, std::string_view statement) {
  if (text_of(answer, "error_type") == "not implemented")
    return {
        "expected one SELECT (or FROM, VALUES, WITH, DESCRIBE, SUMMARIZE, SHOW TABLES, EXPLAIN); "
        "nothing can be written or set here, and PIVOT needs its values: ON column IN (…)"};
  Error error{text_of(answer, "error_message")};
  if (error.message.empty()) error.message = "the statement cannot be read";
  if (text_of(answer, "error_type") == "parser") error.message = "Parser Error: " + error.message;
  const std::string position = text_of(answer, "position");
  if (!position.empty() && position.size() < 9) error.position = std::stoi(position);
  // The grammar counts characters; everything after it counts bytes.
  if (text_of(answer, "error_subtype") == "SYNTAX_ERROR")
    error.position = byte_of_character(statement, error.position);
  return error;
}

}  // namespace

Result<StatementNames> check_statement(std::string_view serialized, std::string_view statement,
                                       const SandboxScope& scope) {
  const Json answer = Json::parse(serialized, nullptr, /*allow_exceptions=*/false);
  if (!answer.is_object()) return failure("the statement cannot be read");
  if (answer.value("error", true)) return tl::unexpected(engine_error(answer, statement));
  try {
    const Json& statements = answer.at("statements");
    if (statements.size() != 1) return failure("expected one statement");
    Check check(scope);
    if (auto error = check.query(statements[0].at("node"), {}, 0)) return tl::unexpected(*error);
    return check.take_names();
  } catch (const Json::exception&) {  // a node without what all of its kind have
    return failure("the statement has parts that are not known here");
  }
}

std::set<std::string, std::less<>> allowed_functions(const std::vector<EngineFunction>& functions) {
  std::set<std::string, std::less<>> allowed(kBinderFunctions.begin(), kBinderFunctions.end());
  for (const EngineFunction& function : functions) {
    const bool is_of_values = function.type == "scalar" || function.type == "aggregate" ||
                              function.type == "window" || function.type == "macro";
    if (function.schema == "main" && is_of_values && !function.name.starts_with("__internal"))
      allowed.insert(to_lower_ascii(function.name));
  }
  // pg_catalog's are found without their schema too, and read the catalog.
  for (const EngineFunction& function : functions)
    if (function.schema != "main") allowed.erase(to_lower_ascii(function.name));
  for (const char* name : kRefusedFunctions) allowed.erase(name);
  return allowed;
}

}  // namespace ballcone
