#include "store/parquet.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <set>
#include <utility>

#include "base/text.h"

namespace ballcone {
namespace {

// Row groups of 122,880 rows are compressed one after the other; this holds one of wide rows.
constexpr const char* kMemory = "256MB";

// Exact in Parquet and after reading it back. Not there: an INTERVAL loses its microseconds, a
// TIME WITH TIME ZONE its zone, (U)HUGEINTs become doubles, a UNION a struct with a tag.
bool is_kept(duckdb_type type) {
  switch (type) {
    case DUCKDB_TYPE_BOOLEAN:
    case DUCKDB_TYPE_TINYINT:
    case DUCKDB_TYPE_SMALLINT:
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_BIGINT:
    case DUCKDB_TYPE_UTINYINT:
    case DUCKDB_TYPE_USMALLINT:
    case DUCKDB_TYPE_UINTEGER:
    case DUCKDB_TYPE_UBIGINT:
    case DUCKDB_TYPE_FLOAT:
    case DUCKDB_TYPE_DOUBLE:
    case DUCKDB_TYPE_DECIMAL:
    case DUCKDB_TYPE_VARCHAR:
    case DUCKDB_TYPE_BLOB:
    case DUCKDB_TYPE_UUID:
    case DUCKDB_TYPE_DATE:
    case DUCKDB_TYPE_TIME:
    case DUCKDB_TYPE_TIMESTAMP:
    case DUCKDB_TYPE_TIMESTAMP_TZ:
    case DUCKDB_TYPE_TIMESTAMP_NS:
      return true;
    default:
      return false;
  }
}

// Where the values of a list, struct or map are, and how many.
struct Child {
  OwnedType type;
  duckdb_vector vector;
  idx_t count;
};

std::vector<Child> children_of(duckdb_vector vector, duckdb_logical_type type, idx_t count) {
  std::vector<Child> children;
  const auto add = [&](duckdb_logical_type child, auto&& vector_of, idx_t rows) {
    children.push_back({OwnedType{child}, vector != nullptr ? vector_of() : nullptr, rows});
  };
  switch (duckdb_get_type_id(type)) {
    case DUCKDB_TYPE_LIST:
    case DUCKDB_TYPE_MAP: {  // a map is a list of structs, but has no type for these: its own
      const idx_t size = vector != nullptr ? duckdb_list_vector_get_size(vector) : 0;
      const auto list = [&] { return duckdb_list_vector_get_child(vector); };
      if (duckdb_get_type_id(type) == DUCKDB_TYPE_LIST) {
        add(duckdb_list_type_child_type(type), list, size);
        break;
      }
      const auto part = [&](idx_t i) { return duckdb_struct_vector_get_child(list(), i); };
      add(
          duckdb_map_type_key_type(type), [&] { return part(0); }, size);
      add(
          duckdb_map_type_value_type(type), [&] { return part(1); }, size);
      break;
    }
    case DUCKDB_TYPE_ARRAY:
      add(
          duckdb_array_type_child_type(type), [&] { return duckdb_array_vector_get_child(vector); },
          count * duckdb_array_type_array_size(type));
      break;
    case DUCKDB_TYPE_STRUCT:
      for (idx_t i = 0; i < duckdb_struct_type_child_count(type); ++i)
        add(
            duckdb_struct_type_child_type(type, i),
            [&] { return duckdb_struct_vector_get_child(vector, i); }, count);
      break;
    default:
      break;
  }
  return children;
}

bool is_nested(duckdb_type type) {
  return type == DUCKDB_TYPE_LIST || type == DUCKDB_TYPE_MAP || type == DUCKDB_TYPE_ARRAY ||
         type == DUCKDB_TYPE_STRUCT;
}

bool is_exact(duckdb_logical_type type) {
  const duckdb_type id = duckdb_get_type_id(type);
  if (!is_nested(id)) return is_kept(id);
  const auto children = children_of(nullptr, type, 0);
  return std::all_of(children.begin(), children.end(),
                     [](const Child& child) { return is_exact(child.type.get()); });
}

size_t bytes_of(duckdb_vector vector, duckdb_logical_type type, idx_t count) {
  const duckdb_type id = duckdb_get_type_id(type);
  size_t bytes = count * sizeof(int64_t);
  for (const Child& child : children_of(vector, type, count))
    bytes += bytes_of(child.vector, child.type.get(), child.count);
  if (id != DUCKDB_TYPE_VARCHAR && id != DUCKDB_TYPE_BLOB) return bytes;
  const uint64_t* validity = duckdb_vector_get_validity(vector);
  const auto* texts = static_cast<const duckdb_string_t*>(duckdb_vector_get_data(vector));
  for (idx_t row = 0; row < count; ++row) {
    const bool is_there = validity == nullptr || (validity[row / 64] >> (row % 64) & 1) != 0;
    if (is_there) bytes += duckdb_string_t_length(texts[row]);
  }
  return bytes;
}

// Names of a table's columns must differ, whatever their case.
std::vector<std::string> distinct_names(const std::vector<TableColumn>& columns) {
  std::vector<std::string> names;
  std::set<std::string> taken;
  for (const TableColumn& column : columns) {
    std::string name = column.name;
    for (int i = 1; !taken.insert(to_lower_ascii(name)).second; ++i)
      name = fmt::format("{}_{}", column.name, i);
    names.push_back(std::move(name));
  }
  return names;
}

// The table function answer() of the writing engine; it runs on the thread of the one who asks.
struct Source {
  Stream& answer;
  const TableLimits& limits;
  std::vector<std::string> names;
  OwnedChunk held = nullptr;  // until the engine asks for the next one
  size_t rows = 0, bytes = 0;
  bool is_truncated = false;
  std::optional<Error> error;

  static void bind(duckdb_bind_info info) {
    const auto& source = *static_cast<Source*>(duckdb_bind_get_extra_info(info));
    for (size_t i = 0; i < source.names.size(); ++i)
      duckdb_bind_add_result_column(info, source.names[i].c_str(), source.answer.types()[i].get());
  }
  static void init(duckdb_init_info info) { duckdb_init_set_max_threads(info, 1); }
  static void run(duckdb_function_info info, duckdb_data_chunk out) {
    auto& source = *static_cast<Source*>(duckdb_function_get_extra_info(info));
    auto chunk = source.is_truncated ? Result<OwnedChunk>{} : source.answer.next();
    if (!chunk) {
      source.error = chunk.error();
      return duckdb_function_set_error(info, "the answer has ended");
    }
    source.held = std::move(*chunk);
    duckdb_data_chunk_set_size(out, source.held != nullptr ? source.give(out) : 0);
  }
  idx_t give(duckdb_data_chunk out) {
    const idx_t there = duckdb_data_chunk_get_size(held.get());
    const idx_t count = bytes < limits.bytes ? std::min<idx_t>(there, limits.rows - rows) : 0;
    is_truncated = count < there;
    for (idx_t i = 0; i < names.size(); ++i) {
      const duckdb_vector vector = duckdb_data_chunk_get_vector(held.get(), i);
      bytes += bytes_of(vector, answer.types()[i].get(), there);
      duckdb_vector_reference_vector(duckdb_data_chunk_get_vector(out, i), vector);
    }
    rows += count;
    return count;
  }
};

Result<void> register_source(Connection& connection, Source* source) {
  const Owned<duckdb_table_function, duckdb_destroy_table_function> function{
      duckdb_create_table_function()};
  duckdb_table_function_set_name(function.get(), "answer");
  duckdb_table_function_set_extra_info(function.get(), source, nullptr);
  duckdb_table_function_set_bind(function.get(), Source::bind);
  duckdb_table_function_set_init(function.get(), Source::init);
  duckdb_table_function_set_function(function.get(), Source::run);
  if (duckdb_register_table_function(connection.get(), function.get()) == DuckDBSuccess) return {};
  return failure("this libduckdb does not take the function answer");
}

Result<OwnedDatabase> open_writing_engine() {
  duckdb_config config = nullptr;
  if (duckdb_create_config(&config) != DuckDBSuccess) return failure("out of memory");
  for (const auto& [name, value] : {std::pair{"threads", "1"},
                                    {"memory_limit", kMemory},
                                    {"temp_directory", ""},
                                    {"errors_as_json", "true"},
                                    {"autoinstall_known_extensions", "false"},
                                    {"autoload_known_extensions", "false"}})
    duckdb_set_config(config, name, value);
  duckdb_database handle = nullptr;
  const duckdb_state state = duckdb_open_ext(":memory:", &handle, config, nullptr);
  duckdb_destroy_config(&config);
  if (state != DuckDBSuccess) return failure("the engine that writes Parquet does not start");
  return OwnedDatabase{handle};
}

class MemoryFile {
 public:
  MemoryFile() : fd_(memfd_create("answer.parquet", MFD_CLOEXEC)) {}
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() {
    if (is_open()) close(fd_);
  }
  bool is_open() const { return fd_ >= 0; }
  std::string path() const { return fmt::format("/proc/self/fd/{}", fd_); }
  std::string read() const {
    std::string bytes(static_cast<size_t>(std::max<off_t>(lseek(fd_, 0, SEEK_END), 0)), '\0');
    size_t done = 0;
    while (done < bytes.size()) {
      const ssize_t got =
          pread(fd_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(done));
      if (got <= 0) break;
      done += static_cast<size_t>(got);
    }
    bytes.resize(done);
    return bytes;
  }

 private:
  const int fd_;
};

// Snappy, the engine's own choice and what every reader knows.
Result<void> copy_answer(Connection& connection, const std::string& path) {
  auto done =
      connection.run(fmt::format("SET allowed_paths = ['{}']; SET enable_external_access = false;"
                                 "SET lock_configuration = true",
                                 path));
  if (!done) return done;
  return connection.run(
      fmt::format("COPY (FROM answer()) TO '{}' (FORMAT parquet, USE_TMP_FILE false)", path));
}

}  // namespace

const char* cast_for_parquet(duckdb_logical_type type) {
  if (duckdb_get_type_id(type) == DUCKDB_TYPE_HUGEINT) return "DECIMAL(38,0)";
  return is_exact(type) ? nullptr : "VARCHAR";
}

Result<ParquetFile> write_parquet(Stream& answer, const TableLimits& limits) {
  const MemoryFile file;
  if (!file.is_open()) return failure(fmt::format("no file in memory: {}", std::strerror(errno)));
  Source source{answer, limits, distinct_names(answer.columns())};
  {
    auto database = open_writing_engine();
    if (!database) return tl::unexpected(database.error());
    auto connection = Connection::open(database->get());
    if (!connection) return tl::unexpected(connection.error());
    auto done = register_source(**connection, &source);
    if (done) done = copy_answer(**connection, file.path());
    if (source.error) return tl::unexpected(*source.error);
    if (!done) return tl::unexpected(done.error());
  }
  return ParquetFile{file.read(), source.rows, source.is_truncated};
}

}  // namespace ballcone
