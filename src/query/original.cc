// The Python original's answers, on the same tables: per UTC day over all hits, bots included.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/time.h"
#include "query/answer.h"
#include "query/dimensions.h"
#include "query/names.h"
#include "query/run.h"

namespace ballcone {
namespace {

constexpr size_t kElementsMax = 100'000;

// A column of the original, and where it is now: an expression over data.hits h, or a dimension
// whose text is in a table of its own.
struct Field {
  std::string_view name;
  std::string_view expression;
  std::string_view dimension;
  bool is_number = false;
};
constexpr std::string_view kRobot = "is_robot";  // by its User-Agent or by its behaviour
constexpr Field kFields[] = {
    {"datetime", "h.time", ""},
    {"host", "", "host"},
    {"path", "", "path"},
    {"status", "h.status", "", true},
    {"length", "h.bytes", "", true},
    {"generation_time", "(h.generation_time_us / 1e6)", "", true},
    {"referer", "", "referrer"},
    {"ip", "", "address"},
    {"country_iso_code", "", "country"},
    {"platform_name", "", "os"},
    {"platform_version", "", "os_version"},
    {"browser_name", "", "browser"},
    {"browser_version", "", "browser_version"},
    {kRobot, "", ""},
};

Result<const Field*> find_field(std::string_view name, bool is_number) {
  std::vector<std::string_view> names;
  for (const Field& field : kFields) {
    if (is_number && !field.is_number) continue;
    if (field.name == name) return &field;
    names.push_back(field.name);
  }
  return name_failure("field", is_number ? "a field of numbers" : "a field", name, names);
}

std::string_view text_of(const Field& field) { return find_dimension(field.dimension)->text; }

// The days, and of which service.
struct Place {
  int64_t first_day;
  int64_t last_day;
  Codes codes;
};

std::string rows_sql(const Place& place) {
  return fmt::format(
      "\nWHERE h.service = {} AND h.time >= TIMESTAMP '{}' AND h.time < TIMESTAMP '{}'",
      place.codes.service, format_day(place.first_day), format_day(place.last_day + 1));
}

constexpr const char* kDay = "h.time::DATE - DATE '1970-01-01' AS day";

// A join that gives each code of the field's text the smallest code with the same value:
// `name`.rep, NULL where there is no value. Empty for what is in hits itself.
std::string rep_join(const Field& field, std::string_view name, const Place& place) {
  // A visitor is one of one day, so the day need not be compared.
  if (field.name == kRobot && place.codes.has_caught_bots) {
    return fmt::format(
        "\nLEFT JOIN (SELECT DISTINCT visitor FROM derived.bots WHERE service = {}) {} "
        "ON {}.visitor = h.visitor",
        place.codes.service, name, name);
  }
  if (field.dimension.empty()) return "";
  return fmt::format(
      "\nJOIN (SELECT code, CASE WHEN {0} IS NOT NULL THEN min(code) OVER (PARTITION BY {0}) END "
      "AS "
      "rep FROM data.text_{1}) {2} ON {2}.code = h.{1}",
      field.dimension, text_of(field), name);
}
std::string rep_expression(const Field& field, std::string_view name, const Place& place) {
  if (field.name == kRobot) {
    return fmt::format(
        "(h.bot NOT IN ({}){})", fmt::join(place.codes.pardoned, ", "),
        place.codes.has_caught_bots ? fmt::format(" OR {}.visitor IS NOT NULL", name) : "");
  }
  return field.dimension.empty() ? std::string(field.expression) : fmt::format("{}.rep", name);
}

struct Counted {
  std::string join;
  std::string expression;
};
// How to count distinct values; addresses are masked, so visitors stand for them.
Counted count_of(const Field* distinct, const Place& place) {
  if (!distinct) return {"", "count(*)"};
  if (distinct->name == "ip") return {"", "count(DISTINCT h.visitor)"};
  return {rep_join(*distinct, "counted", place),
          fmt::format("count(DISTINCT {})", rep_expression(*distinct, "counted", place))};
}

Sql count_sql(const Field& field, const Place& place) {
  const Counted counted = count_of(&field, place);
  return {fmt::format("SELECT {}, NULL, {}\nFROM data.hits h{}{}\nGROUP BY ALL ORDER BY day", kDay,
                      counted.expression, counted.join, rows_sql(place)),
          {}};
}

Sql average_sql(const Field& field, const Place& place) {
  return {fmt::format("SELECT {0}, avg({1}), sum({1}), count({1})\nFROM data.hits h{2}\n"
                      "GROUP BY ALL HAVING count({1}) > 0 ORDER BY day",
                      kDay, field.expression, rows_sql(place)),
          {}};
}

struct GroupOptions {
  const Field* group = nullptr;
  const Field* distinct = nullptr;
  bool is_ascending = false;
  std::optional<int64_t> limit;
};

// The groups of a day are ordered by text in the end, yet text is joined only to those that can be
// among the first: rank() keeps all that share the last place.
Sql count_group_sql(const GroupOptions& options, const Place& place) {
  const Field& group = *options.group;
  const Counted counted = count_of(options.distinct, place);
  const char* direction = options.is_ascending ? "ASC" : "DESC";
  std::string sql = fmt::format(
      "WITH grouped AS (\nSELECT {}, {} AS grouping, {} AS count\nFROM data.hits h{}{}{}\n"
      "GROUP BY ALL),\nnamed AS (\n",
      kDay, rep_expression(group, "grouped_by", place), counted.expression,
      rep_join(group, "grouped_by", place), counted.join, rows_sql(place));
  std::string first = "grouped";
  if (options.limit) {
    first = fmt::format(
        "(SELECT * FROM grouped QUALIFY rank() OVER (PARTITION BY day ORDER BY count {}) <= {})",
        direction, *options.limit);
  }
  if (group.dimension.empty()) {
    sql += fmt::format("SELECT day, grouping AS value, count FROM {})", first);
  } else {
    sql += fmt::format(
        "SELECT day, t.{} AS value, count FROM {} LEFT JOIN data.text_{} t ON t.code = grouping)",
        group.dimension, first, text_of(group));
  }
  const std::string order = fmt::format("count {}, value NULLS FIRST", direction);
  sql += "\nSELECT day, value, count FROM named";
  if (options.limit) {
    sql += fmt::format("\nQUALIFY row_number() OVER (PARTITION BY day ORDER BY {}) <= {}", order,
                       *options.limit);
  }
  return {sql + "\nORDER BY day, " + order, {}};
}

Result<Place> find_place(Store& store, std::string_view service, int64_t now_us, int days,
                         const QueryLimits& limits) {
  if (service.empty()) return field_failure("service", "expected a service's name, got none");
  const auto codes = find_codes(store, std::string(service), limits);
  if (!codes) return tl::unexpected<Error>(codes.error());
  const int64_t today = day_of(now_us);
  return Place{today - std::max(days, 1) + 1, today, *codes};
}

// {"date": "2026-11-23", "group": null, "count": 5}: the day, then the columns by name.
Result<std::string> elements_json(Store& store, const Sql& sql, const QueryLimits& limits,
                                  std::initializer_list<std::string_view> names) {
  QueryLimits wide = limits;
  wide.rows = kElementsMax;
  const auto table = store.query(sql, wide);
  if (!table) return tl::unexpected<Error>(table.error());
  std::string out = R"("elements":[)";
  for (const auto& row : table->rows) {
    if (out.back() == '}') out += ',';
    const auto* day = std::get_if<int64_t>(&row[0]);
    out += fmt::format(R"({{"date":"{}")", format_day(day ? *day : 0));
    size_t at = 1;
    for (const std::string_view name : names) {
      out += fmt::format(R"(,"{}":)", name);
      append_json_value(row[at++], &out);
    }
    out += '}';
  }
  return out + "]}";
}

std::string head_json(std::string_view service, const std::string_view* field) {
  std::string out = R"({"table":)";
  append_json_string(service, &out);
  out += R"(,"field":)";
  if (field) {
    append_json_string(*field, &out);
  } else {
    out += "null";
  }
  return out;
}

bool is_true(std::string_view text) { return text != "" && text != "0" && text != "false"; }

Result<GroupOptions> parse_group_options(std::string_view group, const Parameters& parameters) {
  GroupOptions options;
  const auto group_field = find_field(group, false);
  if (!group_field) return tl::unexpected<Error>(group_field.error());
  options.group = *group_field;
  for (const auto& [name, value] : parameters) {
    if (name == "distinct" && !value.empty()) {
      const auto field = find_field(value, false);
      if (!field) return tl::unexpected<Error>(field.error());
      options.distinct = *field;
    } else if (name == "ascending") {
      options.is_ascending = is_true(value);
    } else if (name == "limit" && !value.empty()) {
      int64_t limit = 0;
      const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), limit);
      if (error != std::errc() || end != value.data() + value.size() || limit < 1) {
        return field_failure("limit", "expected a whole number from 1, got " + in_quotes(value));
      }
      options.limit = limit;
    }
  }
  return options;
}

}  // namespace

Result<std::string> original_count_json(Store& store, std::string_view service,
                                        std::string_view field, int64_t now_us, int days,
                                        const QueryLimits& limits) {
  const auto place = find_place(store, service, now_us, days, limits);
  if (!place) return tl::unexpected<Error>(place.error());
  const auto found = find_field(field, false);
  if (!found) return tl::unexpected<Error>(found.error());
  auto elements = elements_json(store, count_sql(**found, *place), limits, {"group", "count"});
  if (!elements) return elements;
  return head_json(service, &field) + R"(,"distinct":true,"ascending":null,"group":null,)" +
         *elements;
}

Result<std::string> original_average_json(Store& store, std::string_view service,
                                          std::string_view field, int64_t now_us, int days,
                                          const QueryLimits& limits) {
  const auto place = find_place(store, service, now_us, days, limits);
  if (!place) return tl::unexpected<Error>(place.error());
  const auto found = find_field(field, true);
  if (!found) return tl::unexpected<Error>(found.error());
  auto elements =
      elements_json(store, average_sql(**found, *place), limits, {"avg", "sum", "count"});
  if (!elements) return elements;
  return head_json(service, &field) + ',' + *elements;
}

Result<std::string> original_count_group_json(Store& store, std::string_view service,
                                              std::string_view group, const Parameters& parameters,
                                              int64_t now_us, int days, const QueryLimits& limits) {
  const auto place = find_place(store, service, now_us, days, limits);
  if (!place) return tl::unexpected<Error>(place.error());
  const auto options = parse_group_options(group, parameters);
  if (!options) return tl::unexpected<Error>(options.error());
  auto elements =
      elements_json(store, count_group_sql(*options, *place), limits, {"group", "count"});
  if (!elements) return elements;
  std::string out = head_json(service, options->distinct ? &options->distinct->name : nullptr);
  out += fmt::format(R"(,"distinct":{},"ascending":{},"group":)", options->distinct != nullptr,
                     options->is_ascending);
  append_json_string(group, &out);
  return out + ',' + *elements;
}

}  // namespace ballcone
