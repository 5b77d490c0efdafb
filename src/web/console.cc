// The SQL console: a statement of a person, its answer, and what it may name.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "web/handlers.h"
#include "web/http.h"
#include "web/json.h"
#include "web/table_formats.h"
#include "web/table_text.h"

namespace ballcone {
namespace {

constexpr size_t kFormBytesMax = 8000;  // of a statement that goes into a Location

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

// "json", "csv", "parquet" or, for a terminal, "table".
std::string wanted_format(const HttpRequest& request) {
  if (const auto format = request.parameter("format")) return std::string(*format);
  return request.header("accept").find("text/csv") != std::string_view::npos ? "csv" : "json";
}

HttpResponse file_response(std::string_view extension, std::string content_type, std::string bytes,
                           bool is_truncated) {
  HttpResponse response{.content_type = std::move(content_type), .body = std::move(bytes)};
  response.headers.emplace_back("Content-Disposition",
                                fmt::format("attachment; filename=\"ballcone.{}\"", extension));
  if (is_truncated) response.headers.emplace_back("Ballcone-Truncated", "true");
  return response;
}

// Written on the reader's thread, which may outlive the request.
HttpResponse answer_csv(Store& store, const std::string& statement, const QueryLimits& limits) {
  const auto csv = std::make_shared<std::string>();
  const auto take = [csv](const Table& piece) {
    if (csv->empty()) append_csv_names(piece.columns, csv.get());
    append_csv_rows(piece, csv.get());
  };
  const auto table = store.stream_console(statement, limits, take);
  if (!table) return json_error(400, table.error());
  if (csv->empty()) append_csv_names(table->columns, csv.get());
  return file_response("csv", "text/csv; charset=utf-8", std::move(*csv), table->is_truncated);
}

HttpResponse answer_parquet(Store& store, const std::string& statement, const QueryLimits& limits) {
  auto file = store.parquet_console(statement, limits);
  if (!file) return json_error(400, file.error());
  return file_response("parquet", "application/vnd.apache.parquet", std::move(file->bytes),
                       file->is_truncated);
}

HttpResponse answer_table(Store& store, const std::string& statement, const QueryLimits& limits,
                          bool is_json) {
  const auto table = store.query_console(statement, limits);
  if (!table) return json_error(400, table.error());
  HttpResponse response;
  if (is_json) {
    response.body = table_json(*table);
  } else {
    response = {.content_type = "text/plain; charset=utf-8", .body = table_text(*table)};
  }
  if (table->is_truncated) response.headers.emplace_back("Ballcone-Truncated", "true");
  return response;
}

void append_columns(const std::vector<ColumnInfo>& columns, JsonWriter* json) {
  json->begin_array();
  for (const ColumnInfo& column : columns) {
    json->begin_object().key("name").value(column.name).key("type").value(column.type);
    json->key("doc").value(column.doc).end_object();
  }
  json->end_array();
}

void append_texts(const std::vector<std::string>& texts, JsonWriter* json) {
  json->begin_array();
  for (const std::string& text : texts) json->value(text);
  json->end_array();
}

}  // namespace

HttpResponse post_sql(const Call& call) {
  const auto statement = statement_of(call.request.body);
  if (!statement) return json_error(400, statement.error());
  const WebContext& context = call.context;
  const std::string format = wanted_format(call.request);
  const bool is_file = format == "csv" || format == "parquet";
  const QueryLimits limits{.time_us = context.console_time_us,
                           .rows = is_file ? context.console_file_rows : context.console_rows,
                           .is_cancelled = call.request.is_cancelled};
  if (format == "csv") return answer_csv(*context.store, *statement, limits);
  if (format == "parquet") return answer_parquet(*context.store, *statement, limits);
  if (format == "json" || format == "table")
    return answer_table(*context.store, *statement, limits, format == "json");
  Error error{"expected json, csv, parquet or table, got " + format};
  error.field = "format";
  return json_error(400, error);
}

// {"views": [{"name": "hits", "doc": "…", "columns": [{"name": "time", "type": "TIMESTAMP",
//  "doc": "…"}]}], "services": ["example"], "service_columns": [{…}], "functions": ["abs"],
//  "limits": {"seconds": 30, "rows": 10000, "file_rows": 1000000, "bytes": 67108864}}
HttpResponse get_schema(const Call& call) {
  const QueryLimits limits{.is_cancelled = call.request.is_cancelled};
  const auto schema = call.context.store->console_schema(limits);
  if (!schema) return json_error(503, schema.error());
  HttpResponse response;
  JsonWriter json(&response.body);
  json.begin_object().key("views").begin_array();
  for (const ViewInfo& view : schema->views) {
    json.begin_object().key("name").value(view.name).key("doc").value(view.doc).key("columns");
    append_columns(view.columns, &json);
    json.end_object();
  }
  json.end_array().key("services");
  append_texts(schema->services, &json);
  append_columns(schema->service_columns, &json.key("service_columns"));
  append_texts(schema->functions, &json.key("functions"));
  json.key("limits").begin_object();
  json.key("seconds").value(static_cast<double>(call.context.console_time_us) / 1e6);
  json.key("rows").value(uint64_t{call.context.console_rows});
  json.key("file_rows").value(uint64_t{call.context.console_file_rows});
  json.key("bytes").value(uint64_t{limits.bytes});
  json.end_object().end_object();
  return response;
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
