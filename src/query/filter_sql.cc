#include "query/filter_sql.h"

#include <fmt/format.h>

#include "base/check.h"

namespace ballcone {
namespace {

bool is_negative(FilterOp op) {
  return op == FilterOp::is_not || op == FilterOp::contains_not || op == FilterOp::matches_not ||
         op == FilterOp::not_in;
}

// "browser = ?", "browser IN (?, ?) OR browser IS NULL"; numbers were checked by parse.cc.
void append_equal(const std::string& column, const Condition& condition, bool is_number, Sql* sql) {
  std::string list;
  bool is_absent_one = false;
  for (const std::string& value : condition.values) {
    if (value.empty()) {
      is_absent_one = true;
      continue;
    }
    list += list.empty() ? "?" : ", ?";
    if (is_number) {
      sql->parameters.emplace_back(static_cast<int64_t>(std::stoll(value)));
    } else {
      sql->parameters.emplace_back(value);
    }
  }
  if (!list.empty()) sql->text += fmt::format("{} IN ({})", column, list);
  if (!list.empty() && is_absent_one) sql->text += " OR ";
  if (is_absent_one) sql->text += column + " IS NULL";
}

// The positive sense of a condition, over a column or expression that may be NULL.
void append_positive(std::string column, const Condition& condition, bool is_number, Sql* sql) {
  switch (condition.op) {
    case FilterOp::is:
    case FilterOp::is_not:
    case FilterOp::in:
    case FilterOp::not_in:
      append_equal(column, condition, is_number, sql);
      return;
    case FilterOp::contains:
    case FilterOp::contains_not:
      if (is_number) column = fmt::format("CAST({} AS VARCHAR)", column);
      sql->text += fmt::format("contains(lower({}), lower(?))", column);
      sql->parameters.emplace_back(condition.values[0]);
      return;
    case FilterOp::matches:
    case FilterOp::matches_not:
      if (is_number) column = fmt::format("CAST({} AS VARCHAR)", column);
      sql->text += column + R"( ILIKE ? ESCAPE '\')";
      sql->parameters.emplace_back(like_pattern(condition.values[0]));
      return;
  }
}

// "is" or "is not" nothing, and nothing else.
bool is_absence(const Condition& condition) {
  return condition.values.size() == 1 && condition.values[0].empty() &&
         (condition.op == FilterOp::is || condition.op == FilterOp::is_not ||
          condition.op == FilterOp::in || condition.op == FilterOp::not_in);
}

// Few of the texts have the attribute: most referrers are no search engine's, most queries of no
// campaign.
bool is_seldom_there(const Dimension& dimension) {
  return dimension.level == Level::visit && dimension.attribute != dimension.text;
}

void append_condition(const Condition& condition, const ColumnSql& column, Sql* sql) {
  const Dimension* dimension = find_dimension(condition.column);
  CHECK(dimension != nullptr && !condition.values.empty());
  if (dimension->text.empty()) {
    sql->text += is_negative(condition.op) ? "NOT coalesce(" : "coalesce(";
    append_positive(column(*dimension).sql, condition, dimension->is_number, sql);
    sql->text += ", false)";
    return;
  }
  const auto [code, texts] = column(*dimension);
  const bool is_in = !is_negative(condition.op);
  if (is_absence(condition) && is_seldom_there(*dimension)) {
    sql->text += fmt::format("{} {}IN (SELECT code FROM {} WHERE {} IS NOT NULL)", code,
                             is_in ? "NOT " : "", texts, attribute_sql(*dimension));
    return;
  }
  // A code is never NULL, and the set holds the positive sense, which is mostly the small one.
  sql->text += fmt::format("{} {}IN (SELECT code FROM {} WHERE ", code, is_in ? "" : "NOT ", texts);
  append_positive(attribute_sql(*dimension), condition, dimension->is_number, sql);
  sql->text += ")";
}

}  // namespace

void append_filter(const Filter& filter, const ColumnSql& column, Sql* sql) {
  if (filter.is_negated) sql->text += "NOT (";
  if (filter.condition) {
    append_condition(*filter.condition, column, sql);
  } else {
    const bool is_any = !filter.any.empty();
    const auto& parts = is_any ? filter.any : filter.all;
    CHECK(!parts.empty());
    sql->text += "(";
    for (size_t i = 0; i < parts.size(); ++i) {
      if (i > 0) sql->text += is_any ? " OR " : " AND ";
      append_filter(parts[i], column, sql);
    }
    sql->text += ")";
  }
  if (filter.is_negated) sql->text += ")";
}

std::string like_pattern(std::string_view wildcards) {
  std::string pattern;
  bool is_escaped = false;
  for (const char c : wildcards) {
    if (!is_escaped && c == '\\') {
      is_escaped = true;
      continue;
    }
    if (!is_escaped && (c == '*' || c == '?')) {
      pattern += c == '*' ? '%' : '_';
    } else {
      if (c == '%' || c == '_' || c == '\\') pattern += '\\';
      pattern += c;
    }
    is_escaped = false;
  }
  // A backslash at the end has nothing to escape: it is itself.
  return is_escaped ? pattern + R"(\\)" : pattern;
}

}  // namespace ballcone
