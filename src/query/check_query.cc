#include "query/check_query.h"

#include <fmt/format.h>

#include <algorithm>

#include "query/dimensions.h"
#include "query/goals.h"
#include "query/metrics.h"
#include "query/names.h"
#include "query/plan.h"
#include "query/properties.h"
#include "query/steps.h"

namespace ballcone {
namespace {

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// "all" is not checked here: it begins with the first hit.
Result<void> check_steps(const Query& query) {
  if (query.grain == Grain::none || query.range.from_us <= kBeginning_us) return {};
  const int64_t steps = step_of(query.grain, query.range.to_us - 1, query.zone) -
                        step_of(query.grain, query.range.from_us, query.zone) + 1;
  if (steps <= kStepsMax) return {};
  return field_failure("grain", fmt::format("expected at most {} steps, got {}; take a coarser "
                                            "grain or a shorter range",
                                            kStepsMax, steps));
}

// Requests have no first and last page, and no script that ran or did not. A filter by them,
// which a page of reports may add to any, leaves such a metric null instead.
Result<void> check_people(const Query& query) {
  const auto of_visits =
      std::find_if(query.by.begin(), query.by.end(),
                   [](const std::string& name) { return find_dimension(name)->is_of_people(); });
  if (of_visits == query.by.end()) return {};
  for (const std::string& metric : query.metrics) {
    if (!is_of_hits(*find_metric(metric))) continue;
    return field_failure(
        "metrics", fmt::format("expected a metric of people, as visits, because {} is of {}, "
                               "got {}",
                               *of_visits, *of_visits == "confirmed" ? "a page view" : "a visit",
                               in_quotes(metric)));
  }
  return {};
}

Result<void> check_live(const Query& query) {
  if (query.grain == Grain::none || !contains(query.metrics, "live_visitors")) return {};
  return field_failure("metrics",
                       "expected live_visitors without a grain: they are those of the last "
                       "minutes");
}

// Page views may have properties too, and know no more than derived.page_views.
Result<void> check_actions(const Query& query) {
  if (!is_of_actions(query)) {
    for (const char* metric : {"conversion_rate", "group_conversion_rate"}) {
      if (!contains(query.metrics, metric)) continue;
      return field_failure("metrics", fmt::format("expected {} with a dimension or filter of "
                                                  "events, as event",
                                                  metric));
    }
    return {};
  }
  // As a filter it leaves such a metric null.
  for (const std::string& name : query.by) {
    if (find_dimension(name)->level != Level::hit) continue;
    const auto of_people = std::find_if(
        query.metrics.begin(), query.metrics.end(),
        [&](const std::string& metric) { return is_void(query, *find_metric(metric)); });
    if (of_people == query.metrics.end()) continue;
    return field_failure("by",
                         fmt::format("expected a filter that leaves events alone, because page "
                                     "views have no {}, for {}",
                                     name, in_quotes(*of_people)));
  }
  return {};
}

Result<void> check_goals(const Query& query) {
  if (!names_goals(query)) return {};
  const bool is_by = contains(query.by, "goal");
  if (query.service.empty())
    return field_failure(is_by ? "by" : "filters",
                         "expected a service with goal: goals are those of a service");
  if (is_by && (query.by.size() > 1 || query.grain != Grain::none))
    return field_failure("by",
                         "expected goal alone, without a grain: one action may reach several");
  return check_goal_filters(query.filters);
}

}  // namespace

Result<void> check_query(const Query& query) {
  for (const auto check :
       {check_steps, check_people, check_live, check_actions, check_goals, check_properties})
    if (auto done = check(query); !done) return done;
  return {};
}

}  // namespace ballcone
