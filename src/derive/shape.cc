#include "derive/shape.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/log.h"
#include "derive/day.h"
#include "derive/tables.h"

namespace ballcone {
namespace {

using Columns = std::vector<ShapeColumn>;
using Existing = std::map<std::string, Columns>;

// Days whose hits are gone.
constexpr const char* kFrozen =
    "(service, day) IN (SELECT (service, day) FROM derived.days WHERE NOT has_hits)";

std::string key_type(const TotalsKey& key) {
  if (key.column == "hour") return "UTINYINT";
  return key.column == "status" ? "USMALLINT" : "UINTEGER";
}

Shape shape_of(const Totals& row) {
  Shape shape{.table = std::string(row.name),
              .columns = {{"service", "UINTEGER"}, {"day", "INTEGER"}},
              .adds_up = row.family != Family::views};
  for (const TotalsKey& key : row.keys)
    shape.columns.push_back({std::string(key.column), key_type(key)});
  if (row.family != Family::views) shape.columns.push_back({"is_bot", "BOOLEAN"});
  if (row.family == Family::times) shape.columns.push_back({"bucket", "USMALLINT"});
  for (const std::string_view measure : measures(row.family))
    shape.columns.push_back({std::string(measure), "BIGINT", true});
  return shape;
}

std::string create(const Shape& shape) {
  std::string columns;
  for (const ShapeColumn& column : shape.columns)
    columns += fmt::format("{}{} {}", columns.empty() ? "" : ", ", column.name, column.type);
  return fmt::format("CREATE TABLE derived.{} ({})", shape.table, columns);
}

Result<Existing> read_existing(Transaction& transaction) {
  auto table = transaction.run(
      {"SELECT t.table_name, c.column_name, c.data_type FROM duckdb_tables() t JOIN"
       " duckdb_columns() c ON c.table_oid = t.table_oid AND c.database_name = t.database_name"
       " WHERE t.database_name = 'ballcone' AND t.schema_name = 'derived' ORDER BY"
       " t.table_name, c.column_index",
       {}});
  if (!table) return tl::unexpected(table.error());
  Existing existing;
  for (const auto& row : table->rows)
    existing[text_of(row[0])].push_back({text_of(row[1]), text_of(row[2])});
  return existing;
}

const ShapeColumn* find(const Columns& columns, const std::string& name) {
  const auto found = std::find_if(columns.begin(), columns.end(),
                                  [&](const ShapeColumn& column) { return column.name == name; });
  return found == columns.end() ? nullptr : &*found;
}

bool is_as(const Columns& existing, const Shape& shape) {
  return std::equal(existing.begin(), existing.end(), shape.columns.begin(), shape.columns.end(),
                    [](const ShapeColumn& a, const ShapeColumn& b) {
                      return a.name == b.name && a.type == b.type;
                    });
}

// Rows keep their meaning if they know every key that is wanted, and are told apart by no other or
// add up over it. A column that is neither wanted nor known counts as one they are told apart by
// unless it is a number to be added.
bool can_carry_over(const Columns& existing, const Shape& shape) {
  for (const ShapeColumn& column : shape.columns)
    if (!column.is_measure && find(existing, column.name) == nullptr) return false;
  return shape.adds_up || std::all_of(existing.begin(), existing.end(), [&](const auto& column) {
           return find(shape.columns, column.name) != nullptr || column.type == "BIGINT";
         });
}

std::string common_columns(const Columns& existing, const Shape& shape) {
  std::string names;
  for (const ShapeColumn& column : shape.columns)
    if (find(existing, column.name) != nullptr) names += (names.empty() ? "" : ", ") + column.name;
  return names;
}

Result<int64_t> count_frozen(Transaction& transaction, const std::string& table) {
  auto rows = transaction.run(
      {fmt::format("SELECT count(*) FROM derived.{} WHERE {}", table, kFrozen), {}});
  if (!rows) return tl::unexpected(rows.error());
  return integer_of(rows->rows[0][0]);
}

// `knows_frozen`: derived.days says whose hits are gone.
Result<void> make_anew(Transaction& transaction, const Columns& existing, const Shape& shape,
                       bool knows_frozen) {
  int64_t frozen = 0;
  if (knows_frozen) {
    auto counted = count_frozen(transaction, shape.table);
    if (!counted) return tl::unexpected(counted.error());
    frozen = *counted;
  }
  const bool carries = frozen > 0 && can_carry_over(existing, shape);
  if (frozen > 0 && !carries)
    log_warning(
        "derived.{} has got other keys: its {} rows of days whose hits are no longer kept are lost",
        shape.table, frozen);
  std::vector<std::string> statements;
  if (carries)
    statements.push_back(
        fmt::format("CREATE OR REPLACE TEMP TABLE d_kept AS SELECT {} FROM"
                    " derived.{} WHERE {}",
                    common_columns(existing, shape), shape.table, kFrozen));
  statements.push_back("DROP TABLE derived." + shape.table);
  statements.push_back(create(shape));
  if (carries) {
    statements.push_back(
        fmt::format("INSERT INTO derived.{} BY NAME FROM temp.main.d_kept", shape.table));
    statements.emplace_back("DROP TABLE temp.main.d_kept");
  }
  return execute(transaction, statements);
}

// Tables of older programs stay while they know what nothing else does.
Result<void> drop_unknown(Transaction& transaction, const Existing& existing,
                          const std::vector<Shape>& shapes) {
  for (const auto& [table, columns] : existing) {
    const bool is_total = table.starts_with("views_by_") || table.starts_with("hits_by_") ||
                          table.starts_with("times_by_");
    const bool is_known = std::any_of(shapes.begin(), shapes.end(),
                                      [&](const Shape& shape) { return shape.table == table; });
    if (!is_total || is_known) continue;
    auto frozen = count_frozen(transaction, table);
    if (!frozen) return tl::unexpected(frozen.error());
    auto done = transaction.execute(
        *frozen == 0 ? "DROP TABLE derived." + table
                     : fmt::format("DELETE FROM derived.{} WHERE NOT {}", table, kFrozen));
    if (!done) return done;
  }
  return {};
}

// What totals have codes of already is known from the beginning: some of it is never derived again.
std::vector<std::string> create_places() {
  const std::string attributes = fmt::format("{}", fmt::join(place_attributes(), ", "));
  std::string codes = "0";
  for (const Totals& row : totals())
    for (const TotalsKey& key : row.keys)
      if (key.is_place()) codes += fmt::format(" UNION SELECT address FROM derived.{}", row.name);
  return {
      fmt::format("CREATE OR REPLACE TABLE derived.places AS SELECT code, {} FROM"
                  " data.text_address WHERE code IN (SELECT {})",
                  attributes, codes)};
}

}  // namespace

// Of days all columns but the two that tell them apart can be added later.
std::vector<Shape> derived_shapes() {
  std::vector<Shape> shapes;
  for (const Totals& row : totals()) shapes.push_back(shape_of(row));
  // The last: until then it says which days the others cannot derive again.
  shapes.push_back({"days",
                    {{"service", "UINTEGER"},
                     {"day", "INTEGER"},
                     {"from_time", "TIMESTAMP", true},
                     {"to_time", "TIMESTAMP", true},
                     {"hits", "BIGINT", true},
                     {"settings", "VARCHAR", true},
                     {"log_facts", "VARCHAR", true},
                     {"increments", "INTEGER", true},
                     {"added", "BIGINT", true},
                     {"has_hits", "BOOLEAN", true}},
                    true});
  return shapes;
}

Result<void> make_tables(Transaction& transaction) {
  auto existing = read_existing(transaction);
  if (!existing) return tl::unexpected(existing.error());
  const std::vector<Shape> shapes = derived_shapes();
  const auto days = existing->find("days");
  const bool knows_frozen = days != existing->end() && find(days->second, "has_hits") != nullptr;
  if (knows_frozen)
    if (auto done = drop_unknown(transaction, *existing, shapes); !done) return done;
  bool is_changed = false;
  for (const Shape& shape : shapes) {
    const auto found = existing->find(shape.table);
    if (found != existing->end() && is_as(found->second, shape)) continue;
    is_changed = true;
    auto done = found == existing->end()
                    ? transaction.execute(create(shape))
                    : make_anew(transaction, found->second, shape, knows_frozen);
    if (!done) return done;
  }
  if (!existing->contains("places")) {
    is_changed = true;
    if (auto done = execute(transaction, create_places()); !done) return done;
  }
  return is_changed ? transaction.mark_hits("true") : Result<void>();
}

}  // namespace ballcone
