#include "query/sql.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "base/time.h"
#include "query/dimensions.h"
#include "query/filter_sql.h"
#include "query/metrics.h"
#include "query/steps.h"

namespace ballcone {
namespace {

// What hits are grouped by: one integer, standing for one or two dimensions of the same text.
struct Key {
  std::string text;  // the text whose codes it is made of; "" for a fact
  std::string name;  // of the column: "user_agent_key"
  std::vector<std::string> dimensions;

  bool is_fact() const { return text.empty(); }
  bool has_rep() const { return !is_fact() && has_attributes(text); }
  std::string expression() const {
    if (is_fact()) return "h." + dimensions[0];
    return has_rep() ? text + "_rep.rep" : "h." + text;
  }
};

std::vector<Key> make_keys(const std::vector<std::string>& by) {
  std::vector<Key> keys;
  for (const std::string& name : by) {
    const Dimension* dimension = find_dimension(name);
    CHECK(dimension != nullptr);
    const std::string text(dimension->text);
    const auto it = std::find_if(keys.begin(), keys.end(), [&](const Key& key) {
      return !key.is_fact() && key.text == text;
    });
    if (it != keys.end()) {
      it->dimensions.push_back(name);
    } else {
      keys.push_back({text, (text.empty() ? name : text) + "_key", {name}});
    }
  }
  return keys;
}

// Three significant digits, as a histogram of high dynamic range has: milliseconds below a second
// stay as they are, and a step has at most some 6,000 distinct values however many hits it has.
constexpr const char* kRoundedTime =
    "CASE WHEN h.generation_time_us < 1000 THEN h.generation_time_us "
    "WHEN h.generation_time_us < 10000 THEN (h.generation_time_us + 5) // 10 * 10 "
    "WHEN h.generation_time_us < 100000 THEN (h.generation_time_us + 50) // 100 * 100 "
    "WHEN h.generation_time_us < 1000000 THEN (h.generation_time_us + 500) // 1000 * 1000 "
    "WHEN h.generation_time_us < 10000000 THEN (h.generation_time_us + 5000) // 10000 * 10000 "
    "WHEN h.generation_time_us < 100000000 THEN (h.generation_time_us + 50000) // 100000 * 100000 "
    "ELSE (h.generation_time_us + 500000) // 1000000 * 1000000 END";

class SqlMaker {
 public:
  SqlMaker(const Query& query, const Codes& codes)
      : query_(query), codes_(codes), keys_(make_keys(query.by)) {
    for (const std::string& name : query.metrics) {
      metrics_.push_back(find_metric(name));
      CHECK(metrics_.back() != nullptr);
    }
  }

  Sql make() {
    begin_with_reps();
    if (keys_.empty()) {
      append_totals();
    } else if (query_.grain == Grain::none) {
      append_ranking();
    } else {
      append_series_by();
    }
    return std::move(sql_);
  }

 private:
  bool has_step() const { return query_.grain != Grain::none; }

  void add(std::string_view text) { sql_.text += text; }
  template <class... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) requires(sizeof...(Args) > 0) {
    sql_.text += fmt::format(format, std::forward<Args>(args)...);
  }
  void begin_cte(std::string_view name) {
    add("{}{} AS (", has_cte_ ? ",\n" : "WITH ", name);
    has_cte_ = true;
  }
  void end_cte() { add(")"); }
  // After the last CTE.
  void begin_select() { add("{}SELECT ", has_cte_ ? "\n" : ""); }

  void begin_with_reps() {
    for (const Key& key : keys_) {
      if (!key.has_rep()) continue;
      begin_cte(key.text + "_rep");
      add("SELECT code, min(code) OVER (PARTITION BY {}) AS rep FROM data.text_{}",
          fmt::join(key.dimensions, ", "), key.text);
      end_cte();
    }
  }

  // The widest scope that a metric asks for is the rows that are read; narrower ones filter.
  Scope widest(const std::vector<const Metric*>& metrics) const {
    Scope scope = Scope::page_views;
    for (const Metric* metric : metrics) scope = std::min(scope, effective(metric->scope));
    return scope;
  }
  Scope effective(Scope scope) const {
    return scope == Scope::hits && query_.include_bots ? Scope::everyone : scope;
  }
  std::string scope_condition(Scope scope) const {
    if (scope == Scope::everyone) return "";
    if (scope == Scope::hits) return "h.bot = 0";
    return fmt::format("h.bot = 0 AND h.kind = {} AND h.purpose = 0", codes_.page);
  }

  std::string aggregate(const Metric& metric, Scope rows) const {
    const Scope scope = effective(metric.scope);
    const std::string condition = scope == rows ? "" : scope_condition(scope);
    std::string text(metric.sql);
    const auto replace = [&](std::string_view mark, const std::string& by) {
      for (size_t at; (at = text.find(mark)) != text.npos;) text.replace(at, mark.size(), by);
    };
    replace("{where}", condition.empty() ? "" : fmt::format(" FILTER (WHERE {})", condition));
    replace("{and}", condition.empty() ? "" : fmt::format(" AND {}", condition));
    return text;
  }

  void append_rows(Scope scope) {
    add("\nFROM data.hits h");
    for (const Key& key : keys_) {
      if (key.has_rep()) add("\nJOIN {0}_rep ON {0}_rep.code = h.{0}", key.text);
    }
    add("\nWHERE h.time >= TIMESTAMP '{}' AND h.time < TIMESTAMP '{}'",
        sql_time(query_.range.from_us), sql_time(query_.range.to_us));
    if (!query_.service.empty()) add(" AND h.service = {}", codes_.service);
    if (scope != Scope::everyone) add(" AND {}", scope_condition(scope));
    for (const Filter& filter : query_.filters) {
      add("\n  AND ");
      append_filter(filter, &sql_);
    }
  }

  // "2026-11-23T12:00:00Z" → "2026-11-23 12:00:00"
  static std::string sql_time(int64_t time_us) {
    std::string text = format_time(time_us);
    text[10] = ' ';
    text.pop_back();
    return text;
  }

  // "epoch_us(h.time) // 60000000 AS step, h.path AS path_key, ", as asked for.
  std::string grouping(bool with_step) const {
    std::string list;
    if (with_step) list += step_sql(query_.grain, "h.time") + " AS step, ";
    for (const Key& key : keys_) list += fmt::format("{} AS {}, ", key.expression(), key.name);
    return list;
  }

  // SELECT …, metrics … GROUP BY: one row per step and key.
  void append_grouped(bool with_step, const std::vector<const Metric*>& metrics) {
    const Scope rows = widest(metrics);
    const bool is_grouped = with_step || !keys_.empty();
    const bool is_per_visitor = counts_per_visitor(metrics);
    std::vector<std::string> columns;
    for (const Metric* metric : metrics) {
      const std::string text =
          is_per_visitor ? std::string(metric->per_visitor_sql) : aggregate(*metric, rows);
      columns.push_back(fmt::format("{} AS {}", text, metric->name));
    }
    if (!is_per_visitor) {
      add("SELECT {}{}", grouping(with_step), fmt::join(columns, ", "));
      append_rows(rows);
    } else {
      add("SELECT {}{}{} FROM (", with_step ? "step, " : "", key_list(), fmt::join(columns, ", "));
      add("\nSELECT {}h.visitor AS visitor, count(*) AS n", grouping(with_step));
      append_rows(rows);
      add("\nGROUP BY ALL)");
    }
    if (is_grouped) add("\nGROUP BY ALL");
  }

  // Grouping by visitor first beats count(DISTINCT …) where only page views are read (10 M hits, 2
  // cores, top paths: 100 ms against 132); where all hits are read it is the other way round.
  static bool counts_per_visitor(const std::vector<const Metric*>& metrics) {
    const bool can = std::all_of(metrics.begin(), metrics.end(),
                                 [](const Metric* m) { return !m->per_visitor_sql.empty(); });
    return can &&
           std::find(metrics.begin(), metrics.end(), find_metric("visitors")) != metrics.end();
  }

  std::string key_list(std::string_view table = "") const {
    std::string list;
    for (const Key& key : keys_) list += fmt::format("{}{}, ", table, key.name);
    return list;
  }
  std::string metric_list(std::string_view table = "") const {
    std::vector<std::string> names;
    for (const Metric* metric : metrics_) names.push_back(fmt::format("{}{}", table, metric->name));
    return fmt::format("{}", fmt::join(names, ", "));
  }

  // Where the text of a dimension is once texts are joined.
  std::string place_of(const std::string& name) const {
    for (const Key& key : keys_) {
      const auto& dimensions = key.dimensions;
      if (std::find(dimensions.begin(), dimensions.end(), name) == dimensions.end()) continue;
      return key.is_fact() ? key.name : fmt::format("{}_text.{}", key.text, name);
    }
    CHECK(false);
    return {};
  }
  std::string dimension_list() const {
    std::string list;
    for (const std::string& name : query_.by)
      list += fmt::format("{} AS {}, ", place_of(name), name);
    return list;
  }
  void append_texts(std::string_view from) {
    for (const Key& key : keys_) {
      if (key.is_fact()) continue;
      add("\nLEFT JOIN data.text_{0} AS {0}_text ON {0}_text.code = {1}.{2}", key.text, from,
          key.name);
    }
  }

  bool is_ordered_by_dimension() const {
    return std::find(query_.by.begin(), query_.by.end(), query_.order) != query_.by.end();
  }
  const char* direction() const { return query_.is_descending ? "DESC" : "ASC"; }
  // What is asked for, then the dimensions, so that equals have an order that people can follow.
  std::string final_order() const {
    std::string list =
        fmt::format("{} {} NULLS LAST",
                    is_ordered_by_dimension() ? place_of(query_.order) : query_.order, direction());
    for (const std::string& name : query_.by) {
      if (name != query_.order) list += fmt::format(", {} NULLS LAST", place_of(name));
    }
    return list;
  }
  // The same while there are only keys; enough to take the first ones always in the same way.
  std::string key_order() const {
    std::string list = fmt::format("{} {} NULLS LAST", query_.order, direction());
    for (const Key& key : keys_) list += fmt::format(", {} NULLS LAST", key.name);
    return list;
  }
  void append_limit() {
    add("\nLIMIT {}", query_.limit + 1);
    if (query_.offset > 0) add(" OFFSET {}", query_.offset);
  }

  void append_ranking() {
    begin_cte("grouped");
    append_grouped(false, metrics_);
    end_cte();
    const bool is_cut_late = is_ordered_by_dimension();
    if (!is_cut_late) {
      begin_cte("first");
      add("SELECT * FROM grouped ORDER BY {}", key_order());
      append_limit();
      end_cte();
    }
    begin_select();
    add("{}{}\nFROM {}", dimension_list(), metric_list(), is_cut_late ? "grouped" : "first");
    append_texts(is_cut_late ? "grouped" : "first");
    add("\nORDER BY {}", final_order());
    if (is_cut_late) append_limit();
  }

  // The values that rank first over the whole range, each with its series.
  void append_series_by() {
    begin_cte("ranked");
    append_grouped(false, metrics_);
    end_cte();
    begin_cte("first");
    const std::string order = is_ordered_by_dimension() ? final_order() : key_order();
    add("SELECT {}row_number() OVER (ORDER BY {}) AS rank FROM ranked", key_list("ranked."), order);
    if (is_ordered_by_dimension()) append_texts("ranked");
    add("\nORDER BY rank");
    append_limit();
    end_cte();
    begin_cte("grouped");
    append_grouped(true, metrics_);
    end_cte();
    begin_select();
    add("step, {}{}, rank\nFROM grouped", list_with_table(), metric_list("grouped."));
    std::vector<std::string> equal;
    for (const Key& key : keys_) {
      equal.push_back(fmt::format("first.{0} IS NOT DISTINCT FROM grouped.{0}", key.name));
    }
    add("\nJOIN first ON {}", fmt::join(equal, " AND "));
    append_texts("grouped");
    add("\nORDER BY step, rank");
  }
  // As dimension_list, where two tables have the keys.
  std::string list_with_table() const {
    std::string list;
    for (const std::string& name : query_.by) {
      const bool is_fact = find_dimension(name)->text.empty();
      list += fmt::format("{}{} AS {}, ", is_fact ? "grouped." : "", place_of(name), name);
    }
    return list;
  }

  // One row, or one per step. Visitors, percentiles and the rest each read only the rows that they
  // need: one pass with filters takes longer than three (10 M hits, 2 cores, the overview: 330 ms
  // against 180).
  void append_totals() {
    std::vector<const Metric*> seen, percentiles, plain;
    for (const Metric* metric : metrics_) {
      const bool is_of_visitors = !metric->per_visitor_sql.empty();
      (metric->percentile ? percentiles : is_of_visitors ? seen : plain).push_back(metric);
    }
    if (!counts_per_visitor(seen)) {  // page views alone are a plain count
      plain.insert(plain.end(), seen.begin(), seen.end());
      seen.clear();
    }
    if (percentiles.empty() && (seen.empty() || plain.empty())) {
      append_grouped(has_step(), metrics_);
    } else {
      append_parts(seen, percentiles, plain);
    }
    if (!has_step()) return;
    if (query_.order == "time") {
      add("\nORDER BY step");
    } else {
      add("\nORDER BY {} {} NULLS LAST, step", query_.order, direction());
      append_limit();
    }
  }

  // Joined by step; a part may lack steps that another has.
  void append_parts(const std::vector<const Metric*>& seen,
                    const std::vector<const Metric*>& percentiles,
                    const std::vector<const Metric*>& plain) {
    std::vector<std::string> parts;
    const auto begin_part = [&](const char* name) {
      parts.push_back(parts.empty() ? name
                      : has_step()  ? fmt::format("FULL JOIN {} USING (step)", name)
                                    : fmt::format("CROSS JOIN {}", name));
      return name;
    };
    if (!plain.empty()) append_part(begin_part("grouped"), plain);
    if (!seen.empty()) append_part(begin_part("seen"), seen);
    if (!percentiles.empty()) append_percentiles(begin_part("percentiles"), percentiles);
    begin_select();
    std::vector<std::string> columns;
    for (const Metric* metric : metrics_) {
      const bool is_sum = metric->unit == "count" || metric->unit == "bytes";
      columns.push_back(is_sum ? fmt::format("coalesce({0}, 0) AS {0}", metric->name)
                               : std::string(metric->name));
    }
    add("{}{}\nFROM {}", has_step() ? "step, " : "", fmt::join(columns, ", "),
        fmt::join(parts, "\n"));
  }
  void append_part(const char* name, const std::vector<const Metric*>& metrics) {
    begin_cte(name);
    append_grouped(has_step(), metrics);
    end_cte();
  }

  // Exact percentiles of rounded values by counting equal ones: less time than sorting (10 M hits,
  // 2 cores, 30 days: 59 ms against 180 for quantile_disc) and memory that does not grow with hits.
  void append_percentiles(const char* name, const std::vector<const Metric*>& percentiles) {
    const char* step = has_step() ? "step, " : "";
    const char* all = has_step() ? "PARTITION BY step" : "";
    const char* sorted = has_step() ? "PARTITION BY step ORDER BY value" : "ORDER BY value";
    begin_cte("spread");
    add("SELECT {}{} AS value, count(*) AS n", grouping(has_step()), kRoundedTime);
    append_rows(effective(percentiles[0]->scope));
    add("\n  AND h.generation_time_us IS NOT NULL\nGROUP BY ALL");
    end_cte();
    begin_cte("running");
    add("SELECT {}value, sum(n) OVER ({}) AS seen, sum(n) OVER ({}) AS total FROM spread", step,
        sorted, all);
    end_cte();
    begin_cte(name);
    std::vector<std::string> columns;
    for (const Metric* metric : percentiles) {
      columns.push_back(fmt::format("min(value) FILTER (WHERE seen * 100 >= total * {}) AS {}",
                                    metric->percentile, metric->name));
    }
    add("SELECT {}{} FROM running", step, fmt::join(columns, ", "));
    if (has_step()) add(" GROUP BY step");
    end_cte();
  }

  const Query& query_;
  const Codes& codes_;
  const std::vector<Key> keys_;
  std::vector<const Metric*> metrics_;
  Sql sql_;
  bool has_cte_ = false;
};

}  // namespace

Sql make_codes_sql(const std::string& service) {
  return {
      "SELECT (SELECT code FROM data.text_service WHERE service = ?), "
      "(SELECT code FROM data.text_kind WHERE kind = 'page')",
      {service}};
}

Sql make_sql(const Query& query, const Codes& codes) { return SqlMaker(query, codes).make(); }

}  // namespace ballcone
