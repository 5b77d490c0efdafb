#include "store/migrate.h"

#include <fmt/format.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <vector>

#include "base/hash.h"
#include "base/log.h"
#include "store/changes.h"
#include "store/ddl.h"

namespace ballcone {
namespace {

// In order; each runs once per database, on one that all before it have run on. What a migration
// does not have to do: add columns, see add_missing().
struct Migration {
  int version;
  const char* statements;
};
constexpr std::array kMigrations{
    Migration{1,
              "CREATE SCHEMA data; CREATE SCHEMA services;"
              "CREATE TABLE data.meta (key VARCHAR PRIMARY KEY, value VARCHAR NOT NULL)"},
    Migration{2,
              "CREATE SEQUENCE data.import_id; CREATE SEQUENCE data.input_id;"
              "CREATE TABLE data.imports (id UINTEGER, what VARCHAR, label VARCHAR, format VARCHAR,"
              " is_follow BOOLEAN, started TIMESTAMP, finished TIMESTAMP);"
              "CREATE TABLE data.inputs (id UINTEGER, label VARCHAR, name VARCHAR);"
              "CREATE TABLE data.fingerprints (input UINTEGER, bytes UINTEGER, high UBIGINT,"
              " low UBIGINT);"
              "CREATE TABLE data.pieces (import UINTEGER, input UINTEGER, first UBIGINT,"
              " last UBIGINT, lines UBIGINT, stored UBIGINT)"},
    Migration{3,
              "CREATE SCHEMA derived; CREATE TABLE derived.pardoned (bot UINTEGER);"
              "INSERT INTO derived.pardoned VALUES (0);"
              "CREATE TABLE data.rules_off (rule VARCHAR);"
              "CREATE TABLE data.changes (service UINTEGER, batch UINTEGER, first_time TIMESTAMP,"
              " last_time TIMESTAMP, hits UINTEGER)"},
    Migration{4,
              "CREATE TABLE data.services (name VARCHAR PRIMARY KEY, hosts VARCHAR,"
              " time_zone VARCHAR, key VARCHAR, server_key VARCHAR, switches VARCHAR)"},
    Migration{5,
              "CREATE TABLE data.goals (service VARCHAR, name VARCHAR, event VARCHAR, path VARCHAR,"
              " PRIMARY KEY (service, name))"},
    Migration{6,
              "CREATE SEQUENCE data.share_id;"
              "CREATE TABLE data.shares (id BIGINT PRIMARY KEY, service VARCHAR, name VARCHAR,"
              " token_digest VARCHAR, password_hash VARCHAR, embed_on VARCHAR, created_us BIGINT,"
              " ends_us BIGINT)"},
    Migration{7,
              "CREATE TABLE data.markers (service VARCHAR, time_us BIGINT, text VARCHAR,"
              " PRIMARY KEY (service, time_us, text));"
              "CREATE TABLE data.segments (service VARCHAR, name VARCHAR, filters VARCHAR,"
              " PRIMARY KEY (service, name))"},
};
static_assert(kMigrations.back().version == kSchemaVersion);

Result<std::string> read_meta(Connection& connection, const std::string& key) {
  auto value = connection.value({"SELECT value FROM data.meta WHERE key = ?", {key}});
  if (!value) return tl::unexpected(value.error());
  const auto* text = std::get_if<std::string>(&*value);
  return text != nullptr ? *text : std::string();
}

Result<void> write_meta(Connection& connection, const std::string& key, std::string value) {
  auto done =
      connection.table({"INSERT OR REPLACE INTO data.meta VALUES (?, ?)", {key, std::move(value)}});
  if (!done) return tl::unexpected(done.error());
  return {};
}

Result<std::vector<std::string>> names(Connection& connection, const Sql& sql) {
  auto table = connection.table(sql);
  if (!table) return tl::unexpected(table.error());
  std::vector<std::string> names;
  for (const auto& row : table->rows) names.push_back(std::get<std::string>(row[0]));
  return names;
}

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Result<int> version_of(Connection& connection) {
  auto tables = names(connection, {"SELECT schema_name || '.' || table_name FROM duckdb_tables()"
                                   " WHERE database_name = 'ballcone'",
                                   {}});
  if (!tables) return tl::unexpected(tables.error());
  if (!has(*tables, "data.meta")) {
    if (!tables->empty())
      log_warning("the database has {} tables of another program; they are left alone",
                  tables->size());
    return 0;
  }
  auto text = read_meta(connection, "schema_version");
  if (!text) return tl::unexpected(text.error());
  int version = -1;
  std::from_chars(text->data(), text->data() + text->size(), version);
  if (version < 1)
    return failure(fmt::format("expected schema_version in data.meta, got \"{}\"", *text));
  return version;
}

Result<void> run_migrations(Connection& connection, int version) {
  for (const Migration& migration : kMigrations) {
    if (migration.version <= version) continue;
    if (auto done = connection.run(migration.statements); !done) return done;
    auto done = write_meta(connection, "schema_version", fmt::to_string(migration.version));
    if (!done) return done;
  }
  return {};
}

Result<void> add_columns(Connection& connection, const std::string& table,
                         const std::vector<SchemaColumn>& columns) {
  const std::vector<std::string> existing = connection.columns_of(table);
  for (const SchemaColumn& column : columns) {
    if (has(existing, column.name)) continue;
    auto done = connection.run(
        fmt::format("ALTER TABLE data.{} ADD COLUMN {} {}", table, column.name, column.type));
    if (!done) return done;
  }
  return {};
}

// What for_each_column has gained since the database was last opened. Older rows get NULL, or the
// code of the absent text.
Result<void> add_missing(Connection& connection) {
  if (connection.columns_of("hits").empty())
    if (auto done = connection.run(create_hits_table()); !done) return done;
  std::vector<SchemaColumn> columns = schema().facts;
  for (const SchemaText& text : schema().texts) {
    columns.push_back({text.name, "UINTEGER DEFAULT 0"});
    auto done = connection.columns_of("text_" + text.name).empty()
                    ? connection.run(create_text_table(text))
                    : add_columns(connection, "text_" + text.name, text.attributes);
    if (!done) return done;
  }
  columns.push_back({"batch", "UINTEGER"});
  return add_columns(connection, "hits", columns);
}

// What is derived and shown by a view. In another shape than this program's, it is made anew.
Result<void> replace_derived(Connection& connection) {
  const std::string statements = create_derived_tables();
  const std::string wanted = fmt::format("{:016x}", hash64(statements));
  auto existing = read_meta(connection, "derived_tables");
  if (!existing) return tl::unexpected(existing.error());
  if (*existing == wanted) return {};
  if (!existing->empty())
    log_info(
        "preparing the database for this version; with many millions of hits this takes a"
        " minute, and page views and totals are counted anew afterwards");
  auto done = connection.run(statements);
  if (done) done = connection.run(mark_hits("true"));
  if (done) done = write_meta(connection, "derived_tables", wanted);
  return done;
}

// Views are made anew when this program would make them differently.
Result<void> replace_views(Connection& connection) {
  const std::string wanted =
      fmt::format("{:016x}", hash64(create_views() + create_service_view("a", 1)));
  auto existing = read_meta(connection, "views");
  if (!existing) return tl::unexpected(existing.error());
  if (*existing == wanted) return {};
  if (auto done = connection.run(create_views()); !done) return done;
  auto services =
      connection.table({"SELECT service, code FROM data.text_service WHERE code > 0", {}});
  if (!services) return tl::unexpected(services.error());
  for (const auto& row : services->rows) {
    auto done = connection.run(
        create_service_view(std::get<std::string>(row[0]), std::get<int64_t>(row[1])));
    if (!done) return done;
  }
  return write_meta(connection, "views", wanted);
}

Result<uint64_t> hash_seed(Connection& connection) {
  auto text = read_meta(connection, "hash_seed");
  if (!text) return tl::unexpected(text.error());
  uint64_t seed = 0;
  if (!text->empty()) {
    std::from_chars(text->data(), text->data() + text->size(), seed, 16);
    return seed;
  }
  CHECK(getrandom(&seed, sizeof(seed), 0) == sizeof(seed));
  auto done = write_meta(connection, "hash_seed", fmt::format("{:016x}", seed));
  if (!done) return tl::unexpected(done.error());
  return seed;
}

Result<Migrated> migrate_in_transaction(Connection& connection) {
  auto version = version_of(connection);
  if (!version) return tl::unexpected(version.error());
  if (*version > kSchemaVersion)
    return failure(
        fmt::format("made by a newer Ballcone: its schema has version {}, this program knows {}; "
                    "update Ballcone, or name another database with --database",
                    *version, kSchemaVersion));
  auto done = run_migrations(connection, *version);
  if (done) done = add_missing(connection);
  if (done) done = replace_derived(connection);
  if (done) done = replace_views(connection);
  if (!done) return tl::unexpected(done.error());
  auto seed = hash_seed(connection);
  if (!seed) return tl::unexpected(seed.error());
  return Migrated{kSchemaVersion, *seed};
}

}  // namespace

Result<Migrated> migrate(Connection& connection) {
  if (auto done = connection.run("BEGIN TRANSACTION"); !done) return tl::unexpected(done.error());
  auto migrated = migrate_in_transaction(connection);
  auto done = connection.run(migrated ? "COMMIT" : "ROLLBACK");
  if (migrated && !done) return tl::unexpected(done.error());
  return migrated;
}

}  // namespace ballcone
