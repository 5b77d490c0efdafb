#include "query/ranked_rows.h"

#include <algorithm>

namespace ballcone {
namespace {

double number_of(const Value& value) {
  if (const auto* integer = std::get_if<int64_t>(&value)) return static_cast<double>(*integer);
  const auto* real = std::get_if<double>(&value);
  return real ? *real : 0;
}
bool is_null(const Value& value) {
  return !std::holds_alternative<int64_t>(value) && !std::holds_alternative<double>(value);
}

}  // namespace

void sort_by_metric(const Query& query, Table* table) {
  const auto found = std::find(query.metrics.begin(), query.metrics.end(), query.order);
  const auto at = query.by.size() + static_cast<size_t>(found - query.metrics.begin());
  std::stable_sort(table->rows.begin(), table->rows.end(), [&](const auto& a, const auto& b) {
    if (is_null(a[at]) || is_null(b[at])) return !is_null(a[at]) && is_null(b[at]);
    const double x = number_of(a[at]), y = number_of(b[at]);
    return query.is_descending ? x > y : x < y;
  });
}

void cut_rows(const Query& query, Table* table) {
  auto& rows = table->rows;
  const size_t begin = std::min(rows.size(), static_cast<size_t>(query.offset));
  const size_t end = std::min(rows.size(), begin + static_cast<size_t>(query.limit));
  table->is_truncated |= end < rows.size();
  rows = {std::make_move_iterator(rows.begin() + static_cast<ptrdiff_t>(begin)),
          std::make_move_iterator(rows.begin() + static_cast<ptrdiff_t>(end))};
}

}  // namespace ballcone
