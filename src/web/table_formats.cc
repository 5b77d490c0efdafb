#include "web/table_formats.h"

#include <fmt/format.h>

#include <iterator>

#include "web/json.h"

namespace ballcone {
namespace {

constexpr int64_t kExact = (int64_t{1} << 53) - 1;  // JavaScript's Number.MAX_SAFE_INTEGER
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

template <class Cells, class Append>
void append_csv_line(const Cells& cells, const Append& append, std::string* out) {
  for (size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) *out += ',';
    append(cells[i]);
  }
  *out += "\r\n";
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

void append_csv_names(const std::vector<TableColumn>& columns, std::string* out) {
  const auto append = [&](const TableColumn& column) { append_csv_text(column.name, out); };
  append_csv_line(columns, append, out);
}

void append_csv_rows(const Table& table, std::string* out) {
  const auto append = [&](const Value& value) { append_csv(value, out); };
  for (const auto& row : table.rows) append_csv_line(row, append, out);
}

std::string table_csv(const Table& table) {
  std::string out;
  append_csv_names(table.columns, &out);
  append_csv_rows(table, &out);
  return out;
}

}  // namespace ballcone
