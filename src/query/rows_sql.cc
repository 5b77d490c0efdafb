#include "query/rows_sql.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "base/time.h"
#include "query/filter_sql.h"
#include "query/steps.h"

namespace ballcone {
namespace {

// "2026-11-23T12:00:00Z" → "2026-11-23 12:00:00"
std::string sql_time(int64_t time_us) {
  std::string text = format_time(time_us);
  text[10] = ' ';
  text.pop_back();
  return text;
}

std::string_view name_of(Source source) {
  switch (source) {
    case Source::totals:
    case Source::times:
      return "t";
    case Source::visits:
      return "v";
    case Source::views:
      return "p";
    case Source::hits:
    case Source::linked:
      return "h";
    case Source::actions:
      return "a";
  }
  return "";
}

}  // namespace

RowsSql::RowsSql(const Query& query, const Codes& codes, const Part& part)
    : query_(query), codes_(codes), part_(part), name_(name_of(part.source)), scope_(scope_of()) {}

bool RowsSql::is_derived() const {
  return part_.source != Source::hits && part_.source != Source::linked &&
         part_.source != Source::actions;
}

bool RowsSql::has(std::string_view measure) const {
  return std::any_of(part_.measures.begin(), part_.measures.end(),
                     [&](const Measure* m) { return m->name == measure; });
}

// The widest that a measure asks for.
Scope RowsSql::scope_of() const {
  Scope scope = Scope::page_views;
  for (const Measure* measure : part_.measures) {
    const bool is_wide = measure->basis == Basis::everyone || measure->basis == Basis::crawlers;
    const bool is_of_people = measure->basis == Basis::people || measure->basis == Basis::live;
    const Scope wants = is_wide || (!is_of_people && query_.include_bots) ? Scope::everyone
                        : is_of_people                                    ? Scope::page_views
                                                                          : Scope::people;
    scope = std::min(scope, wants);
  }
  return scope;
}

std::string RowsSql::local_time(std::string_view rows) const {
  return local_time_sql(fmt::format("{}.time", rows), query_.zone, part_.range);
}

std::string RowsSql::day_of(std::string_view rows) const {
  return step_sql(Grain::day, local_time(rows));
}

std::string RowsSql::day() const {
  return is_derived() ? fmt::format("{}.day", name_) : day_of(name_);
}

std::string RowsSql::column(const Dimension& dimension) const {
  if (dimension.name == "weekday") return fmt::format("(({})::BIGINT + 3) % 7 + 1", day());
  if (dimension.name == "hour") {
    if (part_.source == Source::totals || part_.source == Source::times) return "t.hour::BIGINT";
    return fmt::format("hour({})", local_time(name_));
  }
  if (dimension.name == "referrer_origin") return origin();
  if (dimension.name == "confirmed") return fmt::format("({})::BIGINT", is_confirmed());
  // Page views are of people, and of one kind.
  if (part_.source == Source::views && (dimension.column == "bot" || dimension.column == "purpose"))
    return "0::UINTEGER";
  if (part_.source == Source::views && dimension.column == "kind")
    return fmt::format("{}::UINTEGER", codes_.page);
  if (dimension.column == "bot" && !is_derived() && part_.source != Source::actions)
    return scope_ == Scope::everyone ? bot("h", "b") : "0::UINTEGER";
  if (is_place(dimension) && part_.source != Source::totals && part_.source != Source::times)
    return fmt::format("{}.place", name_);
  if (part_.source == Source::linked && dimension.level == Level::visit) {
    if (dimension.is_of_people()) return fmt::format("coalesce(p.{}, 0)", dimension.column);
    return fmt::format("coalesce(p.{0}, h.{0})", dimension.column);
  }
  return fmt::format("{}.{}", name_, dimension.column);
}

// Derived rows know an address's country by one of few codes; there are as many addresses as
// visitors.
bool RowsSql::is_place(const Dimension& dimension) const {
  return is_derived() && dimension.text == "address" && dimension.attribute != "address";
}

std::string RowsSql::texts(const Dimension& dimension) const {
  return is_place(dimension) ? "derived.places" : fmt::format("data.text_{}", dimension.text);
}

std::string RowsSql::step() const {
  const bool is_fine = query_.grain == Grain::minute || query_.grain == Grain::hour;
  if (!is_derived() || (part_.source == Source::views && is_fine))
    return step_sql(query_.grain, local_time(name_));
  if (query_.grain == Grain::hour) return "t.day::BIGINT * 24 + t.hour";
  return step_of_day_sql(query_.grain, day());
}

// A visitor's number is of 48 bits and made anew every day; with the day above them it is one
// column to group by, whatever the salts were.
std::string RowsSql::visitor() const {
  const std::string number =
      query_.is_one_zone || is_derived()
          ? fmt::format("xor({}.visitor, ({})::UBIGINT * 281474976710656)", name_, day())
          : fmt::format("{}.visitor", name_);
  return fmt::format("CASE WHEN {}.visitor > 0 THEN {} ELSE 0::UBIGINT END", name_, number);
}

// The code of who made a request, bots by behaviour included; 0 for people.
std::string RowsSql::bot(std::string_view hits, std::string_view caught) const {
  const std::string by_behaviour =
      codes_.has_caught_bots ? fmt::format("coalesce({}.bot, 0)", caught) : "0";
  return fmt::format("CASE WHEN {} THEN {} ELSE {}.bot END", people_condition(hits), by_behaviour,
                     hits);
}

std::string RowsSql::is_bot() const {
  if (!codes_.has_caught_bots) return fmt::format("NOT ({})", people_condition("h"));
  return fmt::format("(NOT ({}) OR b.bot IS NOT NULL)", people_condition("h"));
}

std::string RowsSql::people_condition(std::string_view hits) const {
  if (codes_.pardoned.size() == 1 && codes_.pardoned[0] == 0)
    return fmt::format("{}.bot = 0", hits);
  return fmt::format("{}.bot IN ({})", hits, fmt::join(codes_.pardoned, ", "));
}

// Days are compared too, except where services have several: there a number alone must do.
std::string RowsSql::caught_join(std::string_view kind, std::string_view hits,
                                 std::string_view caught) const {
  if (!codes_.has_caught_bots) return "";
  std::string join = fmt::format(
      "\n{0} JOIN derived.bots {2} ON {2}.visitor = {1}.visitor AND "
      "{2}.service = {1}.service",
      kind, hits, caught);
  if (query_.is_one_zone) join += fmt::format(" AND {}.day = {}", caught, day_of(hits));
  return join;
}

std::string RowsSql::time_condition(std::string_view rows) const {
  std::string text = fmt::format("{0}.time >= TIMESTAMP '{1}' AND {0}.time < TIMESTAMP '{2}'", rows,
                                 sql_time(part_.range.from_us), sql_time(part_.range.to_us));
  if (!query_.service.empty()) text += fmt::format(" AND {}.service = {}", rows, codes_.service);
  return text;
}

// Whether page views for which the condition on q holds have a row of data.hits.
std::string RowsSql::is_seen(std::string_view condition) const {
  return fmt::format(
      "(h.service, coalesce(h.visitor, 0), h.time, h.path) IN (SELECT (q.service, q.visitor, "
      "q.time, q.path) FROM derived.page_views q WHERE {} AND {})",
      condition, time_condition("q"));
}

// Of those of nobody the log's and the script's are not told apart by visitor.
std::string RowsSql::is_confirmed() const {
  if (is_derived() || part_.source == Source::actions) return fmt::format("{}.is_confirmed", name_);
  if (codes_.script == kNoCode) return "false";
  return fmt::format("(h.via = {} OR {})", codes_.script,
                     is_seen("q.is_confirmed AND q.visitor <> 0"));
}

// A visit's page views by moment: what a request at that moment belongs to.
std::string RowsSql::linked_join() const {
  return fmt::format(
      "\nLEFT JOIN (SELECT DISTINCT service, day, visitor, time, visit, entry_path, exit_path, "
      "query, referrer, channel FROM derived.page_views q WHERE q.visitor <> 0 AND {}) p ON "
      "p.visitor = h.visitor AND p.time = h.time AND p.service = h.service",
      time_condition("q"));
}

// Which bots asked for robots.txt, per day, whatever the filters.
std::string RowsSql::asked_join() const {
  return fmt::format(
      "\nLEFT JOIN (SELECT DISTINCT q.service, {} AS day, {} AS bot FROM data.hits q{} WHERE {} "
      "AND "
      "q.path IN (SELECT code FROM data.text_path WHERE path = '/robots.txt')) asked ON "
      "asked.service = h.service AND asked.day = {} AND asked.bot = {}",
      day_of("q"), bot("q", "c"), caught_join("LEFT", "q", "c"), time_condition("q"), day_of("h"),
      bot("h", "b"));
}

std::string RowsSql::page_views() const {
  return fmt::format(
      "SELECT p.* EXCLUDE (day, place, is_only_view, is_only_of_path), 0::UINTEGER AS event, "
      "{}::UINTEGER AS kind, 0::UINTEGER AS bot, 0::UINTEGER AS purpose FROM derived.page_views p "
      "WHERE {}",
      codes_.page, time_condition("p"));
}

std::string RowsSql::is_event(std::string_view hits) const {
  return fmt::format("{0}.event <> 0 AND {0}.event <> {1}", hits, codes_.engagement);
}

// An event belongs to the visit of its visitor's last page view, which may be before the range.
std::string RowsSql::visit_join() const {
  std::string time = fmt::format("q.time >= TIMESTAMP '{}' AND q.time < TIMESTAMP '{}'",
                                 sql_time(part_.range.from_us - 26 * 3600 * kSecond_us),
                                 sql_time(part_.range.to_us));
  if (!query_.service.empty()) time += fmt::format(" AND q.service = {}", codes_.service);
  const std::string day = query_.is_one_zone ? fmt::format(" AND v.day = {}", day_of("h")) : "";
  return fmt::format(
      "\nASOF LEFT JOIN (SELECT service, day, visitor, time, visit, entry_path, exit_path, query, "
      "referrer, channel, is_bounce, duration_s FROM derived.page_views q WHERE {} AND q.visitor "
      "IN "
      "(SELECT e.visitor FROM data.hits e WHERE {} AND {})) v ON v.visitor = h.visitor AND "
      "v.service = h.service{} AND v.time <= h.time",
      time, time_condition("e"), is_event("e"), day);
}

// In the shape of page views, and with what only hits have.
std::string RowsSql::events() const {
  const bool is_everyone = scope_ == Scope::everyone;
  std::string replaced = fmt::format("coalesce(h.visitor, 0) AS visitor, {} AS bot",
                                     is_everyone ? bot("h", "b") : "0::UINTEGER");
  std::string more = fmt::format("h.via = {} AS is_confirmed", codes_.script);
  if (part_.is_of_visits) {
    for (const char* name : {"query", "referrer", "channel"})
      replaced += fmt::format(", coalesce(v.{0}, h.{0}) AS {0}", name);
    more +=
        ", coalesce(v.visit, 0) AS visit, coalesce(v.entry_path, 0) AS entry_path, "
        "coalesce(v.exit_path, 0) AS exit_path, coalesce(v.is_bounce, false) AS is_bounce, "
        "coalesce(v.duration_s, 0) AS duration_s";
  }
  return fmt::format("SELECT h.* REPLACE ({}), {} FROM data.hits h{}{} WHERE {} AND {}{}", replaced,
                     more, caught_join(is_everyone ? "LEFT" : "ANTI", "h", "b"),
                     part_.is_of_visits ? visit_join() : "", time_condition("h"), is_event("h"),
                     is_everyone ? "" : " AND " + people_condition("h"));
}

// Hosts are written without www. in referrers.
std::string RowsSql::origin() const {
  const std::string service =
      query_.service.empty() ? "" : fmt::format(" WHERE service = {}", codes_.service);
  return fmt::format(
      "CASE WHEN {1}.referrer = 0 THEN NULL WHEN {1}.channel IN (SELECT code FROM "
      "data.text_channel "
      "WHERE channel = 'Internal') OR {1}.referrer IN (SELECT code FROM data.text_referrer WHERE "
      "referrer_host IN (SELECT regexp_replace(host, '^www[.]', '') FROM data.text_host WHERE code "
      "IN (SELECT host FROM derived.hits_by_host{0}))) THEN 'own' ELSE 'foreign' END",
      service, name_);
}

// The engine joins before it filters by a set of texts; derived rows are filtered first by being a
// query of their own (8.7 M page views, 0.5 M of one path, top sources: 65 ms against 509).
void RowsSql::append_from(std::string_view joins, std::string_view condition, Sql* sql) const {
  std::string& text = sql->text;
  const bool is_filtered_first = is_derived() && !joins.empty();
  if (is_filtered_first) text += "\nFROM (SELECT *";
  switch (part_.source) {
    case Source::totals:
    case Source::times:
      text += fmt::format("\nFROM derived.{} t", part_.totals->name);
      break;
    case Source::visits:
      text += "\nFROM derived.visits v";
      break;
    case Source::views:
      text += "\nFROM derived.page_views p";
      break;
    case Source::hits:
    case Source::linked:
      text += "\nFROM data.hits h";
      text += caught_join(scope_ == Scope::everyone ? "LEFT" : "ANTI", "h", "b");
      if (part_.source == Source::linked) text += linked_join();
      if (has("robots_unasked")) text += asked_join();
      break;
    case Source::actions:
      text += "\nFROM (" + (part_.is_of_events ? "" : page_views() + "\nUNION ALL BY NAME\n");
      text += events() + ") a";
      break;
  }
  if (!is_filtered_first) text += joins;
  text += "\nWHERE ";
  if (part_.is_of_days() && is_derived()) {
    text += fmt::format("{}.day BETWEEN {} AND {}", name_, part_.first_day, part_.last_day);
    if (!query_.service.empty()) text += fmt::format(" AND {}.service = {}", name_, codes_.service);
  } else if (part_.source == Source::actions) {
    text += "true";
  } else {
    text += time_condition(name_);
  }
  if (part_.is_of_nobody) text += " AND p.visitor = 0";
  const bool is_hits_totals =
      part_.source == Source::times ||
      (part_.source == Source::totals && part_.totals->family == Family::hits);
  if (is_hits_totals && scope_ != Scope::everyone) text += " AND NOT t.is_bot";
  const bool is_of_hits = part_.source == Source::hits || part_.source == Source::linked;
  if (is_of_hits && scope_ != Scope::everyone) text += " AND " + people_condition("h");
  if (is_of_hits && scope_ == Scope::page_views) {
    if (!query_.include_assets) text += fmt::format(" AND h.kind = {}", codes_.page);
    text += " AND h.purpose = 0";
    // What the log has too is one page view, and events are none.
    if (codes_.script != kNoCode)
      text += fmt::format(" AND (h.via <> {0} OR {1})", codes_.script,
                          is_seen(fmt::format("q.via = {}", codes_.script)));
  }
  for (const Filter& filter : query_.filters) {
    text += "\n  AND ";
    append_filter(
        filter,
        [&](const Dimension& dimension) {
          return RowsColumn{column(dimension), texts(dimension)};
        },
        sql);
  }
  if (!condition.empty()) text += fmt::format(" AND {}", condition);
  if (is_filtered_first) text += fmt::format(") {}{}", name_, joins);
}

}  // namespace ballcone
