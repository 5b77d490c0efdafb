#include "decode/json_mapping.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "decode/json_scan.h"
#include "decode/nginx_variables.h"

namespace ballcone {
namespace {

struct FieldName {
  std::string_view name;
  Field field;
  JsonReading reading = JsonReading::plain;
};

constexpr FieldName kFieldNames[] = {
    {"service", Field::service},
    {"time", Field::time_iso, JsonReading::any_time},
    {"date", Field::time_iso, JsonReading::any_time},
    {"time_of_day", Field::time_of_day},
    {"address", Field::address},
    {"ip", Field::address},
    {"forwarded_for", Field::forwarded_for},
    {"user_agent", Field::user_agent},
    {"referrer", Field::referrer},
    {"referer", Field::referrer},
    {"request", Field::request},
    {"method", Field::method},
    {"uri", Field::uri},
    {"url", Field::uri},
    {"path", Field::path},
    {"query", Field::query},
    {"protocol", Field::protocol, JsonReading::http_version},
    {"scheme", Field::scheme},
    {"host", Field::host},
    {"status", Field::status},
    {"bytes", Field::bytes},
    {"bytes_body", Field::bytes_body},
    {"content_type", Field::content_type},
    {"cache_status", Field::cache_status},
    {"request_id", Field::request_id},
    {"duration", Field::duration_s, JsonReading::duration},
    {"duration_ms", Field::duration_ms},
    {"duration_us", Field::duration_us},
    {"duration_ns", Field::duration_ns},
    {"upstream", Field::upstream_s},
    {"upstream_ms", Field::upstream_ms},
    {"upstream_ns", Field::upstream_ns},
    {"gpc", Field::gpc},
    {"fetch_dest", Field::fetch_dest},
    {"sec_purpose", Field::sec_purpose},
    {"purpose", Field::purpose},
    {"range", Field::range},
};

const FieldName* find_field(std::string_view name) {
  const auto* found = std::find_if(std::begin(kFieldNames), std::end(kFieldNames),
                                   [name](const FieldName& field) { return field.name == name; });
  return found == std::end(kFieldNames) ? nullptr : found;
}

std::string all_field_names() {
  std::string names;
  for (const FieldName& field : kFieldNames) {
    names += (names.empty() ? "" : ", ") + std::string(field.name);
  }
  return names;
}

// Up to the next comma that no backslash is before.
std::string_view next_part(std::string_view text) {
  size_t i = 0;
  while (i < text.size() && text[i] != ',') i += text[i] == '\\' ? 2 : 1;
  return text.substr(0, i);
}

// A key as it stands in a path: full stops and backslashes with a backslash in front.
std::string escaped(std::string_view key) {
  std::string path;
  for (const char c : key) {
    if (c == '.' || c == '\\') path += '\\';
    path += c;
  }
  return path;
}

// JSON's escapes undone.
std::string plain(std::string_view raw) {
  std::string text(raw.size(), '\0');
  bool is_repaired = false;
  text.resize(unescape_json(raw, false, text.data(), &is_repaired).size());
  return text;
}

// "$scheme", "${scheme}" → "scheme"; takes it from the front of `text`. Empty if none is there.
std::string_view take_variable(std::string_view& text) {
  if (!text.starts_with('$')) return {};
  const bool is_braced = text.starts_with("${");
  std::string_view name = text.substr(is_braced ? 2 : 1);
  const auto end = std::find_if_not(name.begin(), name.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  });
  name = name.substr(0, static_cast<size_t>(end - name.begin()));
  text.remove_prefix(std::min(name.size() + (is_braced ? 3 : 1), text.size()));
  return name;
}

// What a value of the log_format means: one variable, or several that make a URI.
Field field_of_value(std::string_view value) {
  if (value.starts_with("[$") && value.ends_with(']')) value = value.substr(1, value.size() - 2);
  const std::string_view whole = value;
  const std::string_view first = take_variable(value);
  if (first.empty()) return Field::ignored;
  const Field field = field_of_nginx_variable(first);
  if (value.empty()) return field;
  for (const std::string_view uri :
       {"$uri$is_args$args", "$uri?$args", "$document_uri?$args", "$document_uri$is_args$args",
        "$uri?$query_string", "$scheme://$host$request_uri", "$scheme://$http_host$request_uri",
        "$scheme://$server_name$request_uri", "$scheme://$host:$server_port$request_uri"}) {
    if (whole == uri) return Field::uri;
  }
  if (whole == "$request_method $request_uri $server_protocol" ||
      whole == "$request_method $uri $server_protocol") {
    return Field::request;
  }
  return Field::ignored;
}

bool is_time(Field field) {
  return field == Field::time_iso || field == Field::time_clf || field == Field::time_epoch;
}

// "${request_time}" without quotes would not look like a value: "$request_time" says the same.
std::string without_braces(std::string_view log_format) {
  std::string out;
  while (!log_format.empty()) {
    std::string_view rest = log_format;
    const std::string_view name = take_variable(rest);
    const bool is_alone = rest.empty() || rest[0] == '"' || rest[0] == ',' || rest[0] == '}' ||
                          rest[0] == ']' || rest[0] == ' ';
    if (name.empty() || !is_alone) {
      out += log_format[0];
      log_format.remove_prefix(1);
    } else {
      out += "$" + std::string(name);
      log_format = rest;
    }
  }
  return out;
}

// Reads a log_format as if it were the line it makes.
class PatternReader {
 public:
  // False if it is not JSON.
  bool read(std::string_view object, const std::string& prefix) {
    JsonScanner scanner(object);
    for (JsonField field; scanner.next(&field);) {
      std::string path = prefix + escaped(plain(field.key));
      if (field.kind == JsonKind::nested && field.value[0] == '[' && !field.is_cut) {
        if (!first_element(field.value, &field)) continue;
      }
      if (field.kind != JsonKind::nested) {
        add(std::move(path), plain(field.value));
      } else if (field.value[0] == '{' && !read(field.value, path + ".")) {
        return false;
      }
    }
    return scanner.end() == JsonEnd::whole;
  }

  Result<JsonTable> compile() const {
    std::vector<JsonKey> keys;
    for (size_t i = 0; i < paths_.size(); ++i) {
      const auto reading = is_time(fields_[i]) ? JsonReading::any_time : JsonReading::plain;
      keys.push_back({paths_[i], fields_[i], reading});
    }
    return JsonTable::compile(keys);
  }
  bool is_empty() const { return paths_.empty(); }

 private:
  void add(std::string path, std::string_view value) {
    Field field = field_of_value(value);
    // Not a variable, but the same in every line of a site.
    if (path == "service" && field == Field::ignored) field = Field::service;
    if (field == Field::ignored) return;
    paths_.push_back(std::move(path));
    fields_.push_back(field);
  }

  std::vector<std::string> paths_;
  std::vector<Field> fields_;
};

}  // namespace

Result<JsonTable> parse_json_mapping(std::string_view text) {
  constexpr std::string_view kPrefix = "json:";
  const size_t size = text.size();
  if (text.starts_with(kPrefix)) text.remove_prefix(kPrefix.size());
  std::vector<std::string> paths;
  std::vector<const FieldName*> fields;
  while (!text.empty()) {
    const std::string_view part = next_part(text);
    const auto position = static_cast<int>(size - text.size());
    text.remove_prefix(std::min(part.size() + 1, text.size()));
    const size_t equals = part.find('=');
    const std::string_view name = trim(part.substr(0, equals));
    const FieldName* field = find_field(name);
    if (field == nullptr) {
      return failure("expected one of " + all_field_names() + ", got '" + std::string(name) + "'",
                     position);
    }
    const std::string_view path = equals == part.npos ? "" : trim(part.substr(equals + 1));
    if (path.empty()) {
      return failure(
          "expected a key of the JSON behind '" + std::string(name) + "', as in address=client.ip",
          position);
    }
    fields.push_back(field);
    paths.emplace_back(path);
  }
  if (fields.empty()) {
    return failure("expected fields and their keys, as in json:address=client.ip,time=ts");
  }
  std::vector<JsonKey> keys;
  for (size_t i = 0; i < fields.size(); ++i) {
    keys.push_back({paths[i], fields[i]->field, fields[i]->reading});
  }
  return JsonTable::compile(keys);
}

Result<JsonTable> json_pattern(std::string_view log_format) {
  PatternReader reader;
  if (!reader.read(without_braces(log_format), "")) {
    return failure("expected a log_format that writes JSON, {\"ip\": \"$remote_addr\", …}", 0);
  }
  if (reader.is_empty()) {
    return failure(
        "expected a value such as \"$remote_addr\" in the log_format; none of its variables says "
        "who asked for what");
  }
  return reader.compile();
}

}  // namespace ballcone
