#include "query/console_filter.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/check.h"
#include "query/filter_sql.h"

namespace ballcone {
namespace {

using Column = std::function<std::string(const Dimension&)>;

bool is_negative(FilterOp op) {
  return op == FilterOp::is_not || op == FilterOp::contains_not || op == FilterOp::matches_not ||
         op == FilterOp::not_in;
}

// Numbers were checked by parse.cc.
std::string value_literal(const std::string& value, const Dimension& dimension) {
  return dimension.is_number ? value : sql_literal(value);
}

// "country IN ('DE', 'FR') OR country IS NULL"
std::string equal_sql(const std::string& column, const Condition& condition,
                      const Dimension& dimension) {
  std::vector<std::string> there;
  for (const std::string& value : condition.values)
    if (!value.empty()) there.push_back(value_literal(value, dimension));
  const bool has_absent = there.size() < condition.values.size();
  if (there.empty()) return column + " IS NULL";
  const std::string equal = there.size() == 1
                                ? fmt::format("{} = {}", column, there[0])
                                : fmt::format("{} IN ({})", column, fmt::join(there, ", "));
  return has_absent ? fmt::format("({} OR {} IS NULL)", equal, column) : equal;
}

std::string positive_sql(std::string column, const Condition& condition,
                         const Dimension& dimension) {
  const bool is_contains =
      condition.op == FilterOp::contains || condition.op == FilterOp::contains_not;
  const bool is_matches =
      condition.op == FilterOp::matches || condition.op == FilterOp::matches_not;
  if (!is_contains && !is_matches) return equal_sql(column, condition, dimension);
  if (dimension.is_number) column = fmt::format("CAST({} AS VARCHAR)", column);
  if (is_contains)
    return fmt::format("contains(lower({}), lower({}))", column, sql_literal(condition.values[0]));
  return fmt::format(R"({} ILIKE {} ESCAPE '\')", column,
                     sql_literal(like_pattern(condition.values[0])));
}

// Never NULL where that matters: a negative verb holds for absent values too.
std::string condition_sql(const Condition& condition, const Column& column_of, bool is_within_not) {
  const Dimension* dimension = find_dimension(condition.column);
  CHECK(dimension != nullptr && !condition.values.empty());
  const std::string column = column_of(*dimension);
  const bool is_one = condition.values.size() == 1;
  if (condition.op == FilterOp::is_not || (condition.op == FilterOp::not_in && is_one)) {
    const std::string& value = condition.values[0];
    if (value.empty()) return column + " IS NOT NULL";
    return fmt::format("{} IS DISTINCT FROM {}", column, value_literal(value, *dimension));
  }
  const std::string positive = positive_sql(column, condition, *dimension);
  if (is_negative(condition.op)) return fmt::format("NOT coalesce({}, false)", positive);
  return is_within_not ? fmt::format("coalesce({}, false)", positive) : positive;
}

std::string filter_sql(const Filter& filter, const Column& column, bool is_within_not) {
  const bool is_safe = is_within_not || filter.is_negated;
  if (filter.condition) {
    const std::string text = condition_sql(*filter.condition, column, is_safe);
    return filter.is_negated ? fmt::format("NOT ({})", text) : text;
  }
  const bool is_any = !filter.any.empty();
  std::vector<std::string> parts;
  for (const Filter& part : is_any ? filter.any : filter.all)
    parts.push_back(filter_sql(part, column, is_safe));
  return fmt::format("{}({})", filter.is_negated ? "NOT " : "",
                     fmt::join(parts, is_any ? " OR " : " AND "));
}

}  // namespace

std::string sql_literal(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\0') {
      out += "' || chr(0) || '";
    } else {
      out += c == '\'' ? "''" : std::string(1, c);
    }
  }
  out += "'";
  return text.find('\0') == text.npos ? out : "(" + out + ")";
}

std::string console_filter(const Filter& filter, const Column& column) {
  return filter_sql(filter, column, false);
}

}  // namespace ballcone
