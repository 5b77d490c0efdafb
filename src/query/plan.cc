#include "query/plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "base/time.h"
#include "query/dimensions.h"

namespace ballcone {
namespace {

constexpr int64_t kLive_us = 5 * 60 * kSecond_us;

// What a question asks of a table: dimensions to group by, dimensions to filter by, and those whose
// filter leaves one value.
struct Needs {
  std::vector<const Dimension*> by;
  std::vector<const Dimension*> all;  // by and filters
  std::vector<const Dimension*> fixed;
};

void note_dimensions(const Filter& filter, Needs* needs) {
  if (filter.condition) needs->all.push_back(find_dimension(filter.condition->column));
  for (const Filter& part : filter.all) note_dimensions(part, needs);
  for (const Filter& part : filter.any) note_dimensions(part, needs);
}

Needs needs_of(const Query& query) {
  Needs needs;
  for (const std::string& name : query.by) needs.by.push_back(find_dimension(name));
  needs.all = needs.by;
  for (const Filter& filter : query.filters) {
    note_dimensions(filter, &needs);
    const bool is_one =
        filter.condition && !filter.is_negated &&
        (filter.condition->op == FilterOp::is ||
         (filter.condition->op == FilterOp::in && filter.condition->values.size() == 1));
    if (is_one) needs.fixed.push_back(find_dimension(filter.condition->column));
  }
  return needs;
}

// Whether the rows of a key tell the values of a dimension apart.
bool tells(const TotalsKey& key, const Dimension& dimension) {
  if (key.text.empty()) return dimension.name == key.column;
  if (dimension.column != key.column) return false;
  if (key.attributes.empty()) return true;
  return std::find(key.attributes.begin(), key.attributes.end(), dimension.name) !=
         key.attributes.end();
}

bool tells(const Totals& table, const Dimension& dimension) {
  if (dimension.name == "service" || dimension.name == "weekday") return true;
  return std::any_of(table.keys.begin(), table.keys.end(),
                     [&](const TotalsKey& key) { return tells(key, dimension); });
}

// Rows of several values of a key may be added up if no visitor is in two of them.
bool adds_up(const TotalsKey& key, const Query& query, const Needs& needs) {
  if (key.is_of_visitor) return true;
  if (key.column == "hour" && query.grain == Grain::hour) return true;
  const auto is_told = [&](const Dimension* dimension) { return tells(key, *dimension); };
  return std::any_of(needs.by.begin(), needs.by.end(), is_told) ||
         std::any_of(needs.fixed.begin(), needs.fixed.end(), is_told);
}

bool has_hour(const Totals& table) {
  return std::any_of(table.keys.begin(), table.keys.end(),
                     [](const TotalsKey& key) { return key.column == "hour"; });
}

bool can_answer(const Totals& table, Family family, const Query& query, const Needs& needs) {
  if (table.family != family) return false;
  if (query.grain == Grain::minute) return false;
  if (query.grain == Grain::hour && !has_hour(table)) return false;
  if (!std::all_of(needs.all.begin(), needs.all.end(),
                   [&](const Dimension* dimension) { return tells(table, *dimension); })) {
    return false;
  }
  return family != Family::views ||
         std::all_of(table.keys.begin(), table.keys.end(),
                     [&](const TotalsKey& key) { return adds_up(key, query, needs); });
}

// About how many rows a day has.
int weight_of(const Totals& table) {
  int weight = 0;
  for (const TotalsKey& key : table.keys) {
    const bool is_long = key.text == "path" || key.text == "address" || key.text == "user_agent";
    weight += is_long ? 1'000 : key.text == "referrer" || key.text == "query" ? 100 : 10;
  }
  return weight;
}

const Totals* find_totals(Family family, const Query& query, const Needs& needs) {
  const Totals* best = nullptr;
  for (const Totals& table : totals()) {
    if (!can_answer(table, family, query, needs)) continue;
    if (!best || weight_of(table) < weight_of(*best)) best = &table;
  }
  return best;
}

class Planner {
 public:
  explicit Planner(const Query& query) : query_(query), needs_(needs_of(query)) {
    for (const std::string& name : query.metrics) {
      const Metric& metric = *find_metric(name);
      if (is_void(query, metric)) continue;
      for (const std::string_view measure : metric.measures) {
        if (!measure.empty()) note(find_measure(measure));
      }
    }
    is_of_actions_ = std::any_of(needs_.all.begin(), needs_.all.end(),
                                 [](const Dimension* one) { return one->is_of_actions(); });
    for (const Dimension* dimension : needs_.all) level_ = std::max(level_, dimension->level);
    if (query.grain == Grain::minute || query.grain == Grain::hour)
      level_ = std::max(level_, Level::view);
  }

  Plan make() {
    for (const Part& piece : pieces()) {
      plan_people(piece);
      plan_hits(piece);
      plan_times(piece);
      plan_events(piece);
    }
    plan_live();
    return std::move(plan_);
  }

 private:
  void note(const Measure* measure) {
    CHECK(measure != nullptr);
    if (measure->basis == Basis::all) return;  // of another question: sql.cc
    std::vector<const Measure*>& list = measure->basis == Basis::people   ? people_
                                        : measure->basis == Basis::times  ? times_
                                        : measure->basis == Basis::live   ? live_
                                        : measure->basis == Basis::events ? events_
                                                                          : hits_;
    if (std::find(list.begin(), list.end(), measure) == list.end()) list.push_back(measure);
  }

  // The range as whole days, and what is left before and after them.
  std::vector<Part> pieces() const {
    const TimeRange& range = query_.range;
    Part whole;
    whole.range = range;
    if (range.from_us >= range.to_us || !query_.is_one_zone) return {whole};
    const TimeZone& zone = query_.zone;
    whole.first_day = zone.day_of(range.from_us);
    if (zone.start_of_day_us(whole.first_day) < range.from_us) ++whole.first_day;
    whole.last_day = zone.day_of(range.to_us) - 1;
    const int64_t days_from_us = zone.start_of_day_us(whole.first_day);
    const int64_t days_to_us = zone.start_of_day_us(whole.last_day + 1);
    if (!whole.is_of_days()) {
      whole.first_day = 0;
      whole.last_day = -1;
      return {whole};
    }
    whole.range = {days_from_us, days_to_us};
    std::vector<Part> list = {whole};
    const auto add = [&](int64_t from_us, int64_t to_us) {
      if (from_us >= to_us) return;
      list.emplace_back();
      list.back().range = {from_us, to_us};
    };
    add(range.from_us, days_from_us);
    add(days_to_us, range.to_us);
    return list;
  }

  void add(const Part& piece, Source source, std::vector<const Measure*> measures,
           const Totals* table = nullptr) {
    if (measures.empty()) return;
    plan_.parts.push_back(piece);
    plan_.parts.back().source = source;
    plan_.parts.back().totals = table;
    plan_.parts.back().measures = std::move(measures);
  }

  // With assets, page views and visitors are counted in hits; visits stay what they are.
  void plan_people(const Part& piece) {
    if (is_of_actions_) {
      add_actions(piece, people_, needs_visits(people_));
      return;
    }
    std::vector<const Measure*> list = people_;
    const Measure* confirmed = find_measure("confirmed");
    if (std::erase(list, confirmed) > 0) plan_confirmed(piece, {confirmed});
    if (query_.include_assets) {
      std::vector<const Measure*> wide;
      std::erase_if(list, [&](const Measure* measure) {
        const bool is_wide = measure->name == "visitors" || measure->name == "page_views";
        if (is_wide) wide.push_back(measure);
        return is_wide;
      });
      add(piece, needs_visits(wide) ? Source::linked : Source::hits, wide);
    }
    if (list.empty()) return;
    const Totals* table = piece.is_of_days() ? find_totals(Family::views, query_, needs_) : nullptr;
    if (table) {
      add(piece, Source::totals, list, table);
    } else if (level_ == Level::hit) {
      add(piece, needs_visits(list) ? Source::linked : Source::hits, list);
    } else if (piece.is_of_days() && level_ <= Level::visit) {
      plan_whole_visits(piece, list);
    } else {
      add(piece, Source::views, list);
    }
  }

  // Only page views know it. Assets have no script.
  void plan_confirmed(const Part& piece, const std::vector<const Measure*>& list) {
    const bool is_of_visit = needs_visits({find_measure("page_views")});
    add(piece,
        level_ != Level::hit ? Source::views
        : is_of_visit        ? Source::linked
                             : Source::hits,
        list);
  }

  void add_actions(const Part& piece, const std::vector<const Measure*>& list, bool is_of_visits) {
    if (list.empty()) return;
    add(piece, Source::actions, list);
    plan_.parts.back().is_of_events = list[0]->basis == Basis::events || asks_for_events(query_);
    plan_.parts.back().is_of_visits = is_of_visits;
  }
  void plan_events(const Part& piece) { add_actions(piece, events_, needs_visits({})); }

  // Page views without an address belong to no visit, so they are counted by themselves.
  void plan_whole_visits(const Part& piece, const std::vector<const Measure*>& list) {
    add(piece, Source::visits, list);
    const Measure* page_views = find_measure("page_views");
    if (std::find(list.begin(), list.end(), page_views) == list.end()) return;
    add(piece, Source::views, {page_views});
    plan_.parts.back().is_of_nobody = true;
  }

  // What a visit says of its page views (its channel, its first page) is not in hits.
  bool needs_visits(const std::vector<const Measure*>& list) const {
    const auto is_of_visit = [](const Dimension* d) { return d->level == Level::visit; };
    return std::any_of(needs_.all.begin(), needs_.all.end(), is_of_visit) ||
           std::any_of(list.begin(), list.end(), [](const Measure* measure) {
             return measure->name != "visitors" && measure->name != "page_views";
           });
  }

  void plan_hits(const Part& piece) {
    std::vector<const Measure*> kept, counted;
    const Totals* table = piece.is_of_days() ? find_totals(Family::hits, query_, needs_) : nullptr;
    for (const Measure* measure : hits_)
      (table && !measure->totals_sql.empty() ? kept : counted).push_back(measure);
    add(piece, Source::totals, kept, table);
    add(piece, Source::hits, counted);
  }

  void plan_times(const Part& piece) {
    const Totals* table = piece.is_of_days() ? find_totals(Family::times, query_, needs_) : nullptr;
    add(piece, table ? Source::times : Source::hits, times_, table);
  }

  void plan_live() {
    Part piece;
    // A server's clock may be ahead a little.
    piece.range = {query_.now_us - kLive_us, query_.now_us + kLive_us};
    const std::vector<const Measure*> visitors = {find_measure("visitors")};
    if (is_of_actions_) {
      add_actions(piece, live_, needs_visits({}));
      return;
    }
    const Source source = level_ != Level::hit     ? Source::views
                          : needs_visits(visitors) ? Source::linked
                                                   : Source::hits;
    add(piece, source, live_);
  }

  const Query& query_;
  const Needs needs_;
  Level level_ = Level::visitor;  // the finest of what is asked
  bool is_of_actions_ = false;
  std::vector<const Measure*> people_, hits_, times_, live_, events_;
  Plan plan_;
};

std::string name_of(const Part& part) {
  switch (part.source) {
    case Source::totals:
    case Source::times:
      return std::string(part.totals->name);
    case Source::visits:
      return "visits";
    case Source::views:
      return part.is_of_nobody ? "page_views of nobody" : "page_views";
    case Source::hits:
      return "hits";
    case Source::linked:
      return "hits with visits";
    case Source::actions:
      return fmt::format("{}{}", part.is_of_events ? "events" : "actions",
                         part.is_of_visits ? " with visits" : "");
  }
  return {};
}

}  // namespace

bool is_void(const Query& query, const Metric& metric) {
  const Needs needs = needs_of(query);
  const auto has = [&](auto condition) {
    return std::any_of(needs.all.begin(), needs.all.end(), condition);
  };
  if (is_of_hits(metric)) return has([](const Dimension* one) { return one->is_of_people(); });
  return metric.name != "events" &&
         has([](const Dimension* one) { return one->is_of_actions(); }) &&
         has([](const Dimension* one) { return one->level == Level::hit; }) &&
         !asks_for_events(query);
}

bool is_of_actions(const Query& query) {
  const Needs needs = needs_of(query);
  return std::any_of(needs.all.begin(), needs.all.end(),
                     [](const Dimension* dimension) { return dimension->is_of_actions(); });
}

bool asks_for_events(const Query& query) {
  return std::any_of(query.filters.begin(), query.filters.end(), [](const Filter& filter) {
    if (!filter.condition || filter.is_negated || filter.condition->column != "event") return false;
    const auto& values = filter.condition->values;
    const bool has_absent = std::find(values.begin(), values.end(), "") != values.end();
    const FilterOp op = filter.condition->op;
    return op == FilterOp::is || op == FilterOp::in ? !has_absent
                                                    : op == FilterOp::is_not && has_absent;
  });
}

Plan make_plan(const Query& query) { return Planner(query).make(); }

std::string to_string(const Plan& plan) {
  std::string text;
  for (const Part& part : plan.parts) {
    text += name_of(part) + " ";
    if (part.is_of_days()) {
      text += format_day(part.first_day) + ".." + format_day(part.last_day);
    } else {
      text += format_time(part.range.from_us) + ".." + format_time(part.range.to_us);
    }
    text += ":";
    for (const Measure* measure : part.measures) text += " " + std::string(measure->name);
    text += "\n";
  }
  return text;
}

}  // namespace ballcone
