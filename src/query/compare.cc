#include "query/compare.h"

#include <fmt/format.h>

#include <map>

#include "query/json.h"
#include "query/metrics.h"
#include "query/plan.h"
#include "query/range.h"

namespace ballcone {
namespace {

using Row = std::vector<Value>;

// A value as a filter names it; "" is absent.
std::string filter_text(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* number = std::get_if<int64_t>(&value)) return std::to_string(*number);
  return "";
}

size_t first_key(const Query& query) { return query.grain == Grain::none ? 0 : 1; }

// The question's values of `by`, one filter for all: path in […], or for two dimensions an "or" of
// pairs.
Filter filter_of_values(const Query& query, const Table& table) {
  const size_t at = first_key(query);
  std::map<std::string, std::vector<std::string>> second_of_first;
  for (const Row& row : table.rows) {
    auto& list = second_of_first[filter_text(row[at])];
    if (query.by.size() > 1) list.push_back(filter_text(row[at + 1]));
  }
  Filter any;
  if (query.by.size() == 1) {
    any.condition = Condition{query.by[0], FilterOp::in, {}};
    for (const auto& [value, none] : second_of_first) any.condition->values.push_back(value);
    return any;
  }
  for (const auto& [first, second] : second_of_first) {
    Filter pair;
    pair.all.resize(2);
    pair.all[0].condition = Condition{query.by[0], FilterOp::is, {first}};
    pair.all[1].condition = Condition{query.by[1], FilterOp::in, second};
    any.any.push_back(std::move(pair));
  }
  return any;
}

std::string key_of(const Query& query, const Row& row) {
  std::string key;
  for (size_t i = 0; i < query.by.size(); ++i) {
    append_json_value(row[first_key(query) + i], &key);
    key += ',';
  }
  return key;
}

}  // namespace

Value nothing_of(const Query& query, const std::string& metric) {
  const Metric& found = *find_metric(metric);
  return found.is_sum() && !is_void(query, found) ? Value(int64_t{0}) : Value();
}

std::optional<Comparison> comparison_of(const Query& query, const Table& table) {
  if (query.compare == Compare::none) return std::nullopt;
  Comparison other{query, {}};
  other.query.compare = Compare::none;
  other.query.range = compared_range(query.compare, query.range, query.now_us, query.zone);
  if (other.query.range.from_us >= other.query.range.to_us) return std::nullopt;
  if (query.by.empty()) return other;
  if (table.rows.empty()) return std::nullopt;
  other.query.filters.push_back(filter_of_values(query, table));
  other.query.offset = 0;
  return other;
}

void line_up(const Query& query, const Table& table, Comparison* other) {
  if (query.by.empty() || query.grain != Grain::none) return;
  std::map<std::string, Row*> found;
  for (Row& row : other->table.rows) found.emplace(key_of(query, row), &row);
  std::vector<Row> rows;
  for (const Row& row : table.rows) {
    const auto it = found.find(key_of(query, row));
    if (it != found.end()) {
      rows.push_back(std::move(*it->second));
      continue;
    }
    rows.emplace_back(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(query.by.size()));
    for (const std::string& metric : query.metrics)
      rows.back().push_back(nothing_of(query, metric));
  }
  other->table.rows = std::move(rows);
}

}  // namespace ballcone
