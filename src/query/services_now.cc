#include "query/services_now.h"

#include <utility>

#include "query/range.h"
#include "query/run.h"

namespace ballcone {
namespace {

using States = std::map<std::string, ServiceNow>;

// A question by service, about those of one time zone.
Query question(std::vector<std::string> metrics, TimeRange range, const TimeZone& zone,
               int64_t now_us) {
  Query query;
  query.range = range;
  query.order = metrics.front();
  query.metrics = std::move(metrics);
  query.by = {"service"};
  query.limit = kRowsMax;
  query.now_us = now_us;
  query.zone = zone;
  return query;
}

// Other services are left out by a filter, where there are any.
void limit_to(const std::vector<std::string>& services, Query* query) {
  Filter filter;
  filter.condition = Condition{"service", FilterOp::in, services};
  query->filters.push_back(std::move(filter));
}

int64_t integer_of(const Value& value) {
  const auto* integer = std::get_if<int64_t>(&value);
  return integer ? *integer : 0;
}
using Take = void (*)(const std::vector<Value>& row, ServiceNow* state);

struct Part {
  Query query;
  Take take;
};

std::vector<Part> parts_of(const TimeZone& zone, int64_t now_us, TimeRange today) {
  const TimeRange yesterday = compared_range(Compare::previous, today, now_us, zone);
  return {
      {question({"live_visitors"}, today, zone, now_us),
       [](const auto& row, ServiceNow* state) { state->live_visitors = integer_of(row[1]); }},
      {question({"visitors"}, yesterday, zone, now_us),
       [](const auto& row, ServiceNow* state) { state->visitors_yesterday = integer_of(row[1]); }},
      {question({"error_rate", "generation_time_p95"}, today, zone, now_us),
       [](const auto& row, ServiceNow* state) {
         state->error_rate = shown(*find_metric("error_rate"), row[1]);
         state->generation_time_p95 = shown(*find_metric("generation_time_p95"), row[2]);
       }},
  };
}

Result<void> read_part(Store& store, const Part& part, const Codes& codes,
                       const QueryLimits& limits, States* states) {
  const auto table = ask(store, part.query, codes, limits);
  if (!table) return tl::unexpected<Error>(table.error());
  for (const auto& row : table->rows) {
    const auto* name = std::get_if<std::string>(&row[0]);
    if (name) part.take(row, &(*states)[*name]);
  }
  return {};
}

}  // namespace

Result<States> services_now(Store& store, const std::vector<std::string>& services, int64_t now_us,
                            const QueryLimits& limits, const TimeZones& zones) {
  std::map<std::string, std::vector<std::string>> names_of_zones;
  for (const std::string& name : services) names_of_zones[zones.of(name).name()].push_back(name);
  const auto codes = find_codes(store, "", limits);
  if (!codes) return tl::unexpected<Error>(codes.error());
  States states;
  for (const auto& [zone_name, names] : names_of_zones) {
    const TimeZone& zone = zones.of(names.front());
    const auto today = parse_range("today", now_us, zone);
    if (!today) return tl::unexpected<Error>(today.error());
    for (Part& part : parts_of(zone, now_us, *today)) {
      if (names_of_zones.size() > 1) limit_to(names, &part.query);
      if (auto done = read_part(store, part, *codes, limits, &states); !done)
        return tl::unexpected<Error>(done.error());
    }
  }
  return states;
}

}  // namespace ballcone
