#include "query/console_sql.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "query/console_filter.h"
#include "query/console_rows.h"
#include "query/dimensions.h"
#include "query/goals.h"
#include "query/metrics.h"
#include "query/plan.h"
#include "query/properties.h"

namespace ballcone {
namespace {

constexpr const char* kGrains[] = {"", "minute", "hour", "day", "week", "month"};

bool is_about_actions(const Filter& filter) {
  if (filter.condition && find_dimension(filter.condition->column)->is_of_actions()) return true;
  return std::any_of(filter.all.begin(), filter.all.end(), is_about_actions) ||
         std::any_of(filter.any.begin(), filter.any.end(), is_about_actions);
}

// "event:props:plan" in quotes; names of the schema as they are.
std::string name_sql(const std::string& name) {
  if (!name.starts_with(kPropertyStart)) return name;
  std::string quoted = "\"";
  for (const char c : name) quoted += c == '"' ? "\"\"" : c == '\0' ? " " : std::string(1, c);
  return quoted + "\"";
}

// The console takes a name that is a view's too for the whole row, and would read all of it.
bool is_view(std::string_view name) {
  return name == "hits" || name == "page_views" || name == "visits";
}
std::string inner_name(const std::string& metric) {
  return is_view(metric) ? metric + "_counted" : metric;
}

// Names of the columns before the metrics.
std::vector<std::string> key_names(const Query& query) {
  std::vector<std::string> names;
  if (query.grain != Grain::none) names.push_back(kGrains[static_cast<size_t>(query.grain)]);
  for (const std::string& name : query.by) names.push_back(name_sql(name));
  return names;
}

// ---- metrics

struct Counter {
  const Query& query;
  ConsoleRows& rows;

  // Requests of people, where another metric of the statement counts everybody's.
  std::string asked(std::string condition) const {
    const bool is_mixed = rows.has_everyone() && !query.include_bots;
    if (is_mixed) condition += (condition.empty() ? "" : " AND ") + rows.use("bot") + " IS NULL";
    return condition.empty() ? "" : fmt::format(" FILTER (WHERE {})", condition);
  }
  std::string count(std::string condition) const {
    return "count(*)" + asked(std::move(condition));
  }

  std::string visits(std::string_view condition) const {
    rows.use("visit");
    return fmt::format("count(DISTINCT ({}, {}, visit)) FILTER (WHERE {})", rows.use("day"),
                       rows.use("visitor"), condition);
  }
  std::string page_views() const {
    return rows.has_events() ? fmt::format("count(*) FILTER (WHERE {} IS NULL)", rows.use("event"))
                             : "count(*)";
  }
  std::string confirmed(std::string_view sense) const {
    const std::string more = rows.has_events() ? " AND " + rows.use("event") + " IS NULL" : "";
    return fmt::format("count(*) FILTER (WHERE {}{}{})", sense, rows.use("is_confirmed"), more);
  }
  std::string visit_duration() const {
    rows.use("duration");
    return fmt::format(
        "list_sum(list_transform(list_distinct(list((day, visitor, visit, duration)) FILTER (WHERE "
        "visit IS NOT NULL)), x -> x[4])) / nullif({}, 0)",
        visits("visit IS NOT NULL"));
  }
  // Bots that never asked for robots.txt on that day.
  std::string robots_unasked() const {
    const std::string day = rows.local_day();
    Query asking = query;
    asking.filters.clear();
    asking.metrics = {"bot_hits"};
    asking.by.clear();
    ConsoleRows all(asking, Subject::requests, {find_metric("bot_hits")});
    const std::string asked_day = all.local_day();
    return fmt::format(
        "count(*) FILTER (WHERE {0} IS NOT NULL AND (service, {1}, bot) NOT IN (\n    SELECT "
        "(service, {2}, bot) {3} AND path = '/robots.txt' AND bot IS NOT NULL))",
        rows.use("bot"), day, asked_day, all.from());
  }
  // Of all who were there, whatever they did.
  std::string conversion_rate() const {
    Query everyone = query;
    everyone.by.clear();
    std::erase_if(everyone.filters, is_about_actions);
    ConsoleRows all(everyone, Subject::people, {find_metric("visitors")});
    all.use("visitor");
    return fmt::format("count(DISTINCT {}) / nullif((\n    SELECT count(DISTINCT visitor) {}), 0)",
                       rows.use("visitor"), all.from());
  }

  std::string of_people(std::string_view name) const {
    if (name == "visitors" || name == "live_visitors")
      return fmt::format("count(DISTINCT {})", rows.use("visitor"));
    if (name == "page_views") return page_views();
    if (name == "confirmed") return confirmed("");
    if (name == "unconfirmed_share")
      return fmt::format("{} / nullif({}, 0)", confirmed("NOT "), page_views());
    const std::string visits_all = visits("visit IS NOT NULL");
    if (name == "visits") return visits_all;
    if (name == "views_per_visit")
      return fmt::format("{} / nullif({}, 0)", page_views(), visits_all);
    if (name == "bounce_rate")
      return fmt::format("{} / nullif({}, 0)",
                         visits("visit IS NOT NULL AND " + rows.use("is_bounce")), visits_all);
    if (name == "visit_duration") return visit_duration();
    if (name == "conversion_rate" || name == "group_conversion_rate") return conversion_rate();
    return "";
  }

  std::string of_requests(const Metric& metric) const {
    const std::string_view name = metric.name;
    if (name == "hits") return count("");
    if (name == "bytes") return fmt::format("coalesce(sum({}){}, 0)", rows.use("bytes"), asked(""));
    if (name == "generation_time_avg")
      return fmt::format("avg({}){}", rows.use("generation_time"), asked(""));
    if (metric.percentile > 0)
      return fmt::format("quantile_disc({}, 0.{}){}", rows.use("generation_time"),
                         metric.percentile, asked(""));
    if (name == "bot_hits") return fmt::format("count({})", rows.use("bot"));
    if (name == "bot_share") return fmt::format("count({}) / nullif(count(*), 0)", rows.use("bot"));
    if (name == "bot_pages")
      return fmt::format("count({}) FILTER (WHERE {} = 'page')", rows.use("bot"), rows.use("kind"));
    if (name == "robots_unasked") return robots_unasked();
    if (name == "cache_hit_rate")
      return fmt::format("{} / nullif({}, 0)",
                         count("upper(" + rows.use("cache_status") +
                               ") IN ('HIT', 'STALE', 'UPDATING', 'REVALIDATED')"),
                         count("cache_status IS NOT NULL"));
    rows.use("status");
    if (name == "not_found") return count("status = 404");
    const char* which = name == "error_rate_4xx"   ? "status BETWEEN 400 AND 499"
                        : name == "error_rate_5xx" ? "status >= 500"
                                                   : "status >= 400";
    return fmt::format("{} / nullif({}, 0)", count(which), count("status IS NOT NULL"));
  }
};

// ---- statements

struct Selected {
  Subject subject;
  std::vector<const Metric*> metrics;
};

class Maker {
 public:
  explicit Maker(const Query& query, std::string lead = "")
      : query_(query), lead_(std::move(lead)) {
    for (const std::string& name : query.metrics) note(*find_metric(name));
  }

  // Without ORDER BY and LIMIT. Empty where there is no such statement.
  std::string body() const {
    if (selected_.empty() || query_.include_assets) return "";
    if (query_.grain != Grain::none && (!query_.by.empty() || has_conversion())) return "";
    if (has("group_conversion_rate") && query_.by.size() > 1) return "";
    if (selected_.size() == 1) return select(selected_[0], /*is_alone=*/true);
    std::vector<std::string> selects;
    for (const Selected& one : selected_) selects.push_back(select(one, false));
    if (std::find(selects.begin(), selects.end(), "") != selects.end()) return "";
    return together(selects);
  }

  std::string order() const {
    std::string text;
    if (!query_.by.empty() || query_.grain != Grain::none) {
      const bool is_time = query_.order == "time";
      const std::string first = is_time ? key_names(query_)[0] : name_sql(query_.order);
      text = fmt::format("\nORDER BY {}{}", is_view(first) ? place_of(first) : first,
                         query_.is_descending ? " DESC" : "");
      for (const std::string& name : key_names(query_))
        if (name != first) text += ", " + name;
      text += fmt::format("\nLIMIT {}", query_.limit);
      if (query_.offset > 0) text += fmt::format(" OFFSET {}", query_.offset);
    }
    return text;
  }

 private:
  bool has(std::string_view name) const {
    return std::any_of(query_.metrics.begin(), query_.metrics.end(),
                       [&](const std::string& one) { return one == name; });
  }
  // "2", of the second column.
  std::string place_of(const std::string& metric) const {
    const auto found = std::find(query_.metrics.begin(), query_.metrics.end(), metric);
    return fmt::to_string(key_names(query_).size() + 1 +
                          static_cast<size_t>(found - query_.metrics.begin()));
  }
  bool has_conversion() const { return has("conversion_rate") || has("group_conversion_rate"); }

  void note(const Metric& metric) {
    if (is_void(query_, metric)) return;
    Subject subject = subject_of(metric);
    if (subject == Subject::actions && is_of_actions(query_) && !query_.include_bots)
      subject = Subject::people;
    for (Selected& one : selected_)
      if (one.subject == subject) return one.metrics.push_back(&metric);
    selected_.push_back({subject, {&metric}});
  }

  static std::string expression(const Query& query, Subject subject, const Metric& metric,
                                ConsoleRows* of) {
    const Counter counter{query, *of};
    if (metric.name == "events") return fmt::format("count({})", of->use("event"));
    if (metric.name == "actions") return "count(*)";
    return subject == Subject::requests ? counter.of_requests(metric)
                                        : counter.of_people(metric.name);
  }

  // SELECT … FROM … WHERE … GROUP BY ALL, of metrics of the same rows.
  std::string select(const Selected& one, bool is_alone) const {
    ConsoleRows rows(query_, one.subject, one.metrics);
    if (!rows.is_possible()) return "";
    std::string list = lead_;
    const auto add = [&](const std::string& expression, const std::string& name) {
      list += (list.empty() ? "" : ", ") +
              (expression == name ? name : fmt::format("{} AS {}", expression, name));
    };
    if (query_.grain != Grain::none) add(rows.step(), key_names(query_)[0]);
    for (const std::string& name : query_.by)
      add(rows.column(*find_dimension(name)), name_sql(name));
    std::string something;
    for (const std::string& name : query_.metrics) {
      const Metric* metric = find_metric(name);
      const bool is_here =
          std::find(one.metrics.begin(), one.metrics.end(), metric) != one.metrics.end();
      if (!is_here && is_void(query_, *metric) && is_alone) add("NULL", name);
      if (!is_here) continue;
      const std::string counted = expression(query_, one.subject, *metric, &rows);
      add(counted, is_alone ? name : inner_name(name));
      something += fmt::format("{}{} <> 0", something.empty() ? "" : " OR ", counted);
    }
    std::string text = fmt::format("SELECT {}\n", list);
    text += rows.from();
    if (query_.by.empty() && query_.grain == Grain::none) return text;
    text += "\nGROUP BY ALL";
    if (query_.by.empty() || something.find("count(*) <> 0") != something.npos) return text;
    return text + "\nHAVING " + something;
  }

  // Metrics of several kinds of rows: each counted by itself, then put side by side.
  std::string together(const std::vector<std::string>& selects) const {
    std::string list = lead_, all;
    const auto add = [&](const std::string& text) { list += (list.empty() ? "" : ", ") + text; };
    for (const std::string& name : key_names(query_)) add(name);
    for (const std::string& name : query_.metrics) {
      const Metric& metric = *find_metric(name);
      if (is_void(query_, metric))
        add(fmt::format("NULL AS {}", name));
      else
        add(fmt::format("{} AS {}",
                        metric.is_sum() ? fmt::format("coalesce(max({}), 0)", inner_name(name))
                                        : fmt::format("max({})", inner_name(name)),
                        name));
    }
    for (const std::string& one : selects)
      all += (all.empty() ? "" : "\nUNION ALL BY NAME\n") + one;
    const bool has_keys = !key_names(query_).empty();
    return fmt::format("SELECT {}\nFROM (\n{}\n){}", list, all, has_keys ? "\nGROUP BY ALL" : "");
  }

  const Query& query_;
  const std::string lead_;  // first columns of each statement, and a comma is put after
  std::vector<Selected> selected_;
};

// Each goal is a question of its own: one action may reach several.
std::optional<std::string> of_goals(const Query& query, const Query& plain,
                                    const std::vector<Goal>& goals) {
  std::string all;
  for (const Goal& goal : goals) {
    Query one = plain;
    one.by.clear();
    one.filters.push_back(goal_filter(goal));
    const std::string body = Maker(one, fmt::format("{} AS goal", sql_literal(goal.name))).body();
    if (body.empty()) return std::nullopt;
    all += (all.empty() ? "" : "\nUNION ALL\n") + body;
  }
  if (all.empty()) return std::nullopt;
  Query filtered = query;
  filtered.by.clear();
  const bool is_chosen = names_goals(filtered);
  std::string something;
  for (const std::string& name : query.metrics)
    something += fmt::format("{}{} <> 0", something.empty() ? "" : " OR ", name);
  return fmt::format("SELECT goal, {}\nFROM (\n{}\n){}{}", fmt::join(query.metrics, ", "), all,
                     is_chosen ? "\nWHERE " + something : "", Maker(query).order());
}

}  // namespace

std::optional<std::string> console_sql(const Query& query) {
  Maker maker(query);
  const std::string body = maker.body();
  if (body.empty()) return std::nullopt;
  return body + maker.order();
}

std::optional<std::string> console_sql(const Query& query, const std::vector<Goal>& goals) {
  if (asks_for_properties(query)) return std::nullopt;
  const auto plain = without_goals(query, goals);
  if (!plain) return std::nullopt;
  const bool is_ranking = !query.by.empty() && query.by[0] == "goal";
  return is_ranking ? of_goals(query, *plain, goals) : console_sql(*plain);
}

}  // namespace ballcone
