#include "store/instance.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <thread>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/text.h"
#include "base/thread.h"
#include "store/migrate.h"

namespace ballcone {
namespace {

constexpr const char* kMemory = ":memory:";

// A full batch of an import, and somewhat less than DuckDB's own: a batch of at least that many
// rows is written to the file at once and not to the log first. Of visitors, 48 random bits each,
// it takes ten blocks to the byte; what remains of the other columns shares blocks, badly, so fewer
// and larger row groups make a smaller file: 24.8 bytes per hit, and 26.3 in halves of it.
constexpr int kRowGroupRows = 102'400;

constexpr int kWritersMax = 8;  // batches appended at once; each is in memory twice

// A quarter of DuckDB's own, of a new database: a batch of an import ends in blocks that are partly
// empty. 120,000 rows of 27 columns took 26.4 bytes each, and 22.0 so.
constexpr int kBlockBytes = 65'536;

std::string quote_text(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? "''" : std::string(1, c);
  return out + "'";
}

// What DuckDB would say less clearly.
Result<void> check_path(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path parent = fs::path(path).parent_path();
  const std::string folder = parent.empty() ? "." : parent.string();
  if (!fs::is_directory(folder, error))
    return failure(
        fmt::format("expected a folder for the database, got {}: create it, or name "
                    "another database with --database",
                    folder));
  if (fs::is_directory(path, error))
    return failure(fmt::format("expected a database file, got the folder {}", path));
  const bool exists = fs::exists(path, error);
  const std::string& needed = exists ? path : folder;
  if (access(needed.c_str(), exists ? R_OK | W_OK : W_OK | X_OK) != 0)
    return failure(
        fmt::format("cannot write {}: {}; give this user permission, or name another "
                    "database with --database",
                    needed, std::strerror(errno)));
  return {};
}

// IO Error: Could not set lock on file "/x/y.duckdb": Conflicting lock is held in /usr/bin/z (PID
// 123) by user root. See also https://…
Error attach_error(const std::string& path, const Error& error) {
  constexpr std::string_view kHeld = "lock is held in ";
  const size_t holder = error.message.find(kHeld);
  const size_t end = error.message.find(')', holder);
  if (holder != std::string::npos && end != std::string::npos) {
    const size_t start = holder + kHeld.size();
    return {
        fmt::format("{} is in use by another process, {}; stop that first, or name another "
                    "database with --database",
                    path, error.message.substr(start, end + 1 - start))};
  }
  if (error.message.find("Could not set lock") != std::string::npos)
    return {
        fmt::format("{} is in use by another process; stop that first, or name another "
                    "database with --database",
                    path)};
  if (error.message.find("not a valid DuckDB database") != std::string::npos)
    return {
        fmt::format("{} is not a DuckDB database; it is left as it is: name another file with "
                    "--database",
                    path)};
  return {fmt::format("cannot open {}: {}", path, error.message)};
}

Result<OwnedDatabase> open_engine(const StoreOptions& options) {
  const bool has_file = options.path != kMemory;
  const size_t memory_kib = std::max<size_t>(options.memory_bytes_max / 1024, 16 * 1024);
  // A query that sorts more than fits in memory goes on in files, but fills no disk.
  const std::string temp_kib = fmt::format("{}KiB", has_file ? 4 * memory_kib : 0);
  std::vector<std::pair<const char*, std::string>> settings{
      {"autoinstall_known_extensions", "false"},
      {"autoload_known_extensions", "false"},
      {"allow_community_extensions", "false"},
      {"allow_unsigned_extensions", "false"},
      {"allow_persistent_secrets", "false"},
      {"memory_limit", fmt::format("{}KiB", memory_kib)},
      {"temp_directory", has_file ? options.path + ".tmp" : ""},
      {"max_temp_directory_size", temp_kib},
      {"checkpoint_threshold", "64MB"},
      {"errors_as_json", "true"},
  };
  if (options.threads > 0) settings.emplace_back("threads", fmt::to_string(options.threads));
  duckdb_config config = nullptr;
  CHECK(duckdb_create_config(&config) == DuckDBSuccess);
  for (const auto& [name, value] : settings) {
    if (duckdb_set_config(config, name, value.c_str()) == DuckDBSuccess) continue;
    duckdb_destroy_config(&config);
    return failure(fmt::format("this libduckdb does not know the setting {}", name));
  }
  duckdb_database handle = nullptr;
  char* message = nullptr;
  duckdb_state state = DuckDBError;
  run_giving_way("engine", [&] { state = duckdb_open_ext(kMemory, &handle, config, &message); });
  duckdb_destroy_config(&config);
  const std::string text = message != nullptr ? message : "";
  duckdb_free(message);
  if (state != DuckDBSuccess) return tl::unexpected(error_of(text));
  return OwnedDatabase{handle};
}

Result<std::unique_ptr<Connection>> connect(duckdb_database database) {
  auto connection = Connection::open(database);
  if (!connection) return connection;
  // Services come first: one may be called hits.
  auto done = (*connection)->run("SET search_path = 'ballcone.services,ballcone.main'");
  if (!done) return tl::unexpected(done.error());
  return connection;
}

// After this no statement, ours included, reaches files, the network or a setting.
constexpr const char* kClose =
    "SET GLOBAL TimeZone = 'UTC'; SET GLOBAL enable_external_access = false;"
    "SET GLOBAL lock_configuration = true";

using Connections = std::vector<std::unique_ptr<Connection>>;

Result<Connections> connect(duckdb_database database, int count) {
  Connections connections;
  for (int i = 0; i < count; ++i) {
    auto connection = connect(database);
    if (!connection) return tl::unexpected(connection.error());
    connections.push_back(std::move(*connection));
  }
  return connections;
}

Result<void> make_connections(Instance& instance, const StoreOptions& options, uint64_t seed) {
  const int cores =
      options.threads > 0 ? options.threads : static_cast<int>(std::thread::hardware_concurrency());
  auto own = connect(instance.database.get(), 4);
  if (!own) return tl::unexpected(own.error());
  auto writers = connect(instance.database.get(), std::clamp(cores, 2, kWritersMax));
  if (!writers) return tl::unexpected(writers.error());
  auto readers = connect(instance.database.get(), std::max(options.readers, 1));
  if (!readers) return tl::unexpected(readers.error());
  instance.info = std::move((*own)[0]);
  if (auto known = instance.rows.register_with(*instance.info); !known) return known;
  if (auto closed = instance.info->run(kClose); !closed) return closed;
  instance.changer = std::move((*own)[3]);
  instance.imports = std::make_unique<Imports>(std::move((*own)[1]));
  if (auto loaded = instance.imports->load(); !loaded) return loaded;
  instance.writer = std::make_unique<Writer>(
      std::make_unique<Texts>(std::move((*own)[2]), seed, options.texts_in_memory_max),
      std::move(*writers), instance.rows);
  if (auto loaded = instance.writer->load(); !loaded) return loaded;
  instance.readers = std::make_unique<Readers>(std::move(*readers));
  return {};
}

}  // namespace

Result<std::unique_ptr<Instance>> open_instance(const StoreOptions& options) {
  if (options.path != kMemory)
    if (auto checked = check_path(options.path); !checked) return tl::unexpected(checked.error());
  auto instance = std::make_unique<Instance>();
  auto database = open_engine(options);
  if (!database) return tl::unexpected(database.error());
  instance->database = std::move(*database);

  auto first = Connection::open(instance->database.get());
  if (!first) return tl::unexpected(first.error());
  std::error_code error;
  const bool is_new = options.path == kMemory || !std::filesystem::exists(options.path, error) ||
                      std::filesystem::file_size(options.path, error) == 0;
  const std::string block_size = is_new ? fmt::format(", BLOCK_SIZE {}", kBlockBytes) : "";
  // Under a name of its own: by its file's it could be called data, main or services.
  auto attached =
      (*first)->run(fmt::format("ATTACH {} AS ballcone (ROW_GROUP_SIZE {}{}); USE ballcone",
                                quote_text(options.path), kRowGroupRows, block_size));
  if (!attached) return tl::unexpected(attach_error(options.path, attached.error()));
  auto migrated = migrate(**first);
  if (!migrated)
    return failure(fmt::format("cannot use {}: {}", options.path, migrated.error().message));
  instance->schema_version = migrated->version;
  if (auto made = make_connections(*instance, options, migrated->hash_seed); !made)
    return failure(fmt::format("cannot use {}: {}", options.path, made.error().message));
  return instance;
}

}  // namespace ballcone
