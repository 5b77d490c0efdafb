#include "query/goals.h"

#include <fmt/format.h>

#include <algorithm>

#include "query/dimensions.h"
#include "query/names.h"
#include "query/ranked_rows.h"

namespace ballcone {
namespace {

bool is_of_goals(const Filter& filter) {
  if (filter.condition) return find_dimension(filter.condition->column)->is_goal();
  return std::any_of(filter.all.begin(), filter.all.end(), is_of_goals) ||
         std::any_of(filter.any.begin(), filter.any.end(), is_of_goals);
}
bool filters_by_goals(const Query& query) {
  return std::any_of(query.filters.begin(), query.filters.end(), is_of_goals);
}

Filter condition(const char* column, FilterOp op, const std::string& value) {
  Filter filter;
  filter.condition = Condition{column, op, {value}};
  return filter;
}

// "" stands for what reaches no goal.
Result<Filter> filter_of_name(const std::string& name, const std::vector<Goal>& goals) {
  if (name.empty()) {
    Filter none;
    none.is_negated = true;
    for (const Goal& goal : goals) none.any.push_back(goal_filter(goal));
    return goals.empty() ? condition("path", FilterOp::matches, "*") : none;
  }
  for (const Goal& goal : goals)
    if (goal.name == name) return goal_filter(goal);
  std::vector<std::string_view> names;
  for (const Goal& goal : goals) names.push_back(goal.name);
  if (names.empty())
    return field_failure("filters", "expected no filter by goal: the service has none yet");
  return name_failure("filters", "a goal of the service", name, names);
}

Result<Filter> resolved(const Filter& filter, const std::vector<Goal>& goals);

Result<std::vector<Filter>> resolved(const std::vector<Filter>& filters,
                                     const std::vector<Goal>& goals) {
  std::vector<Filter> list;
  for (const Filter& filter : filters) {
    auto one = resolved(filter, goals);
    if (!one) return tl::unexpected<Error>(one.error());
    list.push_back(std::move(*one));
  }
  return list;
}

Result<Filter> resolved_condition(const Filter& filter, const std::vector<Goal>& goals) {
  Filter any;
  const FilterOp op = filter.condition->op;
  any.is_negated = filter.is_negated != (op == FilterOp::is_not || op == FilterOp::not_in);
  for (const std::string& name : filter.condition->values) {
    auto one = filter_of_name(name, goals);
    if (!one) return one;
    // By itself, so that the plan sees what it leaves.
    if (filter.condition->values.size() == 1 && !any.is_negated) return one;
    any.any.push_back(std::move(*one));
  }
  return any;
}

Result<Filter> resolved(const Filter& filter, const std::vector<Goal>& goals) {
  if (!is_of_goals(filter)) return filter;
  if (filter.condition) return resolved_condition(filter, goals);
  Filter group;
  group.is_negated = filter.is_negated;
  for (const auto& part : {&Filter::all, &Filter::any}) {
    auto list = resolved(filter.*part, goals);
    if (!list) return tl::unexpected<Error>(list.error());
    group.*part = std::move(*list);
  }
  return group;
}

bool is_nothing(const Value& value) {
  if (const auto* integer = std::get_if<int64_t>(&value)) return *integer == 0;
  if (const auto* real = std::get_if<double>(&value)) return *real == 0;
  return !std::holds_alternative<std::string>(value);
}

using Row = std::vector<Value>;

// Rows come by name; equals stay so.
void sort_rows(const Query& query, Table* table) {
  if (query.order != "goal") {
    sort_by_metric(query, table);
  } else if (query.is_descending) {
    std::reverse(table->rows.begin(), table->rows.end());
  }
}

}  // namespace

bool names_goals(const Query& query) {
  return filters_by_goals(query) ||
         std::any_of(query.by.begin(), query.by.end(),
                     [](const std::string& name) { return find_dimension(name)->is_goal(); });
}

Result<void> check_goal_filters(const std::vector<Filter>& filters) {
  for (const Filter& filter : filters) {
    if (!is_of_goals(filter)) continue;
    if (filter.condition) {
      const FilterOp op = filter.condition->op;
      if (op == FilterOp::is || op == FilterOp::is_not || op == FilterOp::in ||
          op == FilterOp::not_in)
        continue;
      return field_failure("filters", "expected is, is_not, in or not_in for goal");
    }
    for (const auto& part : {&Filter::all, &Filter::any})
      if (auto done = check_goal_filters(filter.*part); !done) return done;
  }
  return {};
}

Filter event_filter(const std::string& event) { return condition("event", FilterOp::is, event); }

Filter path_filter(const std::string& path) {
  const bool is_pattern = path.find_first_of("*?\\") != path.npos;
  Filter filter;
  filter.all = {condition("path", is_pattern ? FilterOp::matches : FilterOp::is, path),
                condition("event", FilterOp::is, "")};
  return filter;
}

Filter goal_filter(const Goal& goal) {
  return goal.event.empty() ? path_filter(goal.path) : event_filter(goal.event);
}

Result<Query> without_goals(const Query& query, const std::vector<Goal>& goals) {
  auto filters = resolved(query.filters, goals);
  if (!filters) return tl::unexpected<Error>(filters.error());
  Query plain = query;
  plain.filters = std::move(*filters);
  return plain;
}

Result<Table> rank_goals(const Query& query, const std::vector<Goal>& goals,
                         const std::function<Result<Table>(const Query&)>& ask) {
  auto plain = without_goals(query, goals);
  if (!plain) return tl::unexpected<Error>(plain.error());
  plain->by.clear();
  plain->offset = 0;
  plain->order = query.metrics[0];
  const bool is_chosen = filters_by_goals(query);
  Table all;
  for (const Goal& goal : goals) {
    Query one = *plain;
    one.filters.push_back(goal_filter(goal));
    auto table = ask(one);
    if (!table) return table;
    all.elapsed_us += table->elapsed_us;
    Row& row = table->rows.at(0);
    if (is_chosen && std::all_of(row.begin(), row.end(), is_nothing)) continue;
    row.insert(row.begin(), goal.name);
    all.rows.push_back(std::move(row));
  }
  sort_rows(query, &all);
  cut_rows(query, &all);
  return all;
}

}  // namespace ballcone
