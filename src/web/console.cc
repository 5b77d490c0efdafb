#include "web/console.h"

#include <fmt/format.h>

#include <iterator>
#include <nlohmann/json.hpp>

#include "web/handlers.h"
#include "web/http.h"
#include "web/json.h"
#include "web/table_text.h"

namespace ballcone {
namespace {

constexpr int64_t kExact = (int64_t{1} << 53) - 1;  // JavaScript's Number.MAX_SAFE_INTEGER
constexpr size_t kFormBytesMax = 8000;              // of a statement that goes into a Location

void append_json(const Value& value, JsonWriter* json) {
  if (const auto* is_true = std::get_if<bool>(&value)) {
    json->value(*is_true);
  } else if (const auto* integer = std::get_if<int64_t>(&value)) {
    const bool is_exact = *integer >= -kExact && *integer <= kExact;
    is_exact ? json->value(*integer) : json->value(std::to_string(*integer));
  } else if (const auto* number = std::get_if<double>(&value)) {
    json->value(*number);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    json->value(*text);
  } else {
    json->null();
  }
}

void append_csv_text(std::string_view text, std::string* out) {
  const bool is_plain = !text.empty() && text.find_first_of(",\"\r\n") == text.npos &&
                        text.front() != ' ' && text.back() != ' ';
  if (is_plain) {
    *out += text;
    return;
  }
  *out += '"';
  for (const char c : text) out->append(c == '"' ? 2 : 1, c);
  *out += '"';
}

void append_csv(const Value& value, std::string* out) {
  if (const auto* is_true = std::get_if<bool>(&value)) {
    *out += *is_true ? "true" : "false";
  } else if (const auto* integer = std::get_if<int64_t>(&value)) {
    *out += std::to_string(*integer);
  } else if (const auto* number = std::get_if<double>(&value)) {
    fmt::format_to(std::back_inserter(*out), "{}", *number);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    append_csv_text(*text, out);
  }
}

// {"sql": "SELECT 1"} → "SELECT 1"
Result<std::string> statement_of(std::string_view body) {
  const auto json = nlohmann::json::parse(body, nullptr, /*allow_exceptions=*/false);
  const auto field = [](std::string message) {
    Error error{std::move(message)};
    error.field = "sql";
    return tl::unexpected<Error>(std::move(error));
  };
  if (!json.is_object()) return field(R"(expected JSON as {"sql": "SELECT …"})");
  const auto sql = json.find("sql");
  if (sql == json.end() || !sql->is_string()) {
    return field(R"(expected a statement as {"sql": "SELECT …"})");
  }
  std::string statement = sql->get<std::string>();
  if (statement.find_first_not_of(" \t\r\n;") == statement.npos) {
    return field("expected a statement, got an empty text");
  }
  if (statement.find('\0') != statement.npos) {
    return field("expected a statement without NUL characters");
  }
  return statement;
}

// "json", "csv" or, for a terminal, "table".
std::string wanted_format(const HttpRequest& request) {
  if (const auto format = request.parameter("format")) return std::string(*format);
  return request.header("accept").find("text/csv") != std::string_view::npos ? "csv" : "json";
}

HttpResponse table_response(const Table& table, const std::string& format) {
  HttpResponse response;
  if (format == "csv") {
    response = {.content_type = "text/csv; charset=utf-8", .body = table_csv(table)};
    response.headers.emplace_back("Content-Disposition", "attachment; filename=\"ballcone.csv\"");
  } else if (format == "table") {
    response = {.content_type = "text/plain; charset=utf-8", .body = table_text(table)};
  } else {
    response.body = table_json(table);
  }
  if (table.is_truncated) response.headers.emplace_back("Ballcone-Truncated", "true");
  return response;
}

}  // namespace

std::string table_json(const Table& table) {
  std::string out;
  JsonWriter json(&out);
  json.begin_object().key("columns").begin_array();
  for (const TableColumn& column : table.columns) {
    json.begin_object().key("name").value(column.name).key("type").value(column.type).end_object();
  }
  json.end_array().key("rows").begin_array();
  for (const auto& row : table.rows) {
    json.begin_array();
    for (const Value& value : row) append_json(value, &json);
    json.end_array();
  }
  json.end_array().key("elapsed_ms").value(static_cast<double>(table.elapsed_us) / 1000);
  json.key("truncated").value(table.is_truncated).end_object();
  return out;
}

std::string table_csv(const Table& table) {
  std::string out;
  const auto append_line = [&](const auto& cells, const auto& append) {
    for (size_t i = 0; i < cells.size(); ++i) {
      if (i > 0) out += ',';
      append(cells[i]);
    }
    out += "\r\n";
  };
  append_line(table.columns,
              [&](const TableColumn& column) { append_csv_text(column.name, &out); });
  for (const auto& row : table.rows) {
    append_line(row, [&](const Value& value) { append_csv(value, &out); });
  }
  return out;
}

HttpResponse post_sql(const Call& call) {
  const auto statement = statement_of(call.request.body);
  if (!statement) return json_error(400, statement.error());
  const QueryLimits limits{.time_us = call.context.console_time_us,
                           .rows = call.context.console_rows,
                           .is_cancelled = call.request.is_cancelled};
  const std::string format = wanted_format(call.request);
  if (format != "json" && format != "csv" && format != "table") {
    Error error{"expected json, csv or table, got " + format};
    error.field = "format";
    return json_error(400, error);
  }
  const auto table = call.context.store->query_console(*statement, limits);
  if (!table) return json_error(400, table.error());
  return table_response(*table, format);
}

// The original's form: the page that the browser is sent to runs the statement.
HttpResponse post_sql_form(const Call& call) {
  for (const auto& [name, value] : parse_form(call.request.body)) {
    if (name != "sql") continue;
    if (value.size() > kFormBytesMax) {
      return error_response(call.request.path, 413,
                            "expected a shorter statement; POST /api/v1/sql takes long ones");
    }
    return {.status = 303,
            .headers = {{"Location", relative(call.request, "/sql?sql=" + percent_encode(value))}}};
  }
  return error_response(call.request.path, 400, "expected the form field sql");
}

}  // namespace ballcone
