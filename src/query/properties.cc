#include "query/properties.h"

#include <fmt/format.h>

#include <algorithm>

#include "query/dimensions.h"
#include "query/names.h"
#include "query/plan.h"
#include "query/ranked_rows.h"
#include "query/rows_sql.h"

namespace ballcone {
namespace {

constexpr std::string_view kName = "property";

bool filters_by_names(const std::vector<Filter>& filters) {
  return std::any_of(filters.begin(), filters.end(), [](const Filter& filter) {
    return (filter.condition && filter.condition->column == kName) ||
           filters_by_names(filter.all) || filters_by_names(filter.any);
  });
}

Filter has_property(const std::string& full_name) {
  Filter filter;
  filter.condition = Condition{full_name, FilterOp::is_not, {""}};
  return filter;
}

}  // namespace

bool asks_for_properties(const Query& query) {
  return std::find(query.by.begin(), query.by.end(), kName) != query.by.end();
}

Result<void> check_properties(const Query& query) {
  if (filters_by_names(query.filters))
    return field_failure("filters",
                         "expected event:props:NAME in place of property, as [\"is_not\", "
                         "\"event:props:plan\", \"\"]");
  if (!asks_for_properties(query)) return {};
  if (query.grain != Grain::none)
    return field_failure("by", "expected property without a grain: one action may have several");
  if (std::find(query.metrics.begin(), query.metrics.end(), query.order) == query.metrics.end())
    return field_failure("order", "expected a metric that is asked for, with property");
  return {};
}

Sql make_property_names_sql(const Query& query, const Codes& codes) {
  Query events = query;
  events.by = {"event"};
  events.metrics = {"actions"};
  Sql sql{"WITH seen AS (", {}};
  const Plan plan = make_plan(events);
  for (const Part& part : plan.parts) {
    const RowsSql rows(events, codes, part);
    if (&part != plan.parts.data()) sql.text += "\nUNION ALL\n";
    sql.text += fmt::format("SELECT {}.props AS code", rows.name());
    rows.append_from("", "", &sql);
  }
  sql.text += fmt::format(
      "),\nnamed AS (SELECT unnest(json_keys(t.props)) AS name, n FROM (SELECT code, count(*) AS n "
      "FROM seen WHERE code <> 0 GROUP BY code) s JOIN data.text_props t ON t.code = s.code WHERE "
      "json_type(t.props) = 'OBJECT')\nSELECT name FROM (SELECT name, sum(n) AS n FROM named GROUP "
      "BY name ORDER BY n DESC, name LIMIT {}) ORDER BY name",
      kPropertyNamesMax);
  return sql;
}

Result<Table> rank_properties(const Query& query, const Table& names,
                              const std::function<Result<Table>(const Query&)>& ask) {
  const auto at = std::find(query.by.begin(), query.by.end(), kName) - query.by.begin();
  Query rest = query;
  rest.by.erase(rest.by.begin() + at);
  rest.limit += rest.offset;
  rest.offset = 0;
  Table all;
  for (const auto& row : names.rows) {
    const auto* name = std::get_if<std::string>(&row.at(0));
    const std::string full_name = std::string(kPropertyStart) + (name ? *name : "");
    if (find_dimension(full_name) == nullptr) continue;  // none that could be asked for
    Query one = rest;
    one.filters.push_back(has_property(full_name));
    auto table = ask(one);
    if (!table) return table;
    all.elapsed_us += table->elapsed_us;
    all.is_truncated |= table->is_truncated;
    for (auto& found : table->rows) {
      found.insert(found.begin() + at, *name);
      all.rows.push_back(std::move(found));
    }
  }
  sort_by_metric(query, &all);
  cut_rows(query, &all);
  return all;
}

}  // namespace ballcone
