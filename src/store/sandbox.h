// What a person may type: decides on the parsed statement, before anything is bound or run. Pure.
//
// The engine itself is closed as well (no external access, configuration locked, transaction read
// only); this keeps people from what is left: catalogs, settings, functions with side effects.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ballcone {

struct SandboxScope {
  // Whether a view may be read; `schema` is empty, "main" or "services". Both in lower case.
  std::function<bool(std::string_view schema, std::string_view name)> has_view;
  // Names of the engine's own views (duckdb_tables, sqlite_master, …), lower case: no CTE may be
  // called so, which ends every argument about what such a name means where.
  const std::set<std::string, std::less<>>* system_views = nullptr;
  // Functions that may be called, lower case.
  const std::set<std::string, std::less<>>* functions = nullptr;
};

// What a statement reads, as far as its text shows; names in lower case.
struct StatementNames {
  std::set<std::string, std::less<>> views;          // named without a schema
  std::set<std::string, std::less<>> views_of_main;  // named as main.x
  std::set<std::string, std::less<>> columns;        // every word that may be a column's name
  // It reads columns that it does not name: *, NATURAL JOIN, a whole row, …
  bool needs_all_columns = false;
};

// `serialized`: what json_serialize_sql says of `statement`. Refused unless it is exactly one
// SELECT that reads nothing but views in scope and calls nothing but allowed functions. Nodes that
// are not known are refused.
Result<StatementNames> check_statement(std::string_view serialized, std::string_view statement,
                                       const SandboxScope& scope);

// The functions of the engine, of which those that reach beyond the data are left out.
struct EngineFunction {
  std::string name;
  std::string type;    // scalar, aggregate, macro, table, …
  std::string schema;  // main or pg_catalog
};
std::set<std::string, std::less<>> allowed_functions(const std::vector<EngineFunction>& functions);

}  // namespace ballcone
