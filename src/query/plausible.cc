#include "query/plausible.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/time.h"
#include "query/answer.h"
#include "query/names.h"

namespace ballcone {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kCountedPagesMax = 100;  // of kRowsMax rows each: total_rows counts no further

// Asks a question of ours, and is what differs from it to the engine.
class Asker {
 public:
  Asker(Store& store, const TimeZones& zones, int64_t now_us, const QueryLimits& limits)
      : store_(store), zones_(zones), now_us_(now_us), limits_(limits) {}

  Result<Json> ask(const std::string& question) const {
    const auto answer = query_json(store_, question, now_us_, limits_, zones_);
    if (!answer) return tl::unexpected<Error>(answer.error());
    return Json::parse(*answer);
  }

 private:
  Store& store_;
  const TimeZones& zones_;
  int64_t now_us_;
  const QueryLimits& limits_;
};

Json number_of(const PlausibleMetric& metric, const Json& value, int64_t visitors_of_all) {
  const auto rounded = [](double number) { return std::round(number * 100) / 100; };
  const double number = value.is_number() ? value.get<double>() : 0;
  switch (metric.number) {
    case PlausibleNumber::count:
      return static_cast<int64_t>(number);
    case PlausibleNumber::seconds:
      return std::llround(number);
    case PlausibleNumber::ratio:
      return rounded(number);
    case PlausibleNumber::percent:
      return rounded(number * 100);
    case PlausibleNumber::of_all:
      return visitors_of_all == 0 ? 0
                                  : rounded(number * 100 / static_cast<double>(visitors_of_all));
  }
  return value;
}

// The rows of our answer as Plausible has them.
class Rows {
 public:
  Rows(const PlausibleRequest& request, const Json& answer, int64_t visitors_of_all)
      : request_(request), visitors_of_all_(visitors_of_all) {
    const bool has_time = request.grain != Grain::none;
    for (const Json& row : answer["rows"]) {
      if (!has_time || has_something(row)) rows_.push_back(result_of(row));
    }
    if (request.is_cut_by_engine) return;
    std::stable_sort(rows_.begin(), rows_.end(),
                     [this](const Json& a, const Json& b) { return comes_before(a, b); });
  }

  size_t size() const { return rows_.size(); }

  Json take() {
    Json results = Json::array();
    const size_t begin = request_.is_cut_by_engine
                             ? 0
                             : std::min(rows_.size(), static_cast<size_t>(request_.offset));
    const size_t end = std::min(rows_.size(), begin + static_cast<size_t>(request_.limit));
    for (size_t i = begin; i < end; ++i) results.push_back(std::move(rows_[i]));
    return results;
  }

 private:
  size_t keys() const { return request_.dimensions.size(); }

  // Steps without any page view are left out.
  bool has_something(const Json& row) const {
    return std::any_of(row.begin() + static_cast<ptrdiff_t>(keys()), row.end(),
                       [](const Json& value) { return !value.is_null() && value != 0; });
  }

  Json result_of(const Json& row) const {
    const bool has_time = request_.grain != Grain::none;
    size_t at = has_time ? 1 : 0;
    Json dimensions = Json::array();
    for (const PlausibleDimension* dimension : request_.values) {
      if (!dimension) {
        dimensions.push_back(label_of(row[0].get_ref<const std::string&>()));
        continue;
      }
      const Json& value = row[at++];
      const std::string text = value.is_null()     ? ""
                               : value.is_string() ? value.get<std::string>()
                                                   : value.dump();
      dimensions.push_back(plausible_value(*dimension, text));
    }
    Json metrics = Json::array();
    for (const PlausibleMetric* metric : request_.metrics) {
      const auto own =
          std::find(request_.own_metrics.begin(), request_.own_metrics.end(), metric->ours);
      const auto place = static_cast<size_t>(own - request_.own_metrics.begin());
      metrics.push_back(number_of(*metric, row[keys() + place], visitors_of_all_));
    }
    return {{"dimensions", std::move(dimensions)}, {"metrics", std::move(metrics)}};
  }

  // Our steps are dates or moments.
  std::string label_of(const std::string& step) const {
    if (const auto day = parse_day(step)) {
      return plausible_time_label(request_, request_.zone.start_of_day_us(*day));
    }
    const auto time_us = parse_iso8601(step);
    return time_us ? plausible_time_label(request_, *time_us) : step;
  }

  bool comes_before(const Json& a, const Json& b) const {
    for (const PlausibleOrder& order : request_.order) {
      const char* list = order.is_metric ? "metrics" : "dimensions";
      const Json& x = a.at(list)[order.at];
      const Json& y = b.at(list)[order.at];
      if (x != y) return order.is_descending ? y < x : x < y;
    }
    return false;
  }

  const PlausibleRequest& request_;
  const int64_t visitors_of_all_;
  std::vector<Json> rows_;
};

// Visitors of everything that is asked about, which percentage is of.
Result<int64_t> count_all_visitors(const PlausibleRequest& request, const Asker& asker) {
  const bool is_asked = std::any_of(
      request.metrics.begin(), request.metrics.end(),
      [](const PlausibleMetric* one) { return one->number == PlausibleNumber::of_all; });
  if (!is_asked) return 0;
  Json question = Json::parse(request.question);
  for (const char* field : {"by", "grain", "order", "limit", "offset"}) question.erase(field);
  question["metrics"] = {"visitors"};
  const auto answer = asker.ask(question.dump());
  if (!answer) return tl::unexpected<Error>(answer.error());
  return (*answer)["rows"][0][0].get<int64_t>();
}

Result<int64_t> count_rows(const PlausibleRequest& request, const Asker& asker) {
  Json question = Json::parse(request.question);
  question["metrics"] = {request.own_metrics[0]};
  question.erase("order");
  question["limit"] = kRowsMax;
  int64_t count = 0;
  for (int page = 0; page < kCountedPagesMax; ++page) {
    question["offset"] = count;
    const auto answer = asker.ask(question.dump());
    if (!answer) return tl::unexpected<Error>(answer.error());
    count += static_cast<int64_t>((*answer)["rows"].size());
    if (!(*answer)["truncated"].get<bool>()) break;
  }
  return count;
}

Result<Json> meta_of(const PlausibleRequest& request, const Asker& asker, size_t rows,
                     bool is_truncated) {
  Json meta = Json::object();
  if (request.has_imports) {
    meta["imports_included"] = false;
    meta["imports_skip_reason"] = "no_imported_data";
  }
  if (request.has_time_labels) meta["time_labels"] = plausible_time_labels(request);
  if (!request.has_total_rows) return meta;
  auto total = static_cast<int64_t>(rows);
  const bool is_part = request.is_cut_by_engine && (is_truncated || request.offset > 0);
  if (is_part) {
    const auto counted = count_rows(request, asker);
    if (!counted) return tl::unexpected<Error>(counted.error());
    total = *counted;
  }
  meta["total_rows"] = total;
  return meta;
}

// "2026-11-23T23:59:59+01:00"
std::string local_time(const TimeZone& zone, int64_t time_us) {
  const int64_t offset_us = zone.offset_us(time_us);
  const int64_t minutes = std::abs(offset_us) / kSecond_us / 60;
  return format_time(time_us + offset_us).substr(0, 19) +
         fmt::format("{}{:02}:{:02}", offset_us < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

// "all" begins with the first page view, which the answer's range knows.
void set_beginning(const Json& answer, PlausibleRequest* request) {
  const auto from = parse_iso8601(answer["query"]["range"]["from"].get_ref<const std::string&>());
  if (from) request->range.from_us = std::max(request->range.from_us, *from);
}

std::string write(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<std::string> answer_request(PlausibleRequest request, const Asker& asker) {
  const auto answer = asker.ask(request.question);
  if (!answer) return tl::unexpected<Error>(answer.error());
  set_beginning(*answer, &request);
  const auto visitors = count_all_visitors(request, asker);
  if (!visitors) return tl::unexpected<Error>(visitors.error());
  Rows rows(request, *answer, *visitors);
  const auto meta = meta_of(request, asker, rows.size(), (*answer)["truncated"].get<bool>());
  if (!meta) return tl::unexpected<Error>(meta.error());
  Json query = Json::parse(request.echo);
  query["date_range"] = {local_time(request.zone, request.range.from_us),
                         local_time(request.zone, request.range.to_us - kSecond_us)};
  return write({{"results", rows.take()}, {"meta", *meta}, {"query", std::move(query)}});
}

}  // namespace

Result<std::string> plausible_json(Store& store, const TimeZones& zones, std::string_view body,
                                   int64_t now_us, const QueryLimits& limits) {
  auto request = parse_plausible(body, zones, now_us);
  if (!request) return tl::unexpected<Error>(request.error());
  try {
    return answer_request(std::move(*request), Asker(store, zones, now_us, limits));
  } catch (const Json::exception& error) {
    return tl::unexpected<Error>(
        Error{std::string("the answer has another shape: ") + error.what()});
  }
}

std::string plausible_error_json(const Error& error) { return write({{"error", error.message}}); }

}  // namespace ballcone
