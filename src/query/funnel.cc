#include "query/funnel.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "query/filter_sql.h"
#include "query/goals.h"
#include "query/json.h"
#include "query/names.h"
#include "query/parse.h"
#include "query/parse_json.h"
#include "query/rows_sql.h"
#include "query/run.h"

namespace ballcone {
namespace {

constexpr size_t kStepBytesMax = 2'048;

struct FunnelStep {
  std::string name;
  std::string kind;  // "goal", "event" or "path"
  Filter filter;
};

Result<FunnelStep> read_step(const Json& json, const std::vector<Goal>& goals) {
  const auto wrong = [&] {
    return expected_failure("steps", R"({"goal": …}, {"event": …} or {"path": …})", json);
  };
  if (!json.is_object() || json.size() != 1 || !json.begin()->is_string()) return wrong();
  FunnelStep step{repaired(json.begin()->get<std::string>()), json.begin().key(), {}};
  if (step.name.empty() || step.name.size() > kStepBytesMax) return wrong();
  if (step.kind == "event") {
    step.filter = event_filter(step.name);
  } else if (step.kind == "path") {
    step.filter = path_filter(step.name);
  } else if (step.kind == "goal") {
    const auto goal = std::find_if(goals.begin(), goals.end(),
                                   [&](const Goal& one) { return one.name == step.name; });
    std::vector<std::string_view> names;
    for (const Goal& one : goals) names.push_back(one.name);
    if (goal == goals.end())
      return name_failure("steps", "a goal of the service", step.name, names);
    step.filter = goal_filter(*goal);
  } else {
    return wrong();
  }
  return step;
}

Result<std::vector<FunnelStep>> read_steps(const Json& json, const std::vector<Goal>& goals) {
  if (!json.is_array() || json.size() < kFunnelStepsMin || json.size() > kFunnelStepsMax)
    return expected_failure(
        "steps", fmt::format("a list of {} to {} steps", kFunnelStepsMin, kFunnelStepsMax), json);
  std::vector<FunnelStep> steps;
  for (const Json& one : json) {
    auto step = read_step(one, goals);
    if (!step) return tl::unexpected<Error>(step.error());
    steps.push_back(std::move(*step));
  }
  return steps;
}

// The rest of the request is a question about visitors.
Result<Query> read_question(Json json, int64_t now_us, const TimeZones& zones) {
  constexpr std::string_view kFields[] = {"service", "range", "filters", "steps"};
  for (const auto& [name, value] : json.items()) {
    if (std::find(std::begin(kFields), std::end(kFields), name) == std::end(kFields))
      return name_failure(name, "a field", name, {std::begin(kFields), std::end(kFields)});
  }
  if (!json.contains("service") || json["service"] == "")
    return field_failure("service", "expected a service: a funnel is of one");
  json.erase("steps");
  json["metrics"] = {"visitors"};
  return parse_query(json.dump(), now_us, zones);
}

bool has_visit(const std::vector<Filter>& filters) {
  return std::any_of(filters.begin(), filters.end(), [](const Filter& filter) {
    return (filter.condition && find_dimension(filter.condition->column)->level == Level::visit) ||
           has_visit(filter.all) || has_visit(filter.any);
  });
}

bool has_hit(const std::vector<Filter>& filters) {
  return std::any_of(filters.begin(), filters.end(), [](const Filter& filter) {
    return (filter.condition && find_dimension(filter.condition->column)->level == Level::hit) ||
           has_hit(filter.all) || has_hit(filter.any);
  });
}

// Every visitor's actions that fit some step, numbered by time, then by the first step that they
// fit; each step is the first one after the step before. One row with a column per step.
Sql make_funnel_sql(const Query& query, const Codes& codes, const std::vector<FunnelStep>& steps) {
  Part part;
  part.source = Source::actions;
  part.range = query.range;
  part.measures = {find_measure("visitors")};
  part.is_of_visits = has_visit(query.filters);
  const RowsSql rows(query, codes, part);
  Sql sql;
  sql.text = fmt::format("WITH seen AS (SELECT {} AS visitor, {}.time AS time", rows.visitor(),
                         rows.name());
  for (size_t i = 0; i < steps.size(); ++i) {
    sql.text += i == 0 ? ",\n(" : " +\n(";
    append_filter(
        steps[i].filter,
        [&](const Dimension& dimension) {
          return RowsColumn{rows.column(dimension), rows.texts(dimension)};
        },
        &sql);
    sql.text += fmt::format(")::INTEGER * {}", 1 << i);
  }
  sql.text += " AS fits";
  rows.append_from("", "", &sql);
  sql.text +=
      "),\nnumbered AS MATERIALIZED (SELECT visitor, fits, row_number() OVER (PARTITION BY visitor "
      "ORDER BY time, fits & -fits, fits) AS n FROM seen WHERE fits > 0 AND visitor > 0)";
  std::string counts;
  for (size_t i = 0; i < steps.size(); ++i) {
    sql.text += i == 0 ? fmt::format(
                             ",\nstep0 AS (SELECT visitor, min(n) AS n FROM numbered WHERE "
                             "fits & 1 > 0 GROUP BY visitor)")
                       : fmt::format(
                             ",\nstep{0} AS (SELECT a.visitor AS visitor, min(a.n) AS n "
                             "FROM numbered a JOIN step{1} b ON b.visitor = a.visitor AND "
                             "a.n > b.n WHERE a.fits & {2} > 0 GROUP BY a.visitor)",
                             i, i - 1, 1 << i);
    counts += fmt::format("{}(SELECT count(*) FROM step{})", i == 0 ? "" : ", ", i);
  }
  sql.text += "\nSELECT " + counts;
  return sql;
}

double share(int64_t part, int64_t whole) {
  return whole == 0
             ? 0
             : std::round(1e6 * static_cast<double>(part) / static_cast<double>(whole)) / 1e6;
}

std::string write(const Query& query, const std::vector<FunnelStep>& steps, const Table& table) {
  Json json;
  json["query"] = Json::parse(to_json(query));
  json["query"].erase("metrics");
  json["steps"] = Json::array();
  int64_t first = 0, before = 0;
  for (size_t i = 0; i < steps.size(); ++i) {
    const auto* count = std::get_if<int64_t>(&table.rows.at(0).at(i));
    const int64_t visitors = count ? *count : 0;
    if (i == 0) first = before = visitors;
    json["steps"].push_back({{steps[i].kind, steps[i].name},
                             {"visitors", visitors},
                             {"share", share(visitors, first)},
                             {"dropped", before - visitors},
                             {"dropped_share", share(before - visitors, before)}});
    before = visitors;
  }
  json["elapsed_ms"] = static_cast<double>(table.elapsed_us) / 1e3;
  return json.dump();
}

}  // namespace

Result<std::string> funnel_json(Store& store, std::string_view body, int64_t now_us,
                                const QueryLimits& limits, const TimeZones& zones) {
  const auto json = parse_json(body, "");
  if (!json) return tl::unexpected<Error>(json.error());
  if (!json->is_object()) return expected_failure("", "a JSON object", *json);
  auto query = read_question(*json, now_us, zones);
  if (!query) return tl::unexpected<Error>(query.error());
  const auto codes = find_codes(store, query->service, limits);
  if (!codes) return tl::unexpected<Error>(codes.error());
  const auto goals = read_goals(store, query->service, limits);
  if (!goals) return tl::unexpected<Error>(goals.error());
  const auto steps = read_steps(json->value("steps", Json()), *goals);
  if (!steps) return tl::unexpected<Error>(steps.error());
  const auto plain = without_goals(*query, *goals);
  if (!plain) return tl::unexpected<Error>(plain.error());
  if (has_hit(plain->filters))
    return field_failure("filters",
                         "expected filters that page views and events both have, as country");
  const auto table = store.query(make_funnel_sql(*plain, *codes, *steps), limits);
  if (!table) return tl::unexpected<Error>(table.error());
  return write(*query, *steps, *table);
}

}  // namespace ballcone
