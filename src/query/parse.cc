#include "query/parse.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/time.h"
#include "query/check_query.h"
#include "query/dimensions.h"
#include "query/metrics.h"
#include "query/names.h"
#include "query/parse_filters.h"
#include "query/parse_json.h"
#include "query/plan.h"
#include "query/range.h"
#include "query/reports.h"
#include "query/steps.h"

namespace ballcone {
namespace {

constexpr std::string_view kCompares[] = {"none", "previous", "year"};
constexpr std::string_view kIncludes[] = {"bots", "assets", "sql"};
constexpr std::string_view kGrains[] = {"none", "minute", "hour", "day", "week", "month"};
constexpr std::string_view kFields[] = {"report",  "service", "range",   "grain",
                                        "metrics", "by",      "filters", "include",
                                        "compare", "order",   "limit",   "offset"};

std::vector<std::string_view> metric_names() {
  std::vector<std::string_view> names;
  for (const Metric& metric : metrics()) names.push_back(metric.name);
  return names;
}
std::vector<std::string_view> report_names() {
  std::vector<std::string_view> names;
  for (const Report& report : reports()) names.push_back(report.name);
  return names;
}
template <size_t N>
std::vector<std::string_view> as_vector(const std::string_view (&names)[N]) {
  return {std::begin(names), std::end(names)};
}

// Reads the fields of one question, in turn; the first thing that is wrong ends it.
class Reader {
 public:
  Reader(const Json& json, int64_t now_us, const TimeZones& zones)
      : json_(json), now_us_(now_us), zones_(zones) {
    query_.now_us = now_us;
  }

  Result<Query> read() {
    using Step = Result<void> (Reader::*)();
    constexpr Step kSteps[] = {&Reader::read_service, &Reader::read_range,   &Reader::read_grain,
                               &Reader::read_metrics, &Reader::read_by,      &Reader::read_filters,
                               &Reader::read_include, &Reader::read_compare, &Reader::read_order,
                               &Reader::read_limit,   &Reader::read_offset};
    for (const Step step : kSteps) {
      if (auto done = (this->*step)(); !done) return tl::unexpected<Error>(done.error());
    }
    if (auto done = check_query(query_); !done) return tl::unexpected<Error>(done.error());
    return query_;
  }

 private:
  // Null if the field is absent.
  const Json* find(const char* name) const {
    const auto it = json_.find(name);
    return it == json_.end() || it->is_null() ? nullptr : &*it;
  }

  Result<void> read_service() {
    const Json* json = find("service");
    if (json && !json->is_string()) return expected_failure("service", "a name", *json);
    if (json) query_.service = repaired(json->get_ref<const std::string&>());
    query_.zone = zones_.of(query_.service);
    if (query_.service.empty()) {
      for (const auto& [service, zone] : zones_.of_service) {
        query_.is_one_zone &= zone.name() == query_.zone.name();
      }
    }
    return {};
  }

  Result<void> read_range() {
    const Json* json = find("range");
    Result<TimeRange> range = TimeRange{};
    if (!json) {
      range = parse_range("30d", now_us_, query_.zone);
    } else if (json->is_string()) {
      range = parse_range(json->get_ref<const std::string&>(), now_us_, query_.zone);
    } else if (json->is_object()) {
      range = read_from_to(*json);
    } else {
      return expected_failure("range", R"("7d" or {"from": "2026-11-01", "to": "2026-11-23"})",
                              *json);
    }
    if (!range) return tl::unexpected<Error>(range.error());
    query_.range = *range;
    return {};
  }

  Result<TimeRange> read_from_to(const Json& json) {
    std::string ends[2];
    for (const auto& [name, value] : json.items()) {
      if (name != "from" && name != "to") {
        return name_failure("range", "from or to", name, {"from", "to"});
      }
      if (!value.is_string()) return expected_failure("range", "a date or a time", value);
      ends[name == "to"] = value.get<std::string>();
    }
    return parse_range(ends[0], ends[1], now_us_, query_.zone);
  }

  Result<void> read_grain() {
    const Json* json = find("grain");
    if (!json) return {};
    if (!json->is_string()) return expected_failure("grain", "\"day\"", *json);
    const auto& name = json->get_ref<const std::string&>();
    const auto it = std::find(std::begin(kGrains), std::end(kGrains), name);
    if (it == std::end(kGrains)) return name_failure("grain", "a grain", name, as_vector(kGrains));
    query_.grain = static_cast<Grain>(it - std::begin(kGrains));
    return {};
  }

  // A list of names, each once; a single name stands for a list of one.
  Result<std::vector<std::string>> read_names(const char* field, std::string_view what,
                                              const std::vector<std::string_view>& names) {
    std::vector<std::string> read;
    const Json* json = find(field);
    if (!json) return read;
    const Json list = json->is_string() ? Json::array({*json}) : *json;
    if (!list.is_array()) return expected_failure(field, "a list of names", *json);
    for (const Json& item : list) {
      if (!item.is_string()) return expected_failure(field, what, item);
      const auto& name = item.get_ref<const std::string&>();
      const bool is_property = what == "a dimension" && find_dimension(name) != nullptr;
      if (!is_property && std::find(names.begin(), names.end(), name) == names.end()) {
        return name_failure(field, what, name, names);
      }
      if (std::find(read.begin(), read.end(), name) != read.end()) {
        return field_failure(field,
                             fmt::format("expected each name once, got {} twice", in_quotes(name)));
      }
      read.push_back(name);
    }
    return read;
  }

  Result<void> read_metrics() {
    auto names = read_names("metrics", "a metric", metric_names());
    if (!names) return tl::unexpected<Error>(names.error());
    if (names->empty()) {
      return field_failure("metrics", fmt::format("expected at least one metric; there are {}",
                                                  fmt::join(metric_names(), ", ")));
    }
    query_.metrics = std::move(*names);
    return {};
  }

  Result<void> read_by() {
    auto names = read_names("by", "a dimension", dimension_names());
    if (!names) return tl::unexpected<Error>(names.error());
    if (names->size() > kDimensionsMax) {
      return field_failure("by", fmt::format("expected at most {} dimensions, got {}",
                                             kDimensionsMax, names->size()));
    }
    query_.by = std::move(*names);
    return {};
  }

  Result<void> read_filters() {
    const Json* json = find("filters");
    if (!json) return {};
    auto filters = ballcone::read_filters(*json);
    if (!filters) return tl::unexpected<Error>(filters.error());
    query_.filters = std::move(*filters);
    return {};
  }

  Result<void> read_include() {
    const auto names = read_names("include", "bots, assets or sql", as_vector(kIncludes));
    if (!names) return tl::unexpected<Error>(names.error());
    query_.include_bots = contains(*names, "bots");
    query_.include_assets = contains(*names, "assets");
    query_.tells_sql = contains(*names, "sql");
    return {};
  }

  Result<void> read_compare() {
    const Json* json = find("compare");
    if (!json) return {};
    if (!json->is_string()) return expected_failure("compare", R"("previous" or "year")", *json);
    const auto& name = json->get_ref<const std::string&>();
    const auto it = std::find(std::begin(kCompares), std::end(kCompares), name);
    if (it == std::end(kCompares))
      return name_failure("compare", "a period to compare with", name, as_vector(kCompares));
    query_.compare = static_cast<Compare>(it - std::begin(kCompares));
    return {};
  }

  Result<void> read_order() {
    const bool is_series = query_.grain != Grain::none;
    query_.order = is_series && query_.by.empty() ? "time" : query_.metrics[0];
    query_.is_descending = query_.order != "time";
    const Json* json = find("order");
    if (!json) return {};
    const Json list = json->is_string() ? Json::array({*json}) : *json;
    if (!list.is_array() || list.empty() || list.size() > 2 || !list[0].is_string()) {
      return expected_failure("order", R"("visitors" or ["visitors", "desc"])", *json);
    }
    query_.order = list[0].get<std::string>();
    std::vector<std::string_view> names(query_.metrics.begin(), query_.metrics.end());
    names.insert(names.end(), query_.by.begin(), query_.by.end());
    if (is_series && query_.by.empty()) names.push_back("time");
    if (std::find(names.begin(), names.end(), query_.order) == names.end()) {
      return name_failure("order", "one of this question's columns", query_.order, names);
    }
    // Numbers from the largest, names and times from the first.
    query_.is_descending = find_metric(query_.order) != nullptr;
    if (list.size() == 1) return {};
    if (list[1] != "asc" && list[1] != "desc") {
      return expected_failure("order", R"("asc" or "desc")", list[1]);
    }
    query_.is_descending = list[1] == "desc";
    return {};
  }

  Result<int64_t> read_integer(const char* field, int64_t low, int64_t high, int64_t absent) {
    const Json* json = find(field);
    if (!json) return absent;
    const bool is_small = json->is_number_integer() &&
                          (!json->is_number_unsigned() || json->get<uint64_t>() <= INT64_MAX);
    if (!is_small || json->get<int64_t>() < low || json->get<int64_t>() > high) {
      return expected_failure(field, fmt::format("a whole number from {} to {}", low, high), *json);
    }
    return json->get<int64_t>();
  }

  Result<void> read_limit() {
    // A series by time is whole unless the question says otherwise.
    const bool is_whole = query_.is_filled_series();
    auto limit = read_integer("limit", 1, is_whole ? kStepsMax : kRowsMax,
                              is_whole ? kStepsMax : Query{}.limit);
    if (!limit) return tl::unexpected<Error>(limit.error());
    query_.limit = *limit;
    return {};
  }

  Result<void> read_offset() {
    auto offset = read_integer("offset", 0, kOffsetMax, 0);
    if (!offset) return tl::unexpected<Error>(offset.error());
    query_.offset = *offset;
    return {};
  }

  static bool contains(const std::vector<std::string>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  }

  const Json& json_;
  int64_t now_us_;
  const TimeZones& zones_;
  Query query_;
};

Result<Query> read_query(const Json& json, int64_t now_us, const TimeZones& zones) {
  if (!json.is_object()) return expected_failure("", "a JSON object", json);
  for (const auto& [name, value] : json.items()) {
    if (std::find(std::begin(kFields), std::end(kFields), name) == std::end(kFields)) {
      return name_failure(name, "a field", name, as_vector(kFields));
    }
  }
  const auto it = json.find("report");
  if (it == json.end() || it->is_null()) return Reader(json, now_us, zones).read();
  if (!it->is_string()) return expected_failure("report", "a report's name", *it);
  const Report* report = find_report(it->get_ref<const std::string&>());
  if (!report) {
    return name_failure("report", "a report", it->get_ref<const std::string&>(), report_names());
  }
  Json merged = Json::parse(report->query);
  for (const auto& [name, value] : json.items()) merged[name] = value;
  return Reader(merged, now_us, zones).read();
}

Json split_at_commas(const std::string& text) {
  Json list = Json::array();
  size_t begin = 0;
  while (begin < text.size()) {
    const size_t end = std::min(text.find(',', begin), text.size());
    list.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return list;
}

// The text of a parameter as the JSON it stands for.
Result<Json> parameter_json(const std::string& name, const std::string& text) {
  if (name == "metrics" || name == "by" || name == "include" || name == "order") {
    return split_at_commas(text);
  }
  if (name == "filters" || (name == "range" && text.starts_with('{'))) {
    return parse_json(text, name);
  }
  if (name == "limit" || name == "offset") {
    int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && end == text.data() + text.size()) return Json(number);
  }
  return Json(repaired(text));
}

}  // namespace

Result<Query> parse_query(std::string_view text, int64_t now_us, const TimeZones& zones) {
  const auto json = parse_json(text, "");
  if (!json) return tl::unexpected<Error>(json.error());
  return read_query(*json, now_us, zones);
}

Result<Query> parse_query(const Parameters& parameters, int64_t now_us, const TimeZones& zones) {
  Json json = Json::object();
  for (const auto& [raw_name, text] : parameters) {
    const std::string name = repaired(raw_name);
    const bool is_end = name == "from" || name == "to";
    Json& place = is_end ? json["range"] : json;
    if (is_end && !place.is_null() && !place.is_object()) {
      return field_failure("range", "expected range, or from and to, got both");
    }
    if (place.contains(name)) {
      return field_failure(name, fmt::format("expected {} once, got it twice", in_quotes(name)));
    }
    auto value = parameter_json(name, text);
    if (!value) return tl::unexpected<Error>(value.error());
    place[name] = std::move(*value);
  }
  return read_query(json, now_us, zones);
}

Result<QueryList> parse_queries(std::string_view text, int64_t now_us, const TimeZones& zones) {
  const auto json = parse_json(text, "");
  if (!json) return tl::unexpected<Error>(json.error());
  QueryList list;
  list.is_array = json->is_array();
  if (!list.is_array) {
    list.queries.push_back(read_query(*json, now_us, zones));
    return list;
  }
  if (json->size() > kQueriesMax) {
    return field_failure(
        "", fmt::format("expected at most {} queries, got {}", kQueriesMax, json->size()));
  }
  for (const Json& item : *json) list.queries.push_back(read_query(item, now_us, zones));
  return list;
}

std::string to_json(const Query& query) {
  Json json;
  json["service"] = query.service.empty() ? Json() : Json(query.service);
  json["range"] = {{"from", format_time(query.range.from_us)},
                   {"to", format_time(query.range.to_us)}};
  json["grain"] = kGrains[static_cast<size_t>(query.grain)];
  json["metrics"] = query.metrics;
  json["by"] = query.by;
  json["filters"] = Json::array();
  for (const Filter& filter : query.filters) json["filters"].push_back(filter_json(filter));
  json["include"] = Json::array();
  if (query.include_bots) json["include"].push_back("bots");
  if (query.include_assets) json["include"].push_back("assets");
  if (query.tells_sql) json["include"].push_back("sql");
  if (query.compare != Compare::none)
    json["compare"] = kCompares[static_cast<size_t>(query.compare)];
  json["order"] = {query.order, query.is_descending ? "desc" : "asc"};
  json["limit"] = query.limit;
  json["offset"] = query.offset;
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace ballcone
