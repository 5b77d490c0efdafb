// Goals in a question. A filter by `goal` becomes what the goals of that name stand for; a ranking
// by `goal` is one question per goal, because one action may reach several.
#pragma once

#include <functional>
#include <vector>

#include "query/query.h"
#include "store/goals.h"
#include "store/store.h"

namespace ballcone {

constexpr size_t kGoalsMax = 50;  // of a service

bool names_goals(const Query& query);
// An error for verbs that goals do not have: theirs are is, is_not, in and not_in.
Result<void> check_goal_filters(const std::vector<Filter>& filters);

// Custom events of that name; page views of that path or pattern.
Filter event_filter(const std::string& event);
Filter path_filter(const std::string& path);
Filter goal_filter(const Goal& goal);

// The question without `goal` in its filters. `goals`: all of its service. The error names those
// that there are.
Result<Query> without_goals(const Query& query, const std::vector<Goal>& goals);

// A row per goal, those that nobody reached too; but where filters choose among goals, only those
// that somebody reached. `ask` answers a question that names no goal.
Result<Table> rank_goals(const Query& query, const std::vector<Goal>& goals,
                         const std::function<Result<Table>(const Query&)>& ask);

}  // namespace ballcone
