// GET /api/v1/services: every service with its days, in three statements whatever their number.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/time.h"
#include "query/answer.h"
#include "query/run.h"

namespace ballcone {
namespace {

struct Day {
  int64_t hits = 0;
  int64_t page_views = 0;
  int64_t visitors = 0;
};
struct Service {
  std::string name;
  int64_t last_hit_us = 0;  // 0: none, or none that is left
  std::vector<Day> days;    // oldest first
};
using Services = std::map<int64_t, Service>;  // by code

// Column minima and maxima are kept per row group, yet this reads all: 15 ms for 10 M hits.
constexpr const char* kLastHits =
    "SELECT s.code, s.service, (SELECT epoch_us(max(h.time)) FROM data.hits h "
    "WHERE h.service = s.code) FROM data.text_service s WHERE s.code > 0";

// Two statements cost less than one with filters (10 M hits, 30 days, 2 cores: 39 + 96 ms against
// 167), because only a tenth of the hits is looked at for visitors.
Sql hits_sql(int64_t first_day, int64_t last_day) {
  return {fmt::format("SELECT service, time::DATE - DATE '1970-01-01' AS day, count(*)\n"
                      "FROM data.hits\n"
                      "WHERE time >= TIMESTAMP '{}' AND time < TIMESTAMP '{}' AND bot = 0\n"
                      "GROUP BY ALL",
                      format_day(first_day), format_day(last_day + 1)),
          {}};
}
Sql visitors_sql(int64_t first_day, int64_t last_day, uint32_t page) {
  return {
      fmt::format("SELECT service, day, sum(n)::BIGINT, count(visitor) FROM (\n"
                  "SELECT service, time::DATE - DATE '1970-01-01' AS day, visitor, count(*) AS n\n"
                  "FROM data.hits\n"
                  "WHERE time >= TIMESTAMP '{}' AND time < TIMESTAMP '{}' AND bot = 0"
                  " AND kind = {} AND purpose = 0\n"
                  "GROUP BY ALL)\nGROUP BY ALL",
                  format_day(first_day), format_day(last_day + 1), page),
      {}};
}

int64_t integer_at(const std::vector<Value>& row, size_t at) {
  const auto* integer = std::get_if<int64_t>(&row[at]);
  return integer ? *integer : 0;
}

// Asks for (service, day, …) and hands each row with its Day to `take`.
template <class Take>
Result<void> read_days(Store& store, const Sql& sql, const QueryLimits& limits, int64_t first_day,
                       Services* services, Take take) {
  const auto table = store.query(sql, limits);
  if (!table) return tl::unexpected<Error>(table.error());
  for (const auto& row : table->rows) {
    const auto it = services->find(integer_at(row, 0));
    if (it == services->end()) continue;  // came while we were asking
    take(row, &it->second.days.at(static_cast<size_t>(integer_at(row, 1) - first_day)));
  }
  return {};
}

void append_counts(const Day& day, std::string* out) {
  *out += fmt::format(R"("hits":{},"page_views":{},"visitors":{}}})", day.hits, day.page_views,
                      day.visitors);
}

void append_service(const Service& service, int64_t first_day, std::string* out) {
  *out += R"({"name":)";
  append_json_string(service.name, out);
  *out += R"(,"last_hit":)";
  *out += service.last_hit_us > 0
              ? '"' + format_time(service.last_hit_us / kSecond_us * kSecond_us) + '"'
              : "null";
  *out += R"(,"today":{)";
  append_counts(service.days.back(), out);
  *out += R"(,"days":[)";
  for (size_t i = 0; i < service.days.size(); ++i) {
    *out += fmt::format(R"({}{{"date":"{}",)", i > 0 ? "," : "",
                        format_day(first_day + static_cast<int64_t>(i)));
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

std::string services_text(const Services& services, int64_t first_day, int64_t today) {
  std::vector<const Service*> sorted;
  for (const auto& [code, service] : services) sorted.push_back(&service);
  std::sort(sorted.begin(), sorted.end(), comes_first);
  std::string out = fmt::format(R"({{"today":"{}","services":[)", format_day(today));
  for (const Service* service : sorted) {
    if (out.back() == '}') out += ',';
    append_service(*service, first_day, &out);
  }
  return out + "]}";
}

}  // namespace

Result<std::string> services_json(Store& store, int64_t now_us, int days,
                                  const QueryLimits& limits) {
  const int64_t today = day_of(now_us);
  const int64_t first_day = today - std::max(days, 1) + 1;
  const auto codes = find_codes(store, "", limits);
  if (!codes) return tl::unexpected<Error>(codes.error());
  QueryLimits wide = limits;
  wide.rows = 1'000'000;
  const auto last_hits = store.query({kLastHits, {}}, wide);
  if (!last_hits) return tl::unexpected<Error>(last_hits.error());
  Services services;
  for (const auto& row : last_hits->rows) {
    const auto* name = std::get_if<std::string>(&row[1]);
    services[integer_at(row, 0)] = {name ? *name : "", integer_at(row, 2),
                                    std::vector<Day>(static_cast<size_t>(today - first_day + 1))};
  }
  auto done = read_days(store, hits_sql(first_day, today), wide, first_day, &services,
                        [](const auto& row, Day* day) { day->hits = integer_at(row, 2); });
  if (!done) return tl::unexpected<Error>(done.error());
  done = read_days(store, visitors_sql(first_day, today, codes->page), wide, first_day, &services,
                   [](const auto& row, Day* day) {
                     day->page_views = integer_at(row, 2);
                     day->visitors = integer_at(row, 3);
                   });
  if (!done) return tl::unexpected<Error>(done.error());
  return services_text(services, first_day, today);
}

}  // namespace ballcone
