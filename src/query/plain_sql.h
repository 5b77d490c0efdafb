// A question in plain SQL over the views that people see, as someone would type it who does not
// care for speed: what answers are compared with. The views are read once: kPlainViews.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <string>

#include "query/dimensions.h"
#include "query/metrics.h"
#include "query/plan.h"
#include "query/query.h"

namespace ballcone {

// Copies of the views' rows. Planning the joins of a view takes longer than reading so few rows,
// and the questions are many.
constexpr const char* kPlainViews[] = {
    "CREATE SCHEMA plain",
    "CREATE TABLE plain.hits AS FROM main.hits",
    "CREATE TABLE plain.page_views AS FROM main.page_views",
    "CREATE TABLE plain.visits AS FROM main.visits",
};

inline std::string quote(std::string text) {
  for (size_t at = 0; (at = text.find('\'', at)) != text.npos; at += 2) text.insert(at, "'");
  return "'" + text + "'";
}

inline std::string regex_of(std::string_view wildcards) {
  std::string regex;
  for (size_t i = 0; i < wildcards.size(); ++i) {
    char c = wildcards[i];
    if (c == '*' || c == '?') {
      regex += c == '*' ? ".*" : ".";
      continue;
    }
    if (c == '\\' && i + 1 < wildcards.size()) c = wildcards[++i];
    if (std::string_view(R"(\^$.|?*+()[]{})").find(c) != std::string_view::npos) regex += '\\';
    regex += c;
  }
  return regex;
}

// A property by its name as people write paths in JSON: $."plan".
inline std::string plain_column(const std::string& name) {
  if (!name.starts_with(kPropertyStart)) return name;
  std::string path = name.substr(kPropertyStart.size());
  for (size_t at = 0; (at = path.find('"', at)) != path.npos; at += 2) path.insert(at, "\\");
  return fmt::format("json_extract_string(props, {})", quote("$.\"" + path + "\""));
}

inline std::string plain_condition(const Condition& condition) {
  const std::string column = fmt::format("CAST({} AS VARCHAR)", plain_column(condition.column));
  std::string any = "false";
  const bool is_contains =
      condition.op == FilterOp::contains || condition.op == FilterOp::contains_not;
  const bool is_matches =
      condition.op == FilterOp::matches || condition.op == FilterOp::matches_not;
  for (const std::string& value : condition.values) {
    any += " OR ";
    if (is_contains) {
      any += fmt::format("contains(lower({}), lower({}))", column, quote(value));
    } else if (is_matches) {
      any += fmt::format("regexp_full_match({}, {}, 'is')", column, quote(regex_of(value)));
    } else if (value.empty()) {
      any += column + " IS NULL";
    } else {
      any += column + " = " + quote(value);
    }
  }
  const bool is_negative = condition.op == FilterOp::is_not || condition.op == FilterOp::not_in ||
                           condition.op == FilterOp::contains_not ||
                           condition.op == FilterOp::matches_not;
  return fmt::format("{}coalesce({}, false)", is_negative ? "NOT " : "", any);
}

inline std::string plain_filter(const Filter& filter) {
  std::string text;
  if (filter.condition) {
    text = plain_condition(*filter.condition);
  } else {
    for (const Filter& part : filter.any.empty() ? filter.all : filter.any) {
      text += (text.empty() ? "" : filter.any.empty() ? " AND " : " OR ") + plain_filter(part);
    }
  }
  return fmt::format("{}({})", filter.is_negated ? "NOT " : "", text);
}

// Of "hits", or of people.
inline std::string plain_metric(const std::string& name) {
  const auto count = [](const std::string& condition) {
    return fmt::format("count(*) FILTER (WHERE asked AND {})", condition);
  };
  const auto visits = [](const char* condition) {
    return fmt::format(
        "count(DISTINCT (service, day, visitor, visit)) FILTER (WHERE visit > 0 AND {})",
        condition);
  };
  if (name == "visitors" || name == "live_visitors")
    return "count(DISTINCT (service, day, visitor)) FILTER (WHERE visitor > 0)";
  if (name == "events") return "count(event)";
  if (name == "page_views") return "count(*) FILTER (WHERE event IS NULL)";
  if (name == "confirmed") return "count(*) FILTER (WHERE is_confirmed AND event IS NULL)";
  if (name == "unconfirmed_share")
    return "count(*) FILTER (WHERE NOT is_confirmed AND event IS NULL) / nullif(count(*) FILTER "
           "(WHERE event IS NULL), 0)";
  if (name == "visits") return visits("true");
  if (name == "views_per_visit")
    return "count(*) FILTER (WHERE event IS NULL) / nullif(" + visits("true") + ", 0)";
  if (name == "bounce_rate") return visits("is_bounce") + " / nullif(" + visits("true") + ", 0)";
  if (name == "visit_duration")
    return "list_sum(list_transform(list_distinct(list((service, day, visitor, visit, duration)) "
           "FILTER (WHERE visit > 0)), x -> x[5])) / nullif(" +
           visits("true") + ", 0)";
  if (name == "hits") return count("true");
  if (name == "bytes") return "coalesce(sum(bytes) FILTER (WHERE asked), 0)::BIGINT";
  if (name == "generation_time_avg") return "avg(generation_time) FILTER (WHERE asked)";
  if (name.starts_with("generation_time_p"))
    return fmt::format("quantile_disc(generation_time, 0.{}) FILTER (WHERE asked)",
                       name.substr(17));
  const std::string answered = " / nullif(" + count("status > 0") + ", 0)";
  if (name == "error_rate") return count("status >= 400") + answered;
  if (name == "error_rate_4xx") return count("status BETWEEN 400 AND 499") + answered;
  if (name == "error_rate_5xx") return count("status >= 500") + answered;
  if (name == "not_found") return count("status = 404");
  if (name == "cache_hit_rate")
    return count("cache_status IN ('HIT', 'STALE')") + " / nullif(" +
           count("cache_status IS NOT NULL") + ", 0)";
  if (name == "bot_share") return "count(bot) / nullif(count(*), 0)";
  if (name == "bot_hits") return "count(bot)";
  if (name == "bot_pages") return "count(bot) FILTER (WHERE kind = 'page')";
  if (name == "robots_unasked")
    return "count(*) FILTER (WHERE bot IS NOT NULL AND (service, day, bot) NOT IN (SELECT "
           "(service, "
           "CAST(local_time AS DATE), bot) FROM asking))";
  return "no such metric: " + name;
}

// All rows of all questions have their local time and day; `local`: SQL that makes the local time
// of `time`.
inline std::string plain_rows(const Query& query, const std::string& metric,
                              const std::string& local) {
  const bool is_people = !is_of_hits(*find_metric(metric));
  const std::string more = fmt::format(
      "{} AS local_time, CAST(local_time AS DATE) AS day, hour(local_time) AS hour, "
      "isodow(local_time) AS weekday",
      local);
  if (!is_people) {
    return fmt::format(
        "SELECT *, {}, {} AS asked, CASE WHEN referrer IS NULL THEN NULL WHEN channel = 'Internal' "
        "OR "
        "referrer_host IN (SELECT regexp_replace(host, '^www.', '') FROM plain.hits WHERE {}) THEN "
        "'own' ELSE 'foreign' END AS referrer_origin FROM plain.hits",
        more, query.include_bots ? "true" : "bot IS NULL",
        query.service.empty() ? "true" : "service = " + quote(query.service));
  }
  if (metric == "events" || is_of_actions(query)) {
    // What a visitor did last before an event, on the same day, says which visit it is of.
    const std::string last = fmt::format(
        "(SELECT max(time) FROM plain.page_views q WHERE q.service = h.service AND q.visitor = "
        "h.visitor AND q.time <= h.time AND q.day = CAST({} AS DATE))",
        local);
    const bool has_bots = metric == "events" && query.include_bots;
    std::string of_visit = "p.visit, p.entry_path, p.exit_path, p.is_bounce, p.duration";
    for (const char* name : {"query", "referrer", "channel", "referrer_host", "referrer_name",
                             "utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"})
      of_visit +=
          fmt::format(", CASE WHEN p.entry_path IS NULL THEN h.{0} ELSE p.{0} END AS {0}", name);
    return fmt::format(
        "SELECT *, is_confirmed::INTEGER AS confirmed, {1} FROM ({2} SELECT h.* EXCLUDE (query, "
        "referrer, channel, referrer_host, "
        "referrer_name, utm_source, utm_medium, utm_campaign, utm_content, utm_term), via = "
        "'script' AS is_confirmed, {3} FROM (SELECT *, {0} AS seen FROM plain.hits h WHERE event "
        "<> 'engagement' AND {4}) h LEFT JOIN (SELECT DISTINCT p.service, p.visitor, p.time AS "
        "seen, p.visit, p.entry_path, p.exit_path, query, referrer, channel, referrer_host, "
        "referrer_name, utm_source, utm_medium, utm_campaign, utm_content, utm_term, v.is_bounce, "
        "v.duration FROM plain.page_views p JOIN (SELECT service, day, visitor, visit, is_bounce, "
        "duration FROM plain.visits) v USING (service, day, visitor, visit)) p USING (service, "
        "visitor, seen))",
        last, more,
        metric == "events"
            ? ""
            : "SELECT p.* EXCLUDE (day, is_bounce), NULL AS event, v.is_bounce, v.duration FROM "
              "plain.page_views p LEFT JOIN (SELECT service, day, visitor, visit, is_bounce, "
              "duration FROM plain.visits) v USING (service, day, visitor, visit) UNION ALL BY "
              "NAME",
        of_visit, has_bots ? "true" : "bot IS NULL");
  }
  const bool is_wide = query.include_assets && (metric == "visitors" || metric == "page_views");
  // What only hits have comes from the hit, all else from the page view and its visit.
  const std::string of_visit =
      "entry_path, exit_path, query, referrer, channel, referrer_host, referrer_name, utm_source, "
      "utm_medium, utm_campaign, utm_content, utm_term";
  const std::string visits =
      "(SELECT service, day, visitor, visit, is_bounce, duration FROM plain.visits)";
  bool is_of_views = !is_wide;
  const auto note = [&](const std::string& name) {
    const Dimension& dimension = *find_dimension(name);
    is_of_views &= dimension.level != Level::hit && dimension.column != "bot" &&
                   dimension.column != "kind" && dimension.column != "purpose";
  };
  for (const std::string& name : query.by) note(name);
  const std::function<void(const Filter&)> note_filter = [&](const Filter& filter) {
    if (filter.condition) note(filter.condition->column);
    for (const Filter& part : filter.all) note_filter(part);
    for (const Filter& part : filter.any) note_filter(part);
  };
  for (const Filter& filter : query.filters) note_filter(filter);
  if (is_of_views)
    return fmt::format(
        "SELECT p.* EXCLUDE (day, is_bounce), NULL AS event, v.is_bounce, v.duration, "
        "p.is_confirmed::INTEGER AS "
        "confirmed, {} FROM plain.page_views p "
        "LEFT JOIN {} v USING (service, day, visitor, visit)",
        more, visits);
  return fmt::format(
      "SELECT h.* EXCLUDE (query, referrer, channel, referrer_host, referrer_name, utm_source, "
      "utm_medium, utm_campaign, utm_content, utm_term), {} FROM (SELECT *, query AS q FROM "
      "plain.hits "
      "WHERE {}) h LEFT JOIN (SELECT DISTINCT service, visitor, time, visit, is_bounce, duration, "
      "{} "
      "FROM (SELECT * EXCLUDE (is_bounce) FROM plain.page_views) LEFT JOIN {} USING (service, day, "
      "visitor, visit) WHERE visitor > 0) p "
      "USING (service, visitor, time)",
      [&] {
        std::string list = more + ", p.visit, p.is_bounce, p.duration, p.entry_path, p.exit_path";
        for (const char* name :
             {"query", "referrer", "channel", "referrer_host", "referrer_name", "utm_source",
              "utm_medium", "utm_campaign", "utm_content", "utm_term"})
          list += fmt::format(", CASE WHEN p.entry_path IS NULL THEN h.{0} ELSE p.{0} END AS {0}",
                              name);
        return list;
      }(),
      // Of what a log and a script have both seen, the script's is no page view.
      fmt::format("{} AND (via IS NULL OR via <> 'script' OR (service, coalesce(visitor, 0), time, "
                  "path) IN (SELECT (service, coalesce(visitor, 0), time, path) FROM "
                  "plain.page_views WHERE via = 'script'))",
                  is_wide ? "bot IS NULL AND purpose IS NULL" : "is_page_view"),
      of_visit, visits);
}

inline std::string plain_conversion_rate(const Query& query, const std::string& local);

// Of metrics of the same rows: (step, by …, values …).
inline std::string plain_sql(const Query& query, const std::vector<std::string>& metrics,
                             std::string local) {
  if (local.empty()) local = "time";
  constexpr const char* kUnits[] = {"", "minute", "hour", "day", "week", "month"};
  std::string keys;
  if (query.grain != Grain::none)
    keys = fmt::format("strftime(date_trunc('{}', local_time), '%Y-%m-%dT%H:%M:%S') AS step, ",
                       kUnits[static_cast<size_t>(query.grain)]);
  for (const std::string& name : query.by) keys += plain_column(name) + ", ";
  std::string where = "true";
  if (!query.service.empty()) where += " AND service = " + quote(query.service);
  const bool is_live = metrics[0] == "live_visitors";
  where += fmt::format(" AND epoch_us(time) >= {} AND epoch_us(time) < {}",
                       is_live ? query.now_us - 300'000'000 : query.range.from_us,
                       is_live ? query.now_us + 300'000'000 : query.range.to_us);
  const std::string asking = fmt::format(
      "asking AS (SELECT *, {} AS local_time FROM plain.hits WHERE path = '/robots.txt' AND bot IS "
      "NOT "
      "NULL AND {})",
      local, where);
  for (const Filter& filter : query.filters) where += " AND " + plain_filter(filter);
  std::string values;
  for (const std::string& metric : metrics)
    values +=
        (values.empty() ? "" : ", ") +
        (metric == "conversion_rate" ? plain_conversion_rate(query, local) : plain_metric(metric));
  std::string rows = plain_rows(query, metrics[0], local);
  // A row for each of its properties.
  if (std::find(query.by.begin(), query.by.end(), "property") != query.by.end())
    rows = fmt::format("SELECT *, unnest(json_keys(props)) AS property FROM ({})", rows);
  return fmt::format("WITH {}, rows AS ({}) SELECT {}{} FROM rows WHERE {}{}", asking, rows, keys,
                     values, where, keys.empty() ? "" : " GROUP BY ALL");
}

// Visitors of those who did what is asked for, of all. Not within other dimensions, not per step.
inline std::string plain_conversion_rate(const Query& query, const std::string& local) {
  const std::function<bool(const Filter&)> is_about_events = [&](const Filter& filter) {
    return (filter.condition && find_dimension(filter.condition->column)->is_of_actions()) ||
           std::any_of(filter.all.begin(), filter.all.end(), is_about_events) ||
           std::any_of(filter.any.begin(), filter.any.end(), is_about_events);
  };
  Query everyone = query;
  everyone.by.clear();
  std::erase_if(everyone.filters, is_about_events);
  return fmt::format("{} / nullif(({}), 0)", plain_metric("visitors"),
                     plain_sql(everyone, {"visitors"}, local));
}

// What tells the metrics of the same rows from those of others.
inline int plain_rows_of(const Query& query, const std::string& metric) {
  if (metric == "live_visitors") return 0;
  if (metric == "events") return 4;
  if (is_of_hits(*find_metric(metric))) return 1;
  return query.include_assets && (metric == "visitors" || metric == "page_views") ? 2 : 3;
}

}  // namespace ballcone
