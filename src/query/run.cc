#include "query/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "base/time.h"
#include "derive/tables.h"
#include "query/answer.h"
#include "query/compare.h"
#include "query/console_sql.h"
#include "query/dimensions.h"
#include "query/goals.h"
#include "query/metrics.h"
#include "query/names.h"
#include "query/plan.h"
#include "query/properties.h"
#include "query/steps.h"

namespace ballcone {
namespace {

using Row = std::vector<Value>;

constexpr size_t kAnswerRowsMax = 100'000;

int64_t integer_of(const Value& value) {
  const auto* integer = std::get_if<int64_t>(&value);
  return integer ? *integer : 0;
}

// The steps of the range that have begun, and those that have rows (a server's clock may be ahead).
// "all" begins with the first hit.
struct Steps {
  int64_t first;
  int64_t last;
};
Steps steps_to_fill(const Query& query, const std::vector<Row>& rows) {
  const bool is_all = query.range.from_us <= kBeginning_us;
  const int64_t now_step = step_of(query.grain, query.now_us, query.zone);
  Steps steps{step_of(query.grain, query.range.from_us, query.zone),
              std::min(step_of(query.grain, query.range.to_us - 1, query.zone), now_step)};
  if (is_all) steps.first = steps.last + 1;
  if (rows.empty()) return steps;
  if (is_all) steps.first = integer_of(rows.front()[0]);
  steps.last = std::max(steps.last, integer_of(rows.back()[0]));
  return steps;
}

// False for the hour that clocks jump over in spring.
bool is_there(const Query& query, int64_t step) {
  const int64_t start_us = start_of_step_us(query.grain, step, query.zone);
  return query.grain >= Grain::day || step_of(query.grain, start_us, query.zone) == step;
}

// `rows` by time → every step, in the order and the part that is asked for.
Result<void> fill_series(const Query& query, Table* table) {
  const Steps steps = steps_to_fill(query, table->rows);
  if (steps.last - steps.first >= kStepsMax) {
    return field_failure("grain", fmt::format("expected at most {} steps, got {}; take a coarser "
                                              "grain or a shorter range",
                                              kStepsMax, steps.last - steps.first + 1));
  }
  Row empty(1);
  for (const std::string& name : query.metrics) empty.push_back(nothing_of(query, name));
  std::vector<Row> filled;
  auto next = table->rows.begin();
  for (int64_t step = steps.first; step <= steps.last; ++step) {
    if (next != table->rows.end() && integer_of((*next)[0]) == step) {
      filled.push_back(std::move(*next++));
    } else if (is_there(query, step)) {
      filled.push_back(empty);
      filled.back()[0] = step;
    }
  }
  if (query.is_descending) std::reverse(filled.begin(), filled.end());
  const auto count = static_cast<int64_t>(filled.size());
  const int64_t begin = std::min(query.offset, count);
  const int64_t end = std::min(begin + query.limit, count);
  table->is_truncated |= end < count;
  table->rows.assign(std::make_move_iterator(filled.begin() + begin),
                     std::make_move_iterator(filled.begin() + end));
  return {};
}

// Takes away the row or the value that was asked for only to know whether there are more.
void cut(const Query& query, Table* table) {
  auto& rows = table->rows;
  const auto limit = static_cast<size_t>(query.limit);
  if (query.grain != Grain::none && !query.by.empty()) {
    table->is_truncated |= std::erase_if(rows, [&](const Row& row) {
                             return integer_of(row.back()) > query.offset + query.limit;
                           }) > 0;
  } else if (rows.size() > limit) {
    rows.resize(limit);
    table->is_truncated = true;
  }
}

void append_columns(const Query& query, std::string* out) {
  std::string list;
  if (query.grain != Grain::none) list += R"(,{"name":"time","kind":"time","unit":null})";
  for (const std::string& name : query.by) {
    list += R"(,{"name":)";
    append_json_string(name, &list);
    list += R"(,"kind":"dimension","unit":null})";
  }
  for (const std::string& name : query.metrics) {
    list += fmt::format(R"(,{{"name":"{}","kind":"metric","unit":"{}"}})", name,
                        find_metric(name)->unit);
  }
  *out += list.substr(1);
}

void append_row(const Query& query, const std::vector<const Metric*>& metrics, const Row& row,
                std::string* out) {
  *out += '[';
  size_t at = 0;
  if (query.grain != Grain::none) {
    append_json_string(format_step(query.grain, integer_of(row[at++]), query.zone), out);
    *out += ',';
  }
  for (size_t i = 0; i < query.by.size(); ++i) {
    append_json_value(row[at++], out);
    *out += ',';
  }
  for (const Metric* metric : metrics) {
    append_json_value(shown(*metric, row[at++]), out);
    *out += ',';
  }
  out->back() = ']';
}

void append_rows(const Query& query, const std::vector<Row>& rows, std::string* out) {
  std::vector<const Metric*> metrics;
  for (const std::string& name : query.metrics) metrics.push_back(find_metric(name));
  *out += R"("rows":[)";
  for (const Row& row : rows) {
    append_row(query, metrics, row, out);
    *out += ',';
  }
  if (!rows.empty()) out->pop_back();
  *out += ']';
}

bool is_approximate(const Query& query) {
  return std::any_of(query.metrics.begin(), query.metrics.end(),
                     [](const std::string& name) { return find_metric(name)->percentile > 0; });
}

// Totals know more days than what else is asked: without this, silence would look like no visits.
void append_forgotten(const Query& query, const Codes& codes, std::string* out) {
  if (codes.forgotten_from >= codes.forgotten_before) return;
  const TimeRange forgotten{query.zone.start_of_day_us(codes.forgotten_from),
                            query.zone.start_of_day_us(codes.forgotten_before)};
  const Plan plan = make_plan(query);
  const bool is_asked = std::any_of(plan.parts.begin(), plan.parts.end(), [&](const Part& part) {
    return part.source != Source::totals && part.source != Source::times &&
           part.range.from_us < forgotten.to_us && part.range.to_us > forgotten.from_us;
  });
  if (is_asked)
    *out += fmt::format(R"(,"forgotten_before":"{}")", format_day(codes.forgotten_before));
}

std::string answer_json(const Query& query, const Codes& codes, const Table& table,
                        const std::optional<Comparison>& other, int64_t elapsed_us) {
  std::string out = R"({"query":)" + to_json(query) + R"(,"time_zone":)";
  append_json_string(query.zone.name(), &out);
  out += R"(,"columns":[)";
  append_columns(query, &out);
  out += "],";
  append_rows(query, table.rows, &out);
  if (query.compare != Compare::none) {
    out += R"(,"compare":)";
    if (other) {
      out += fmt::format(R"({{"range":{{"from":"{}","to":"{}"}},)",
                         format_time(other->query.range.from_us),
                         format_time(other->query.range.to_us));
      append_rows(query, other->table.rows, &out);
      append_forgotten(other->query, codes, &out);
      out += '}';
    } else {
      out += "null";
    }
  }
  if (is_approximate(query)) out += R"(,"approximate":true)";
  append_forgotten(query, codes, &out);
  out += fmt::format(R"(,"truncated":{},"elapsed_ms":{:.3f}}})", table.is_truncated,
                     static_cast<double>(elapsed_us) / 1e3);
  return out;
}

bool is_all_void(const Query& query) {
  return std::all_of(query.metrics.begin(), query.metrics.end(),
                     [&](const std::string& name) { return is_void(query, *find_metric(name)); });
}

// One row of nulls for numbers; a series is filled with them, a ranking has no values.
Result<Table> void_table(const Query& query) {
  Table table;
  if (query.grain == Grain::none && query.by.empty()) table.rows.emplace_back(query.metrics.size());
  return table;
}

Result<void> find_forgotten(Store& store, Codes* codes, const QueryLimits& limits) {
  const auto table = store.query(
      {fmt::format(
           "SELECT min(day), max(day) + 1 FROM derived.days WHERE NOT has_hits{}",
           codes->service == kNoCode ? "" : fmt::format(" AND service = {}", codes->service)),
       {}},
      limits);
  if (!table) return tl::unexpected<Error>(table.error());
  codes->forgotten_from = integer_of(table->rows[0][0]);
  codes->forgotten_before = integer_of(table->rows[0][1]);
  return {};
}

// Codes are looked up once per service and request.
using CodesOfServices = std::map<std::string, Codes>;

Result<std::string> answer(Store& store, const Result<Query>& query, CodesOfServices* known,
                           const QueryLimits& limits) {
  if (!query) return tl::unexpected<Error>(query.error());
  auto it = known->find(query->service);
  if (it == known->end()) {
    const auto codes = find_codes(store, query->service, limits);
    if (!codes) return tl::unexpected<Error>(codes.error());
    it = known->emplace(query->service, *codes).first;
  }
  return run_query(store, *query, it->second, limits);
}

// A question that names no goal, and is not by property.
Result<Table> ask_plain(Store& store, const Query& query, const Codes& codes,
                        const QueryLimits& limits) {
  QueryLimits wide = limits;
  wide.rows = kAnswerRowsMax;
  auto table = is_all_void(query) ? void_table(query) : store.query(make_sql(query, codes), wide);
  if (!table) return table;
  if (query.is_filled_series()) {
    if (auto done = fill_series(query, &*table); !done) return tl::unexpected<Error>(done.error());
  } else {
    cut(query, &*table);
  }
  return table;
}

// A question that names no goal, maybe by the names of properties.
Result<Table> ask_named(Store& store, const Query& query, const Codes& codes,
                        const QueryLimits& limits) {
  const auto ask_one = [&](const Query& one) { return ask_plain(store, one, codes, limits); };
  if (!asks_for_properties(query)) return ask_one(query);
  const auto names = store.query(make_property_names_sql(query, codes), limits);
  if (!names) return tl::unexpected<Error>(names.error());
  return rank_properties(query, *names, ask_one);
}

// As JSON; null where there is none.
Result<std::string> statement_of(Store& store, const Query& query, const QueryLimits& limits) {
  std::vector<Goal> goals;
  if (names_goals(query)) {
    auto known = read_goals(store, query.service, limits);
    if (!known) return tl::unexpected<Error>(known.error());
    goals = std::move(*known);
  }
  const auto sql = console_sql(query, goals);
  if (!sql) return "null";
  std::string json;
  append_json_string(*sql, &json);
  return json;
}

std::vector<uint32_t> parse_codes(const std::string& text) {
  std::vector<uint32_t> codes;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find(',', begin), text.size());
    codes.push_back(static_cast<uint32_t>(std::stoul(text.substr(begin, end - begin))));
    begin = end + 1;
  }
  return codes;
}

}  // namespace

Value shown(const Metric& metric, const Value& value) {
  double number = 0;
  if (const auto* integer = std::get_if<int64_t>(&value)) {
    if (metric.is_sum()) return value;
    number = metric.percentile ? time_of_bucket_us(*integer) : static_cast<double>(*integer);
  } else if (const auto* real = std::get_if<double>(&value)) {
    number = *real;
  } else {
    return value;
  }
  if (metric.unit == "seconds") return std::round(number) / 1e6;
  return std::round(number * 1e6) / 1e6;
}

Result<Codes> find_codes(Store& store, const std::string& service, const QueryLimits& limits) {
  const auto table = store.query(make_codes_sql(service), limits);
  if (!table) return tl::unexpected<Error>(table.error());
  const Row& row = table->rows.at(0);
  Codes codes;
  if (const auto* code = std::get_if<int64_t>(&row[0]))
    codes.service = static_cast<uint32_t>(*code);
  if (const auto* code = std::get_if<int64_t>(&row[1])) codes.page = static_cast<uint32_t>(*code);
  if (const auto* list = std::get_if<std::string>(&row[2])) codes.pardoned = parse_codes(*list);
  if (const auto* is_there = std::get_if<bool>(&row[3])) codes.has_caught_bots = *is_there;
  if (const auto* code = std::get_if<int64_t>(&row[4])) codes.script = static_cast<uint32_t>(*code);
  if (const auto* code = std::get_if<int64_t>(&row[5]))
    codes.engagement = static_cast<uint32_t>(*code);
  if (!service.empty() && codes.service == kNoCode) {
    const auto services = store.services();
    return name_failure("service", "a service that has hits", service,
                        {services.begin(), services.end()});
  }
  if (auto found = find_forgotten(store, &codes, limits); !found)
    return tl::unexpected<Error>(found.error());
  return codes;
}

Result<Table> ask(Store& store, const Query& query, const Codes& codes, const QueryLimits& limits) {
  if (!names_goals(query)) return ask_named(store, query, codes, limits);
  const auto goals = read_goals(store, query.service, limits);
  if (!goals) return tl::unexpected<Error>(goals.error());
  const auto ask_one = [&](const Query& one) { return ask_named(store, one, codes, limits); };
  if (!query.by.empty() && query.by[0] == "goal") return rank_goals(query, *goals, ask_one);
  return without_goals(query, *goals).and_then(ask_one);
}

Result<std::string> run_query(Store& store, const Query& query, const Codes& codes,
                              const QueryLimits& limits) {
  const auto table = ask(store, query, codes, limits);
  if (!table) return tl::unexpected<Error>(table.error());
  int64_t elapsed_us = table->elapsed_us;
  std::optional<Comparison> other = comparison_of(query, *table);
  if (other) {
    auto asked = ask(store, other->query, codes, limits);
    if (!asked) return tl::unexpected<Error>(asked.error());
    elapsed_us += asked->elapsed_us;
    other->table = std::move(*asked);
    line_up(query, *table, &*other);
  }
  std::string json = answer_json(query, codes, *table, other, elapsed_us);
  if (!query.tells_sql) return json;
  const auto sql = statement_of(store, query, limits);
  if (!sql) return tl::unexpected<Error>(sql.error());
  json.back() = ',';
  return json + R"("sql":)" + *sql + "}";
}

Result<std::string> query_json(Store& store, const Parameters& parameters, int64_t now_us,
                               const QueryLimits& limits, const TimeZones& zones) {
  CodesOfServices known;
  return answer(store, parse_query(parameters, now_us, zones), &known, limits);
}

Result<std::string> query_json(Store& store, std::string_view body, int64_t now_us,
                               const QueryLimits& limits, const TimeZones& zones) {
  const auto list = parse_queries(body, now_us, zones);
  if (!list) return tl::unexpected<Error>(list.error());
  CodesOfServices known;
  if (!list->is_array) return answer(store, list->queries[0], &known, limits);
  std::string out = "[";
  for (const Result<Query>& query : list->queries) {
    if (out.size() > 1) out += ',';
    const auto one = answer(store, query, &known, limits);
    out += one ? *one : error_json(one.error());
  }
  return out + "]";
}

}  // namespace ballcone
