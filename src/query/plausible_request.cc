#include "query/plausible_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/text.h"
#include "base/time.h"
#include "query/names.h"
#include "query/plausible_filters.h"

namespace ballcone {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kFields[] = {"site_id", "metrics",  "date_range", "dimensions",
                                        "filters", "order_by", "include",    "pagination"};
constexpr int64_t kDaysMax = 5'000;  // of "7d"; the limits are Plausible's
constexpr int64_t kMonthsMax = 100;  // of "6mo"

struct Days {
  int64_t first;
  int64_t last;  // included
};

std::chrono::year_month month_of(int64_t day) {
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(day))};
  return date.year() / date.month();
}
int64_t first_day(std::chrono::year_month month) {
  return std::chrono::sys_days(month / 1).time_since_epoch().count();
}

// 7 of "7d".
std::optional<int64_t> count_before(std::string_view text, std::string_view unit, int64_t max) {
  if (!text.ends_with(unit)) return std::nullopt;
  text.remove_suffix(unit.size());
  int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return count >= 1 && count <= max ? std::optional(count) : std::nullopt;
}

// As Plausible counts: "7d" are the days before today, "6mo" the months before this one; day, month
// and year are the current ones, whole.
std::optional<Days> days_of(std::string_view text, int64_t today) {
  const std::chrono::year_month month = month_of(today);
  if (text == "day") return Days{today, today};
  if (text == "month") return Days{first_day(month), first_day(month + std::chrono::months(1)) - 1};
  if (text == "year") {
    const auto january = month.year() / std::chrono::January;
    return Days{first_day(january), first_day(january + std::chrono::years(1)) - 1};
  }
  if (const auto count = count_before(text, "mo", kMonthsMax)) {
    const auto first = month - std::chrono::months(*count);
    return Days{first_day(first), first_day(month) - 1};
  }
  if (const auto count = count_before(text, "d", kDaysMax)) return Days{today - *count, today - 1};
  return std::nullopt;
}

// "2024-01-01T12:00:00+02:00", or without an offset: then it is local.
std::optional<int64_t> moment_of(std::string_view text, const TimeZone& zone) {
  if (parse_day(text)) return std::nullopt;
  const size_t clock = text.find_first_of("T ");
  if (clock == text.npos) return std::nullopt;
  const bool has_offset = text.find_first_of("Zz+-", clock) != text.npos;
  const auto time = parse_iso8601(has_offset ? std::string(text) : std::string(text) + "Z");
  if (!time || has_offset) return time;
  return zone.utc_us(*time);
}

class Reader {
 public:
  Reader(const Json& json, const TimeZones& zones, int64_t now_us)
      : json_(json), zones_(zones), now_us_(now_us) {}

  Result<PlausibleRequest> read() {
    using Step = Result<void> (Reader::*)();
    constexpr Step kSteps[] = {
        &Reader::check_fields,    &Reader::read_site,    &Reader::read_range, &Reader::read_metrics,
        &Reader::read_dimensions, &Reader::read_filters, &Reader::read_order, &Reader::read_include,
        &Reader::read_pagination, &Reader::finish};
    if (!json_.is_object()) return field_failure("", "expected a JSON object");
    for (const Step step : kSteps) {
      if (auto done = (this->*step)(); !done) return tl::unexpected<Error>(done.error());
    }
    return std::move(request_);
  }

 private:
  const Json* find(const char* name) const {
    const auto it = json_.find(name);
    return it == json_.end() || it->is_null() ? nullptr : &*it;
  }

  Result<void> check_fields() {
    for (const auto& [name, value] : json_.items()) {
      if (std::find(std::begin(kFields), std::end(kFields), name) == std::end(kFields)) {
        return name_failure(name, "a field", name, {std::begin(kFields), std::end(kFields)});
      }
    }
    return {};
  }

  Result<void> read_site() {
    const Json* json = find("site_id");
    if (!json || !json->is_string() || json->get_ref<const std::string&>().empty()) {
      return field_failure("site_id", "expected site_id to be the name of a service");
    }
    append_repaired_utf8(json->get_ref<const std::string&>(), &request_.site_id);
    request_.zone = zones_.of(request_.site_id);
    ours_["service"] = request_.site_id;
    return {};
  }

  Result<void> read_range() {
    constexpr std::string_view kWant =
        R"(expected date_range to be "day", "7d", "month", "6mo", "year", "all", or two dates or times as ["2026-11-01", "2026-11-23"])";
    const Json* json = find("date_range");
    const int64_t today = request_.zone.day_of(now_us_);
    if (json && json->is_string()) {
      const auto& text = json->get_ref<const std::string&>();
      if (text == "all") {
        set_days({kBeginning_us / kDay_us, today});
        ours_["range"] = "all";
        return {};
      }
      const auto days = days_of(text, today);
      if (!days)
        return field_failure("date_range", fmt::format("{}, got {}", kWant, in_quotes(text)));
      set_days(*days);
      return {};
    }
    if (!json || !json->is_array() || json->size() != 2 || !(*json)[0].is_string() ||
        !(*json)[1].is_string()) {
      return field_failure("date_range", std::string(kWant));
    }
    if (!set_ends((*json)[0].get_ref<const std::string&>(),
                  (*json)[1].get_ref<const std::string&>())) {
      return field_failure("date_range", std::string(kWant) + ", the first before the second");
    }
    return {};
  }

  void set_days(const Days& days) {
    request_.range = {request_.zone.start_of_day_us(days.first),
                      request_.zone.start_of_day_us(days.last + 1)};
    ours_["range"] = {{"from", format_day(days.first)}, {"to", format_day(days.last)}};
  }

  bool set_ends(std::string_view from, std::string_view to) {
    const auto first = parse_day(from), last = parse_day(to);
    if (first && last) {
      if (*first > *last) return false;
      set_days({*first, *last});
      return true;
    }
    const auto from_us = moment_of(from, request_.zone), to_us = moment_of(to, request_.zone);
    if (!from_us || !to_us || *from_us > *to_us) return false;
    // The last second belongs to the range.
    request_.range = {*from_us, *to_us + kSecond_us};
    ours_["range"] = {{"from", format_time(request_.range.from_us)},
                      {"to", format_time(request_.range.to_us)}};
    return true;
  }

  Result<std::vector<std::string>> read_names(const char* field) {
    std::vector<std::string> names;
    const Json* json = find(field);
    if (!json) return names;
    if (!json->is_array())
      return field_failure(field, fmt::format("expected {} to be a list of names", field));
    for (const Json& item : *json) {
      if (!item.is_string()) {
        return field_failure(field, fmt::format("expected {} to be a list of names", field));
      }
      names.push_back(item.get<std::string>());
      if (std::find(names.begin(), names.end() - 1, names.back()) != names.end() - 1) {
        return field_failure(field, fmt::format("expected each name of {} once, got {} twice",
                                                field, in_quotes(names.back())));
      }
    }
    return names;
  }

  Result<void> read_metrics() {
    const auto names = read_names("metrics");
    if (!names) return tl::unexpected<Error>(names.error());
    if (names->empty()) return field_failure("metrics", "expected metrics to name at least one");
    auto& own = request_.own_metrics;
    for (const std::string& name : *names) {
      const auto metric = find_plausible_metric("metrics", name);
      if (!metric) return tl::unexpected<Error>(metric.error());
      request_.metrics.push_back(*metric);
      const std::string ours((*metric)->ours);
      if (std::find(own.begin(), own.end(), ours) == own.end()) own.push_back(ours);
    }
    ours_["metrics"] = own;
    return {};
  }

  Result<void> read_dimensions() {
    auto names = read_names("dimensions");
    if (!names) return tl::unexpected<Error>(names.error());
    Json by = Json::array();
    bool has_time = false;
    for (const std::string& name : *names) {
      const PlausibleTime* time = find_plausible_time(name);
      if (time && has_time) return field_failure("dimensions", "expected one time dimension");
      if (time) {
        has_time = true;
        request_.grain = time->grain == Grain::none ? usual_grain() : time->grain;
        request_.values.push_back(nullptr);
        continue;
      }
      const auto dimension = find_plausible_dimension("dimensions", name);
      if (!dimension) return tl::unexpected<Error>(dimension.error());
      request_.values.push_back(*dimension);
      if (std::find(by.begin(), by.end(), (*dimension)->column) != by.end()) {
        return field_failure(
            "dimensions", fmt::format("{} is the same as another dimension here", in_quotes(name)));
      }
      by.push_back((*dimension)->column);
    }
    if (by.size() > kDimensionsMax) {
      return field_failure("dimensions", fmt::format("expected at most {} dimensions beside time, "
                                                     "got {}; more are not supported",
                                                     kDimensionsMax, by.size()));
    }
    request_.dimensions = std::move(*names);
    const bool has_percentage = std::any_of(
        request_.metrics.begin(), request_.metrics.end(),
        [](const PlausibleMetric* one) { return one->number == PlausibleNumber::of_all; });
    if (has_percentage && request_.dimensions.empty()) {
      return field_failure("metrics", "percentage needs dimensions: without any it is 100");
    }
    ours_["grain"] = find_plausible_time(request_.grain)->ours;
    ours_["by"] = std::move(by);
    return {};
  }

  // What "time" means, by the length of the range.
  Grain usual_grain() const {
    const int64_t length_us = request_.range.to_us - request_.range.from_us;
    if (length_us <= 2 * kDay_us) return Grain::hour;
    if (length_us <= 40 * kDay_us) return Grain::day;
    return length_us <= 52 * 7 * kDay_us ? Grain::week : Grain::month;
  }

  Result<void> read_filters() {
    const Json* json = find("filters");
    if (!json) return {};
    const bool is_one = json->is_array() && !json->empty() && (*json)[0].is_string();
    if (!json->is_array() || is_one) {
      return field_failure("filters",
                           R"(expected a list of filters as [["is", "event:page", ["/"]]])");
    }
    Json list = Json::array();
    for (const Json& item : *json) {
      auto filter = own_filter(item);
      if (!filter) return tl::unexpected<Error>(filter.error());
      list.push_back(std::move(*filter));
    }
    ours_["filters"] = std::move(list);
    return {};
  }

  Result<void> read_order() {
    const Json* json = find("order_by");
    if (json && !json->is_array()) return order_failure();
    for (const Json& item : json ? *json : Json::array()) {
      const bool is_pair = item.is_array() && item.size() == 2 && item[0].is_string() &&
                           (item[1] == "asc" || item[1] == "desc");
      if (!is_pair) return order_failure();
      const auto order = order_of(item[0].get_ref<const std::string&>(), item[1] == "desc");
      if (!order) return order_failure();
      request_.order.push_back(*order);
    }
    if (!request_.order.empty()) return {};
    const auto time = std::find(request_.values.begin(), request_.values.end(), nullptr);
    if (time != request_.values.end()) {
      request_.order.push_back({static_cast<size_t>(time - request_.values.begin()), false, false});
    }
    request_.order.push_back({0, true, true});
    return {};
  }

  static tl::unexpected<Error> order_failure() {
    return field_failure("order_by",
                         R"(expected order_by to be a list as [["visitors", "desc"]], of metrics )"
                         "and dimensions that are asked for");
  }

  std::optional<PlausibleOrder> order_of(std::string_view name, bool is_descending) const {
    for (size_t i = 0; i < request_.dimensions.size(); ++i) {
      if (request_.dimensions[i] == name) return PlausibleOrder{i, false, is_descending};
    }
    for (size_t i = 0; i < request_.metrics.size(); ++i) {
      if (request_.metrics[i]->name == name) return PlausibleOrder{i, true, is_descending};
    }
    return std::nullopt;
  }

  Result<void> read_include() {
    const Json* json = find("include");
    if (!json) return {};
    if (!json->is_object()) return field_failure("include", "expected include to be an object");
    for (const auto& [name, value] : json->items()) {
      bool* const flag = name == "imports"       ? &request_.has_imports
                         : name == "time_labels" ? &request_.has_time_labels
                         : name == "total_rows"  ? &request_.has_total_rows
                                                 : nullptr;
      if (!flag || !value.is_boolean()) {
        return field_failure("include",
                             "expected include to have imports, time_labels or "
                             "total_rows, true or false; there is nothing else");
      }
      *flag = value.get<bool>();
    }
    if (request_.has_time_labels && request_.grain == Grain::none) {
      return field_failure("include", "time_labels need a time dimension");
    }
    return {};
  }

  Result<void> read_pagination() {
    const Json* json = find("pagination");
    if (!json) return {};
    const std::string want = fmt::format(
        "expected pagination as {{\"limit\": 100, \"offset\": 0}}, limit from 1 to {}", kRowsMax);
    if (!json->is_object()) return field_failure("pagination", want);
    for (const auto& [name, value] : json->items()) {
      const bool is_limit = name == "limit";
      if ((!is_limit && name != "offset") || !value.is_number_unsigned() ||
          value.get<uint64_t>() > static_cast<uint64_t>(is_limit ? kRowsMax : kOffsetMax) ||
          (is_limit && value == 0)) {
        return field_failure("pagination", want);
      }
      (is_limit ? request_.limit : request_.offset) = value.get<int64_t>();
    }
    return {};
  }

  Result<void> finish() {
    if (request_.has_time_labels && ours_["range"] != "all" &&
        (request_.range.to_us - request_.range.from_us) / kStepsMax > shortest_us()) {
      return field_failure("include", fmt::format("expected at most {} time labels", kStepsMax));
    }
    const PlausibleOrder& order = request_.order[0];
    const bool is_shown_otherwise =
        !order.is_metric &&
        (!request_.values[order.at] || request_.values[order.at]->value != PlausibleValue::plain);
    request_.is_cut_by_engine =
        request_.grain == Grain::none && request_.order.size() == 1 && !is_shown_otherwise;
    if (request_.is_cut_by_engine) {
      const std::string_view column =
          order.is_metric ? request_.metrics[order.at]->ours : request_.values[order.at]->column;
      ours_["order"] = {column, order.is_descending ? "desc" : "asc"};
      ours_["limit"] = request_.limit;
      ours_["offset"] = request_.offset;
    } else if (!ours_["by"].empty()) {
      ours_["limit"] = kRowsMax;
    }
    request_.question = ours_.dump(-1, ' ', false, Json::error_handler_t::replace);
    request_.echo = echo().dump(-1, ' ', false, Json::error_handler_t::replace);
    return {};
  }

  int64_t shortest_us() const {
    if (request_.grain == Grain::minute) return kSecond_us * 60;
    return request_.grain == Grain::hour ? kSecond_us * 3600 : kDay_us;
  }

  Json echo() const {
    Json json;
    json["site_id"] = request_.site_id;
    json["metrics"] = Json::array();
    for (const PlausibleMetric* metric : request_.metrics) json["metrics"].push_back(metric->name);
    json["filters"] = find("filters") ? *find("filters") : Json::array();
    json["dimensions"] = request_.dimensions;
    json["order_by"] = Json::array();
    for (const PlausibleOrder& order : request_.order) {
      const std::string_view name =
          order.is_metric ? request_.metrics[order.at]->name : request_.dimensions[order.at];
      json["order_by"].push_back({name, order.is_descending ? "desc" : "asc"});
    }
    json["include"] = {{"imports", request_.has_imports},
                       {"time_labels", request_.has_time_labels},
                       {"total_rows", request_.has_total_rows}};
    json["pagination"] = {{"limit", request_.limit}, {"offset", request_.offset}};
    return json;
  }

  const Json& json_;
  const TimeZones& zones_;
  const int64_t now_us_;
  PlausibleRequest request_;
  Json ours_ = Json::object();
};

int64_t floor_to(int64_t value, int64_t step) {
  const int64_t rest = value % step;
  return value - (rest < 0 ? rest + step : rest);
}

}  // namespace

// Brackets however deep are no danger: the library parses and frees them without recursion, and the
// only values that are written or gone down into are those found to be as they should be.
Result<PlausibleRequest> parse_plausible(std::string_view body, const TimeZones& zones,
                                         int64_t now_us) {
  try {
    const Json json = Json::parse(body);
    return Reader(json, zones, now_us).read();
  } catch (const Json::exception&) {
    Error error{"expected JSON that is well-formed"};
    error.position = 0;
    return tl::unexpected<Error>(std::move(error));
  }
}

std::string plausible_time_label(const PlausibleRequest& request, int64_t time_us) {
  const int64_t local_us = time_us + request.zone.offset_us(time_us);
  const int64_t day = floor_to(local_us, kDay_us) / kDay_us;
  if (request.grain == Grain::week) {
    const int64_t monday = day - (day + 3) % 7;  // 1970-01-01 was a Thursday
    return format_day(std::max(monday, request.zone.day_of(request.range.from_us)));
  }
  if (request.grain == Grain::month) return format_day(first_day(month_of(day)));
  if (request.grain == Grain::day) return format_day(day);
  const int64_t step_us = (request.grain == Grain::hour ? 3600 : 60) * kSecond_us;
  const std::string text = format_time(floor_to(local_us, step_us));  // "2026-11-23T12:00:00Z"
  return text.substr(0, 10) + ' ' + text.substr(11, 8);
}

// Where a clock is turned back, an hour's label is there once for both.
std::vector<std::string> plausible_time_labels(const PlausibleRequest& request) {
  std::vector<std::string> labels;
  const bool is_fine = request.grain == Grain::minute || request.grain == Grain::hour;
  const int64_t step_us = (request.grain == Grain::minute ? 60 : 3600) * kSecond_us;
  const auto add = [&](int64_t time_us) {
    std::string label = plausible_time_label(request, time_us);
    if (labels.empty() || label > labels.back()) labels.push_back(std::move(label));
  };
  if (is_fine) {
    for (int64_t t = request.range.from_us; t < request.range.to_us; t += step_us) add(t);
    return labels;
  }
  const int64_t last = request.zone.day_of(request.range.to_us - 1);
  for (int64_t day = request.zone.day_of(request.range.from_us); day <= last; ++day) {
    add(request.zone.start_of_day_us(day));
  }
  return labels;
}

}  // namespace ballcone
