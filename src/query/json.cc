#include "query/json.h"

#include <fmt/format.h>

#include <cmath>
#include <iterator>

#include "base/text.h"

namespace ballcone {
namespace {

void append_escaped(char c, std::string* out) {
  switch (c) {
    case '"':
      *out += "\\\"";
      return;
    case '\\':
      *out += "\\\\";
      return;
    case '\n':
      *out += "\\n";
      return;
    case '\r':
      *out += "\\r";
      return;
    case '\t':
      *out += "\\t";
      return;
    default:
      fmt::format_to(std::back_inserter(*out), "\\u{:04x}", static_cast<unsigned>(c));
  }
}

bool is_plain(char c) {
  return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\' && c != 0x7f;
}

}  // namespace

void append_json_string(std::string_view text, std::string* out) {
  std::string repaired;
  if (!is_utf8(text)) {
    append_repaired_utf8(text, &repaired);
    text = repaired;
  }
  out->push_back('"');
  size_t begin = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (is_plain(text[i])) continue;
    out->append(text.substr(begin, i - begin));
    append_escaped(text[i], out);
    begin = i + 1;
  }
  out->append(text.substr(begin));
  out->push_back('"');
}

void append_json_number(double value, std::string* out) {
  if (std::isfinite(value)) {
    fmt::format_to(std::back_inserter(*out), "{}", value);
  } else {
    *out += "null";
  }
}

void append_json_value(const Value& value, std::string* out) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    append_json_string(*text, out);
  } else if (const auto* integer = std::get_if<int64_t>(&value)) {
    fmt::format_to(std::back_inserter(*out), "{}", *integer);
  } else if (const auto* number = std::get_if<double>(&value)) {
    append_json_number(*number, out);
  } else if (const auto* is_true = std::get_if<bool>(&value)) {
    *out += *is_true ? "true" : "false";
  } else {
    *out += "null";
  }
}

std::string error_json(const Error& error) {
  std::string out = R"({"error":{"message":)";
  append_json_string(error.message, &out);
  out += R"(,"field":)";
  if (error.field.empty()) {
    out += "null";
  } else {
    append_json_string(error.field, &out);
  }
  out += R"(,"position":)";
  out += error.position < 0 ? "null" : std::to_string(error.position);
  return out + "}}";
}

}  // namespace ballcone
