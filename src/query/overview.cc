// GET /api/v1/services: every service with its days and how it does now, in a few statements
// whatever their number.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/time.h"
#include "query/answer.h"
#include "query/json.h"
#include "query/services_now.h"

namespace ballcone {
namespace {

struct Day {
  int64_t hits = 0;
  int64_t page_views = 0;
  int64_t visitors = 0;
};
struct Service {
  std::string name;
  int64_t first_day = 0;                      // in its own time zone, as all that follow
  int64_t last_hit_us = 0;                    // 0: none, or none that is left
  std::vector<Day> days;                      // oldest first
  int64_t visitors = 0, visitors_before = 0;  // of as many full days: until today, and before those
  ServiceNow now;
};
using Services = std::map<int64_t, Service>;  // by code

constexpr const char* kServices =
    "SELECT s.code, s.service, epoch_us(d.from_time), epoch_us(d.to_time) FROM data.text_service s "
    "LEFT JOIN (SELECT service, max(from_time) AS from_time, max(to_time) AS to_time FROM "
    "derived.days GROUP BY service) d ON d.service = s.code WHERE s.code > 0";

// The last hit of each service, looked for in its last day: what lies elsewhere is not read. Over
// all hits it took 15 ms for 10 M.
Sql last_hits_sql(const Table& services) {
  std::string sql;
  for (const auto& row : services.rows) {
    const auto* from_us = std::get_if<int64_t>(&row[2]);
    const auto* to_us = std::get_if<int64_t>(&row[3]);
    if (!from_us || !to_us) continue;
    sql += fmt::format(
        "{}SELECT {}::BIGINT, epoch_us(max(time)) FROM data.hits WHERE service = {} AND time >= "
        "make_timestamp({}) AND time < make_timestamp({})",
        sql.empty() ? "" : "\nUNION ALL ", std::get<int64_t>(row[0]), std::get<int64_t>(row[0]),
        *from_us, *to_us);
  }
  return {sql.empty() ? "SELECT 0, 0 LIMIT 0" : sql, {}};
}

// Days of services begin at different moments, so a day more is read than the fewest need.
Sql hits_sql(int64_t first_day) {
  return {fmt::format("SELECT t.service, t.day::BIGINT, sum(t.hits)::BIGINT\n"
                      "FROM derived.hits_by_hour t\nWHERE t.day >= {} AND NOT t.is_bot\n"
                      "GROUP BY ALL",
                      first_day),
          {}};
}
Sql views_sql(int64_t first_day) {
  return {fmt::format("SELECT t.service, t.day::BIGINT, sum(t.page_views)::BIGINT, "
                      "sum(t.visitors)::BIGINT\n"
                      "FROM derived.views_by_day t\nWHERE t.day >= {}\nGROUP BY ALL",
                      first_day),
          {}};
}

int64_t integer_at(const std::vector<Value>& row, size_t at) {
  const auto* integer = std::get_if<int64_t>(&row[at]);
  return integer ? *integer : 0;
}

// Null for a day that is not asked for: a server's clock may be ahead.
Day* find_day(Service* service, int64_t at) {
  const bool is_there = at >= 0 && at < static_cast<int64_t>(service->days.size());
  return is_there ? &service->days[static_cast<size_t>(at)] : nullptr;
}

// Asks for (service, day, …) and hands each row with its service and which of its days it is.
template <class Take>
Result<void> read_days(Store& store, const Sql& sql, const QueryLimits& limits, Services* services,
                       Take take) {
  const auto table = store.query(sql, limits);
  if (!table) return tl::unexpected<Error>(table.error());
  for (const auto& row : table->rows) {
    const auto it = services->find(integer_at(row, 0));
    if (it == services->end()) continue;  // came while we were asking
    take(row, &it->second, integer_at(row, 1) - it->second.first_day);
  }
  return {};
}

void take_hits(const std::vector<Value>& row, Service* service, int64_t at) {
  if (Day* day = find_day(service, at)) day->hits = integer_at(row, 2);
}

// Today is not over, so the days compared end with yesterday.
void take_views(const std::vector<Value>& row, Service* service, int64_t at) {
  const int64_t visitors = integer_at(row, 3);
  if (Day* day = find_day(service, at)) {
    day->page_views = integer_at(row, 2);
    day->visitors = visitors;
  }
  const auto days = static_cast<int64_t>(service->days.size());
  if (at >= -1 && at < days - 1) service->visitors += visitors;
  if (at >= -days - 1 && at < -1) service->visitors_before += visitors;
}

void append_counts(const Day& day, std::string* out) {
  *out += fmt::format(R"("hits":{},"page_views":{},"visitors":{}}})", day.hits, day.page_views,
                      day.visitors);
}

void append_now(const Service& service, std::string* out) {
  *out += fmt::format(
      R"(,"live_visitors":{},"visitors_yesterday":{},"visitors":{},"visitors_before":{},"error_rate":)",
      service.now.live_visitors, service.now.visitors_yesterday, service.visitors,
      service.visitors_before);
  append_json_value(service.now.error_rate, out);
  *out += R"(,"generation_time_p95":)";
  append_json_value(service.now.generation_time_p95, out);
}

void append_service(const Service& service, std::string* out) {
  *out += R"({"name":)";
  append_json_string(service.name, out);
  *out += R"(,"last_hit":)";
  *out += service.last_hit_us > 0
              ? '"' + format_time(service.last_hit_us / kSecond_us * kSecond_us) + '"'
              : "null";
  append_now(service, out);
  *out += R"(,"today":{)";
  append_counts(service.days.back(), out);
  *out += R"(,"days":[)";
  for (size_t i = 0; i < service.days.size(); ++i) {
    *out += fmt::format(R"({}{{"date":"{}",)", i > 0 ? "," : "",
                        format_day(service.first_day + static_cast<int64_t>(i)));
    append_counts(service.days[i], out);
  }
  *out += "]}";
}

bool comes_first(const Service* a, const Service* b) {
  const Day& x = a->days.back();
  const Day& y = b->days.back();
  if (x.visitors != y.visitors) return x.visitors > y.visitors;
  if (x.hits != y.hits) return x.hits > y.hits;
  return a->name < b->name;
}

std::string services_text(const Services& services, int64_t today) {
  std::vector<const Service*> sorted;
  for (const auto& [code, service] : services) sorted.push_back(&service);
  std::sort(sorted.begin(), sorted.end(), comes_first);
  std::string out = fmt::format(R"({{"today":"{}","services":[)", format_day(today));
  for (const Service* service : sorted) {
    if (out.back() == '}') out += ',';
    append_service(*service, &out);
  }
  return out + "]}";
}

Result<Services> known_services(Store& store, int64_t now_us, int days, const QueryLimits& limits,
                                const TimeZones& zones) {
  const auto known = store.query({kServices, {}}, limits);
  if (!known) return tl::unexpected<Error>(known.error());
  const auto last_hits = store.query(last_hits_sql(*known), limits);
  if (!last_hits) return tl::unexpected<Error>(last_hits.error());
  Services services;
  for (const auto& row : known->rows) {
    const auto* name = std::get_if<std::string>(&row[1]);
    Service& service = services[integer_at(row, 0)];
    service.name = name ? *name : "";
    service.days.resize(static_cast<size_t>(days));
    service.first_day = zones.of(service.name).day_of(now_us) - days + 1;
  }
  for (const auto& row : last_hits->rows)
    services[integer_at(row, 0)].last_hit_us = integer_at(row, 1);
  return services;
}

Result<void> read_now(Store& store, int64_t now_us, const QueryLimits& limits,
                      const TimeZones& zones, Services* services) {
  std::vector<std::string> names;
  for (const auto& [code, service] : *services) names.push_back(service.name);
  auto states = services_now(store, names, now_us, limits, zones);
  if (!states) return tl::unexpected<Error>(states.error());
  for (auto& [code, service] : *services) service.now = (*states)[service.name];
  return {};
}

int64_t first_day_of(const Services& services) {
  int64_t day = INT64_MAX;
  for (const auto& [code, service] : services) day = std::min(day, service.first_day);
  return day;
}

}  // namespace

Result<std::string> services_json(Store& store, int64_t now_us, int days, const QueryLimits& limits,
                                  const TimeZones& zones) {
  QueryLimits wide = limits;
  wide.rows = 1'000'000;
  days = std::max(days, 1);
  auto services = known_services(store, now_us, days, wide, zones);
  if (!services) return tl::unexpected<Error>(services.error());
  const int64_t today = zones.usual.day_of(now_us);
  if (services->empty()) return services_text(*services, today);
  const int64_t first_day = first_day_of(*services);
  auto done = read_days(store, hits_sql(first_day), wide, &*services, take_hits);
  if (done) done = read_days(store, views_sql(first_day - days - 1), wide, &*services, take_views);
  if (done) done = read_now(store, now_us, wide, zones, &*services);
  if (!done) return tl::unexpected<Error>(done.error());
  return services_text(*services, today);
}

}  // namespace ballcone
