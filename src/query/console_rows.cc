#include "query/console_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "base/check.h"
#include "base/time.h"
#include "query/console_filter.h"
#include "query/measures.h"
#include "query/plan.h"
#include "query/steps.h"

namespace ballcone {
namespace {

constexpr int64_t kLive_us = 5 * 60 * kSecond_us;  // as in plan.cc
constexpr int64_t kVisit_us = 26 * 3600 * kSecond_us;

void note_dimensions(const Filter& filter, std::vector<const Dimension*>* list) {
  if (filter.condition) list->push_back(find_dimension(filter.condition->column));
  for (const Filter& part : filter.all) note_dimensions(part, list);
  for (const Filter& part : filter.any) note_dimensions(part, list);
}
std::vector<const Dimension*> dimensions_of(const Query& query) {
  std::vector<const Dimension*> list;
  for (const std::string& name : query.by) list.push_back(find_dimension(name));
  for (const Filter& filter : query.filters) note_dimensions(filter, &list);
  return list;
}

// "2026-11-23T12:00:00Z" → TIMESTAMP '2026-11-23 12:00:00'
std::string timestamp(int64_t time_us) {
  std::string text = format_time(time_us);
  text[10] = ' ';
  text.pop_back();
  return fmt::format("TIMESTAMP '{}'", text);
}

// What a visit says of all its page views and events.
bool is_of_visit(std::string_view column) {
  constexpr std::string_view kOfVisit[] = {
      "visit",        "entry_path",  "exit_path", "is_bounce",     "duration",
      "query",        "referrer",    "channel",   "utm_source",    "utm_medium",
      "utm_campaign", "utm_content", "utm_term",  "referrer_host", "referrer_name"};
  return std::find(std::begin(kOfVisit), std::end(kOfVisit), column) != std::end(kOfVisit);
}
// Only visits have it.
bool is_of_visit_alone(std::string_view column) {
  return column == "visit" || column == "entry_path" || column == "exit_path" ||
         column == "is_bounce" || column == "duration";
}

// Page views are of people, and of one kind.
std::string constant_of_page_view(std::string_view column) {
  if (column == "kind") return "'page'";
  constexpr std::string_view kAbsent[] = {"bot", "bot_kind", "bot_reason", "purpose", "event"};
  const bool is_absent =
      std::find(std::begin(kAbsent), std::end(kAbsent), column) != std::end(kAbsent);
  return is_absent ? "NULL::VARCHAR" : "";
}

}  // namespace

Subject subject_of(const Metric& metric) {
  if (metric.name == "actions") return Subject::actions;
  switch (find_measure(metric.measures[0])->basis) {
    case Basis::people:
      return Subject::people;
    case Basis::live:
      return Subject::live;
    case Basis::events:
      return Subject::events;
    default:
      return Subject::requests;
  }
}

ConsoleRows::ConsoleRows(const Query& query, Subject subject,
                         const std::vector<const Metric*>& metrics)
    : query_(query), subject_(subject), range_(query.range) {
  if (subject == Subject::live) range_ = {query.now_us - kLive_us, query.now_us + kLive_us};
  for (const Metric* metric : metrics) {
    const Basis basis = find_measure(metric->measures[0])->basis;
    has_everyone_ |= basis == Basis::everyone || basis == Basis::crawlers;
  }
  source_ = choose_source(metrics);
}

ConsoleRows::Source ConsoleRows::choose_source(const std::vector<const Metric*>& metrics) const {
  if (subject_ == Subject::requests) return Source::hits;
  if (subject_ == Subject::events) return Source::events;
  if (subject_ == Subject::actions || is_of_actions(query_))
    return asks_for_events(query_) ? Source::events : Source::actions;
  Level level =
      query_.grain == Grain::hour || query_.grain == Grain::minute ? Level::view : Level::visitor;
  for (const Dimension* one : dimensions_of(query_)) level = std::max(level, one->level);
  if (level == Level::hit) return Source::linked;
  const bool is_of_visits = std::all_of(metrics.begin(), metrics.end(), [](const Metric* metric) {
    return metric->name == "visits" || metric->name == "bounce_rate" ||
           metric->name == "visit_duration" || metric->name == "visitors";
  });
  const bool is_worth = std::any_of(metrics.begin(), metrics.end(), [](const Metric* metric) {
    return metric->name != "visitors";
  });
  const bool has_days = time_condition("").starts_with("day ");
  return level <= Level::visit && is_of_visits && is_worth && has_days ? Source::visits
                                                                       : Source::page_views;
}

bool ConsoleRows::is_possible() const {
  const auto dimensions = dimensions_of(query_);
  const auto has = [&](std::string_view name) {
    return std::any_of(dimensions.begin(), dimensions.end(),
                       [&](const Dimension* one) { return one->name == name; });
  };
  if (source_ == Source::hits) return true;
  if (source_ == Source::linked) return !has("confirmed") && !has("referrer_origin");
  // Only events have what page views lack, and their origin is not worth the statement.
  return !has("referrer_origin");
}

std::string ConsoleRows::use(std::string_view name) {
  needed_.insert(std::string(name));
  return std::string(name);
}

std::string ConsoleRows::local_time() { return local_time_sql(use("time"), query_.zone, range_); }

std::string ConsoleRows::local_day() {
  const bool has_day = source_ == Source::page_views || source_ == Source::visits;
  return has_day ? use("day") : fmt::format("CAST({} AS DATE)", local_time());
}

std::string ConsoleRows::step() {
  switch (query_.grain) {
    case Grain::day:
      return local_day();
    case Grain::week:
      return fmt::format("CAST(date_trunc('week', {}) AS DATE)", local_day());
    case Grain::month:
      return fmt::format("CAST(date_trunc('month', {}) AS DATE)", local_day());
    case Grain::hour:
      return fmt::format("date_trunc('hour', {})", local_time());
    case Grain::minute:
      return fmt::format("date_trunc('minute', {})", local_time());
    case Grain::none:
      break;
  }
  CHECK(query_.grain != Grain::none);
  return {};
}

std::string ConsoleRows::column(const Dimension& dimension) {
  if (dimension.name == "weekday") return fmt::format("isodow({})", local_day());
  if (dimension.name == "hour") return fmt::format("hour({})", local_time());
  if (dimension.name == "confirmed") return use("is_confirmed") + "::INTEGER";
  if (dimension.name == "referrer_origin") return origin();
  if (!dimension.pointer.empty())
    return fmt::format("json_extract_string({}, {})", use("props"), sql_literal(dimension.pointer));
  if (source_ == Source::page_views) {
    const std::string constant = constant_of_page_view(dimension.name);
    if (!constant.empty()) return constant;
  }
  return use(dimension.name);
}

// Hosts are written without www. in referrers.
std::string ConsoleRows::origin() {
  const std::string service =
      query_.service.empty() ? "" : " WHERE service = " + sql_literal(query_.service);
  return fmt::format(
      "CASE WHEN {} IS NULL THEN NULL WHEN {} = 'Internal' OR {} IN (SELECT regexp_replace(host, "
      "'^www[.]', '') FROM hits{}) THEN 'own' ELSE 'foreign' END",
      use("referrer"), use("channel"), use("referrer_host"), service);
}

// Whole days where the rows have them, else moments.
std::string ConsoleRows::time_condition(std::string_view time) const {
  const TimeZone& zone = query_.zone;
  const int64_t first = zone.day_of(range_.from_us), last = zone.day_of(range_.to_us - 1);
  const bool is_of_days = query_.is_one_zone && subject_ != Subject::live && time.empty() &&
                          zone.start_of_day_us(first) == range_.from_us &&
                          zone.start_of_day_us(last + 1) == range_.to_us;
  if (is_of_days)
    return fmt::format("day BETWEEN DATE '{}' AND DATE '{}'", format_day(first), format_day(last));
  const std::string_view column = time.empty() ? "time" : time;
  return fmt::format("{0} >= {1} AND {0} < {2}", column, timestamp(range_.from_us),
                     timestamp(range_.to_us));
}

std::string ConsoleRows::conditions() {
  std::vector<std::string> filters;  // first, for they say which columns are needed
  for (const Filter& filter : query_.filters)
    filters.push_back(console_filter(filter, [&](const Dimension& one) { return column(one); }));
  std::string text;
  const auto add = [&](const std::string& condition) {
    text += (text.empty() ? "\nWHERE " : "\n  AND ") + condition;
  };
  if (!query_.service.empty())
    add(fmt::format("{} = {}", use("service"), sql_literal(query_.service)));
  const bool has_day = source_ == Source::page_views || source_ == Source::visits;
  add(time_condition(has_day ? "" : "time"));
  if (is_plain_events()) add(use("event") + " <> 'engagement'");
  const bool is_of_hits = source_ == Source::hits || is_plain_events();
  if (is_of_hits && !has_everyone_ && !has_bots()) add(use("bot") + " IS NULL");
  for (const std::string& filter : filters) add(filter);
  return text;
}

// Events that need not know their visits are hits like others.
bool ConsoleRows::is_plain_events() const {
  return source_ == Source::events && !needs_visit() && needed_.count("is_confirmed") == 0 &&
         needed_.count("day") == 0;
}

bool ConsoleRows::has_bots() const {
  return query_.include_bots && subject_ != Subject::people && subject_ != Subject::live;
}

bool ConsoleRows::needs_visit() const {
  return std::any_of(needed_.begin(), needed_.end(), is_of_visit);
}

// Page views, with how long their visits took where that is asked for.
std::string ConsoleRows::page_view_rows() const {
  if (needed_.count("duration") == 0) return "page_views";
  return "page_views LEFT JOIN (SELECT service, day, visitor, visit, duration FROM visits)\n"
         "  USING (service, day, visitor, visit)";
}

// Requests that are page views, each with the visit that it belongs to.
std::string ConsoleRows::linked() const {
  std::string list = "h.service, h.time, h.visitor, p.day", of_visit;
  for (const std::string& name : needed_) {
    if (name == "service" || name == "time" || name == "visitor" || name == "day") continue;
    if (is_of_visit(name)) of_visit += ", " + name;
    list += is_of_visit_alone(name) ? fmt::format(", p.{}", name)
            : is_of_visit(name)
                ? fmt::format(", CASE WHEN p.day IS NULL THEN h.{0} ELSE p.{0} END AS {0}", name)
                : fmt::format(", h.{}", name);
  }
  return fmt::format(
      "(SELECT {0}\n  FROM hits h LEFT JOIN (SELECT DISTINCT service, visitor, time, day{1}\n    "
      "FROM {2} WHERE visitor IS NOT NULL) p USING (service, visitor, time)\n  WHERE "
      "h.is_page_view "
      "AND (h.via IS DISTINCT FROM 'script'\n    OR (h.service, coalesce(h.visitor, 0), h.time, "
      "h.path) IN (SELECT (service, coalesce(visitor, 0), time, path)\n      FROM page_views WHERE "
      "via = 'script')))",
      list, of_visit, page_view_rows());
}

// Events as rows in the shape of page views: an event belongs to the visit of what its visitor
// looked at last.
std::string ConsoleRows::event_rows() const {
  const bool is_linked = needs_visit();
  const std::string day =
      fmt::format("CAST({} AS DATE)", local_time_sql("h.time", query_.zone, range_));
  std::string list = fmt::format("h.service, h.time, h.visitor, {} AS day", day), of_visit;
  for (const std::string& name : needed_) {
    if (name == "service" || name == "time" || name == "visitor" || name == "day") continue;
    if (is_of_visit(name)) of_visit += ", " + name;
    if (name == "is_confirmed")
      list += ", coalesce(h.via = 'script', false) AS is_confirmed";
    else if (is_of_visit_alone(name))
      list += fmt::format(", p.{}", name);
    else if (is_of_visit(name))
      list += fmt::format(", CASE WHEN p.day IS NULL THEN h.{0} ELSE p.{0} END AS {0}", name);
    else
      list += ", h." + name;
  }
  std::string text = fmt::format("SELECT {}\n  FROM hits h", list);
  if (is_linked)
    text += fmt::format(
        "\n  ASOF LEFT JOIN (SELECT service, day, visitor, time{} FROM {}\n    WHERE time >= {}) p "
        "ON p.service = h.service AND p.visitor = h.visitor AND p.day = {} AND p.time <= h.time",
        of_visit, page_view_rows(), timestamp(range_.from_us - kVisit_us), day);
  return text + "\n  WHERE h.event <> 'engagement'" + (has_bots() ? "" : " AND h.bot IS NULL");
}

std::string ConsoleRows::from() {
  const std::string where = conditions();
  switch (source_) {
    case Source::hits:
      return "FROM hits" + where;
    case Source::visits:
      return "FROM visits" + where;
    case Source::page_views:
      return "FROM " + page_view_rows() + where;
    case Source::linked:
      return "FROM " + linked() + where;
    case Source::events:
      return is_plain_events() ? "FROM hits" + where : "FROM (" + event_rows() + ")" + where;
    case Source::actions:
      break;
  }
  std::string list = "service, time, visitor, day";
  for (const std::string& name : needed_) {
    if (name == "service" || name == "time" || name == "visitor" || name == "day") continue;
    const std::string constant = constant_of_page_view(name);
    list += constant.empty() ? ", " + name : fmt::format(", {} AS {}", constant, name);
  }
  return fmt::format("FROM (SELECT {} FROM {}\n  UNION ALL BY NAME\n  {})", list, page_view_rows(),
                     event_rows()) +
         where;
}

}  // namespace ballcone
