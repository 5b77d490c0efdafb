#include "store/console.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/text.h"
#include "store/ddl.h"
#include "store/sandbox.h"
#include "store/statement.h"

namespace ballcone {
namespace {

struct Service {
  std::string name;
  int64_t code = 0;
};
using Services = std::map<std::string, Service, std::less<>>;  // by the name in lower case

bool is_view(std::string_view name) {
  return std::find(view_names().begin(), view_names().end(), name) != view_names().end();
}

// Fails where the interrupt that ended the query meets it too; then once more.
void run_surely(Connection& connection, const std::string& statement) {
  for (int i = 0; i < 100 && !connection.run(statement); ++i) continue;
}

Result<StatementNames> check(Connection& connection, const std::string& statement,
                             const ConsoleNames::Names& names, const Services& services) {
  auto tree = connection.value({"SELECT json_serialize_sql(CAST(? AS VARCHAR))", {statement}});
  if (!tree) return tl::unexpected(tree.error());
  const auto* text = std::get_if<std::string>(&*tree);
  if (text == nullptr) return failure("the statement cannot be read");
  SandboxScope scope;
  scope.has_view = [&](std::string_view schema, std::string_view name) {
    return (schema != "services" && is_view(name)) ||
           (schema != "main" && services.find(name) != services.end());
  };
  scope.functions = &names.functions;
  scope.system_views = &names.system_views;
  return check_statement(*text, statement, scope);
}

// Temporary views that are found before those of the same name; see ddl.h.
class NarrowViews {
 public:
  NarrowViews(Connection& connection, const StatementNames& names, const Services& services)
      : connection_(connection) {
    // The temporary one is found as main.hits too.
    const bool is_ambiguous =
        !names.views_of_main.empty() &&
        std::any_of(view_names().begin(), view_names().end(),
                    [&](const std::string& name) { return services.count(name) != 0; });
    if (names.needs_all_columns || is_ambiguous) return;
    const auto is_needed = [&](std::string_view column) {
      return names.columns.count(column) != 0;
    };
    for (const auto* views : {&names.views, &names.views_of_main}) {
      for (const std::string& view : *views) {
        const auto service = services.find(view);
        const bool is_service = service != services.end() && views == &names.views;
        const std::string name = is_service ? service->second.name : view;
        const auto made = connection_.run(
            is_service ? create_narrow_service_view(name, service->second.code, is_needed)
                       : create_narrow_view(name, is_needed));
        if (made) made_.push_back(name);
      }
    }
  }
  NarrowViews(const NarrowViews&) = delete;
  NarrowViews& operator=(const NarrowViews&) = delete;
  ~NarrowViews() { drop(); }

  bool empty() const { return made_.empty(); }
  void drop() {
    for (const std::string& name : std::exchange(made_, {}))
      run_surely(connection_, "DROP VIEW IF EXISTS temp.main." + quote_name(name));
  }

 private:
  Connection& connection_;
  std::vector<std::string> made_;
};

Result<Table> run_read_only(Connection& connection, const std::string& statement, const Ask& ask) {
  auto begun = connection.run("BEGIN TRANSACTION READ ONLY");
  if (!begun) return tl::unexpected(begun.error());
  auto table = ask(connection, statement);
  run_surely(connection, "ROLLBACK");
  return table;
}

}  // namespace

Result<const ConsoleNames::Names*> ConsoleNames::read(Connection& connection) {
  const std::lock_guard lock(mutex_);
  if (names_) return &*names_;
  auto functions = connection.table(
      {"SELECT DISTINCT function_name, function_type, schema_name FROM duckdb_functions()", {}});
  if (!functions) return tl::unexpected(functions.error());
  auto views =
      connection.table({"SELECT DISTINCT lower(view_name) FROM duckdb_views() WHERE internal", {}});
  if (!views) return tl::unexpected(views.error());
  std::vector<EngineFunction> known;
  for (const auto& row : functions->rows)
    known.push_back({std::get<std::string>(row[0]), std::get<std::string>(row[1]),
                     std::get<std::string>(row[2])});
  names_.emplace();
  names_->functions = allowed_functions(known);
  for (const auto& row : views->rows) names_->system_views.insert(std::get<std::string>(row[0]));
  return &*names_;
}

Result<Table> run_console(Connection& connection, const std::string& statement, ConsoleNames& names,
                          const std::map<std::string, int64_t>& services, const Ask& ask) {
  Services views;
  for (const auto& [name, code] : services) views[to_lower_ascii(name)] = {name, code};
  const auto known = names.read(connection);
  if (!known) return tl::unexpected(known.error());
  const size_t explained = explain_bytes(statement);
  auto checked = check(connection, statement.substr(explained), **known, views);
  if (!checked) {
    Error error = checked.error();
    if (error.position >= 0) error.position += static_cast<int>(explained);
    return tl::unexpected(error);
  }
  NarrowViews narrow(connection, *checked, views);
  auto table = run_read_only(connection, statement, ask);
  const bool may_be_narrow =
      !table && !narrow.empty() &&
      (table.error().message.starts_with("Binder") || table.error().message.starts_with("Catalog"));
  if (!may_be_narrow) return table;
  // With all columns there, the engine can say which one was meant.
  narrow.drop();
  return run_read_only(connection, statement, ask);
}

}  // namespace ballcone
