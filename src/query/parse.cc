// The only file of this room that includes the JSON library.
#include "query/parse.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/text.h"
#include "base/time.h"
#include "query/dimensions.h"
#include "query/metrics.h"
#include "query/names.h"
#include "query/range.h"
#include "query/reports.h"
#include "query/steps.h"

namespace ballcone {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kGrains[] = {"none", "minute", "hour", "day", "week", "month"};
constexpr std::string_view kOps[] = {"is",      "is_not",      "contains", "contains_not",
                                     "matches", "matches_not", "in",       "not_in"};
constexpr std::string_view kFields[] = {"report",  "service", "range", "grain", "metrics", "by",
                                        "filters", "include", "order", "limit", "offset"};

std::vector<std::string_view> metric_names() {
  std::vector<std::string_view> names;
  for (const Metric& metric : metrics()) names.push_back(metric.name);
  return names;
}
std::vector<std::string_view> dimension_names() {
  std::vector<std::string_view> names;
  for (const Dimension& dimension : dimensions()) names.push_back(dimension.name);
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

// What a JSON value is, for a message.
std::string shown(const Json& json) {
  if (json.is_string()) return in_quotes(json.get_ref<const std::string&>());
  const std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  return text.size() > 60 ? text.substr(0, 60) + "…" : text;
}

tl::unexpected<Error> expected_failure(std::string_view field, std::string_view want,
                                       const Json& got) {
  return field_failure(field, fmt::format("expected {}, got {}", want, shown(got)));
}

std::string repaired(const std::string& text) {
  std::string out;
  append_repaired_utf8(text, &out);
  return out;
}

// Where brackets are nested deeper than any question needs, or npos: the library's functions go
// down by recursion, and a megabyte of brackets is a stack overflow.
size_t find_too_deep(std::string_view text) {
  constexpr int kDepthMax = 64;
  int depth = 0;
  bool is_text = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') is_text = !is_text;
    if (c == '\\' && is_text) ++i;
    if (is_text) continue;
    if ((c == '[' || c == '{') && ++depth > kDepthMax) return i;
    if (c == ']' || c == '}') --depth;
  }
  return text.npos;
}

Result<Json> parse_json(std::string_view text, std::string_view field) {
  if (const size_t at = find_too_deep(text); at != text.npos) {
    auto failed = field_failure(field, "expected JSON nested less deeply");
    failed.value().position = static_cast<int>(at);
    return failed;
  }
  try {
    return Json::parse(text);
  } catch (const Json::parse_error& error) {
    auto failed = field_failure(field, "expected JSON that is well-formed");
    failed.value().position = error.byte > 0 ? static_cast<int>(error.byte) - 1 : 0;
    return failed;
  } catch (const Json::exception& error) {
    return field_failure(field, fmt::format("expected JSON, got {}", error.what()));
  }
}

// Reads the fields of one question, in turn; the first thing that is wrong ends it.
class Reader {
 public:
  Reader(const Json& json, int64_t now_us) : json_(json), now_us_(now_us) {
    query_.now_us = now_us;
  }

  Result<Query> read() {
    using Step = Result<void> (Reader::*)();
    constexpr Step kSteps[] = {&Reader::read_service, &Reader::read_range, &Reader::read_grain,
                               &Reader::read_metrics, &Reader::read_by,    &Reader::read_filters,
                               &Reader::read_include, &Reader::read_order, &Reader::read_limit,
                               &Reader::read_offset,  &Reader::check_steps};
    for (const Step step : kSteps) {
      if (auto done = (this->*step)(); !done) return tl::unexpected<Error>(done.error());
    }
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
    if (!json) return {};
    if (!json->is_string()) return expected_failure("service", "a name", *json);
    query_.service = repaired(json->get_ref<const std::string&>());
    return {};
  }

  Result<void> read_range() {
    const Json* json = find("range");
    Result<TimeRange> range = TimeRange{};
    if (!json) {
      range = parse_range("30d", now_us_);
    } else if (json->is_string()) {
      range = parse_range(json->get_ref<const std::string&>(), now_us_);
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
    return parse_range(ends[0], ends[1], now_us_);
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
      if (std::find(names.begin(), names.end(), name) == names.end()) {
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
    auto filters = read_filter_list(*json, 0);
    if (!filters) return tl::unexpected<Error>(filters.error());
    query_.filters = std::move(*filters);
    return {};
  }

  Result<std::vector<Filter>> read_filter_list(const Json& json, size_t depth) {
    if (!json.is_array() || (!json.empty() && json[0].is_string())) {
      return expected_failure("filters", R"(a list of filters as [["is", "path", "/"]])", json);
    }
    std::vector<Filter> filters;
    for (const Json& item : json) {
      auto filter = read_filter(item, depth);
      if (!filter) return tl::unexpected<Error>(filter.error());
      filters.push_back(std::move(*filter));
    }
    return filters;
  }

  Result<Filter> read_filter(const Json& json, size_t depth) {
    if (depth > kFilterDepthMax) {
      return field_failure("filters",
                           fmt::format("expected filters nested at most {} deep", kFilterDepthMax));
    }
    if (!json.is_array() || json.empty() || !json[0].is_string()) {
      return expected_failure("filters", R"(a filter as ["is", "path", "/"])", json);
    }
    const auto& op = json[0].get_ref<const std::string&>();
    if (op == "and" || op == "or") return read_group(json, op == "or", depth);
    if (op == "not") {
      if (json.size() != 2) return expected_failure("filters", R"(["not", filter])", json);
      auto filter = read_filter(json[1], depth + 1);
      if (filter) filter->is_negated = !filter->is_negated;
      return filter;
    }
    return read_condition(json, op);
  }

  Result<Filter> read_group(const Json& json, bool is_any, size_t depth) {
    if (json.size() != 2 || !json[1].is_array() || json[1].empty()) {
      return expected_failure("filters", R"(["and", [filter, …]] or ["or", [filter, …]])", json);
    }
    auto list = read_filter_list(json[1], depth + 1);
    if (!list) return tl::unexpected<Error>(list.error());
    Filter filter;
    (is_any ? filter.any : filter.all) = std::move(*list);
    return filter;
  }

  Result<Filter> read_condition(const Json& json, const std::string& op) {
    const auto it = std::find(std::begin(kOps), std::end(kOps), op);
    if (it == std::end(kOps)) {
      auto names = as_vector(kOps);
      names.insert(names.end(), {"and", "or", "not"});
      return name_failure("filters", "a filter's verb", op, names);
    }
    if (json.size() != 3 || !json[1].is_string()) {
      return expected_failure("filters", fmt::format(R"(["{}", column, value])", op), json);
    }
    Condition condition{
        json[1].get<std::string>(), static_cast<FilterOp>(it - std::begin(kOps)), {}};
    if (!find_dimension(condition.column)) {
      return name_failure("filters", "a dimension", condition.column, dimension_names());
    }
    if (++conditions_ > kConditionsMax) {
      return field_failure("filters",
                           fmt::format("expected at most {} conditions", kConditionsMax));
    }
    if (auto done = read_values(json[2], &condition); !done) {
      return tl::unexpected<Error>(done.error());
    }
    Filter filter;
    filter.condition = std::move(condition);
    return filter;
  }

  Result<void> read_values(const Json& json, Condition* condition) {
    const bool is_list = condition->op == FilterOp::in || condition->op == FilterOp::not_in;
    if (is_list ? !json.is_array() || json.empty() : json.is_structured()) {
      return expected_failure("filters", is_list ? R"(a list as ["a", "b"])" : "one value", json);
    }
    if (json.is_array() && json.size() > kFilterValuesMax) {
      return field_failure("filters", fmt::format("expected at most {} values, got {}",
                                                  kFilterValuesMax, json.size()));
    }
    const Json list = is_list ? json : Json::array({json});
    for (const Json& item : list) {
      auto value = read_value(item, *condition);
      if (!value) return tl::unexpected<Error>(value.error());
      condition->values.push_back(std::move(*value));
    }
    return {};
  }

  Result<std::string> read_value(const Json& json, const Condition& condition) {
    std::string value;
    if (json.is_string()) {
      value = repaired(json.get_ref<const std::string&>());
    } else if (json.is_number_integer()) {
      value = json.dump();
    } else if (!json.is_null()) {
      return expected_failure("filters", "a text, a whole number or null", json);
    }
    if (value.size() > kFilterBytesMax) {
      return field_failure("filters", fmt::format("expected a text of at most {} bytes, got {}",
                                                  kFilterBytesMax, value.size()));
    }
    const bool is_pattern =
        condition.op >= FilterOp::contains && condition.op <= FilterOp::matches_not;
    if (!value.empty() && !is_pattern && find_dimension(condition.column)->is_number) {
      return read_number(value, condition.column);
    }
    return value;
  }

  // "0404" and "404" are the same status.
  static Result<std::string> read_number(const std::string& value, std::string_view column) {
    int64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc() || end != value.data() + value.size()) {
      return field_failure("filters", fmt::format("expected a whole number for {}, got {}", column,
                                                  in_quotes(value)));
    }
    return std::to_string(number);
  }

  Result<void> read_include() {
    auto names = read_names("include", "bots", {"bots"});
    if (!names) return tl::unexpected<Error>(names.error());
    query_.include_bots = !names->empty();
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

  // "all" is not checked here: it begins with the first hit.
  Result<void> check_steps() {
    if (query_.grain == Grain::none || query_.range.from_us <= kBeginning_us) return {};
    const int64_t steps = step_of(query_.grain, query_.range.to_us - 1) -
                          step_of(query_.grain, query_.range.from_us) + 1;
    if (steps <= kStepsMax) return {};
    return field_failure("grain", fmt::format("expected at most {} steps, got {}; take a coarser "
                                              "grain or a shorter range",
                                              kStepsMax, steps));
  }

  const Json& json_;
  int64_t now_us_;
  Query query_;
  size_t conditions_ = 0;
};

Result<Query> read_query(const Json& json, int64_t now_us) {
  if (!json.is_object()) return expected_failure("", "a JSON object", json);
  for (const auto& [name, value] : json.items()) {
    if (std::find(std::begin(kFields), std::end(kFields), name) == std::end(kFields)) {
      return name_failure(name, "a field", name, as_vector(kFields));
    }
  }
  const auto it = json.find("report");
  if (it == json.end() || it->is_null()) return Reader(json, now_us).read();
  if (!it->is_string()) return expected_failure("report", "a report's name", *it);
  const Report* report = find_report(it->get_ref<const std::string&>());
  if (!report) {
    return name_failure("report", "a report", it->get_ref<const std::string&>(), report_names());
  }
  Json merged = Json::parse(report->query);
  for (const auto& [name, value] : json.items()) merged[name] = value;
  return Reader(merged, now_us).read();
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

Json filter_json(const Filter& filter) {
  Json json;
  if (filter.condition) {
    const Condition& condition = *filter.condition;
    const bool is_list = condition.op == FilterOp::in || condition.op == FilterOp::not_in;
    json = Json::array({kOps[static_cast<size_t>(condition.op)], condition.column});
    json.push_back(is_list ? Json(condition.values) : Json(condition.values[0]));
  } else {
    Json list = Json::array();
    for (const Filter& part : filter.any.empty() ? filter.all : filter.any) {
      list.push_back(filter_json(part));
    }
    json = Json::array({filter.any.empty() ? "and" : "or", list});
  }
  return filter.is_negated ? Json::array({"not", json}) : json;
}

}  // namespace

Result<Query> parse_query(std::string_view text, int64_t now_us) {
  const auto json = parse_json(text, "");
  if (!json) return tl::unexpected<Error>(json.error());
  return read_query(*json, now_us);
}

Result<Query> parse_query(const Parameters& parameters, int64_t now_us) {
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
  return read_query(json, now_us);
}

Result<QueryList> parse_queries(std::string_view text, int64_t now_us) {
  const auto json = parse_json(text, "");
  if (!json) return tl::unexpected<Error>(json.error());
  QueryList list;
  list.is_array = json->is_array();
  if (!list.is_array) {
    list.queries.push_back(read_query(*json, now_us));
    return list;
  }
  if (json->size() > kQueriesMax) {
    return field_failure(
        "", fmt::format("expected at most {} queries, got {}", kQueriesMax, json->size()));
  }
  for (const Json& item : *json) list.queries.push_back(read_query(item, now_us));
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
  json["include"] = query.include_bots ? Json::array({"bots"}) : Json::array();
  json["order"] = {query.order, query.is_descending ? "desc" : "asc"};
  json["limit"] = query.limit;
  json["offset"] = query.offset;
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace ballcone
