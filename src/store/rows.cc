#include "store/rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "store/ddl.h"

namespace ballcone {
namespace {

constexpr const char* kName = "ballcone_rows";

template <class T>
void destroy(void* data) {
  delete static_cast<T*>(data);
}

}  // namespace

struct Rows::Served {
  std::vector<ServedColumn> columns;
  size_t rows;
};

// What the engine calls, on a thread of its own or the caller's.
struct Rows::Callbacks {
  struct Bound {
    Rows* rows;
    const Served* served;
    bool is_empty;
  };
  struct Scan {
    Bound bound;
    size_t next = 0;
  };

  // ballcone_rows(id, is_empty)
  static void bind(duckdb_bind_info info) {
    const OwnedValue id{duckdb_bind_get_parameter(info, 0)};
    const OwnedValue is_empty{duckdb_bind_get_parameter(info, 1)};
    auto* rows = static_cast<Rows*>(duckdb_bind_get_extra_info(info));
    const Served* served = nullptr;
    {
      const std::lock_guard lock(rows->mutex_);
      const auto found = rows->served_.find(duckdb_get_int64(id.get()));
      if (found != rows->served_.end()) served = found->second;
    }
    if (served == nullptr) return duckdb_bind_set_error(info, "there are no such rows");
    for (const ServedColumn& column : served->columns) {
      const OwnedType type{duckdb_create_logical_type(column.type)};
      duckdb_bind_add_result_column(info, column.name.c_str(), type.get());
    }
    const bool serves_nothing = duckdb_get_bool(is_empty.get());
    duckdb_bind_set_cardinality(info, serves_nothing ? 0 : served->rows, true);
    duckdb_bind_set_bind_data(info, new Bound{rows, served, serves_nothing}, destroy<Bound>);
  }

  static void init(duckdb_init_info info) {
    const auto* bound = static_cast<const Bound*>(duckdb_init_get_bind_data(info));
    duckdb_init_set_init_data(info, new Scan{*bound}, destroy<Scan>);
    duckdb_init_set_max_threads(info, 1);  // the others have batches of their own
  }

  static void run(duckdb_function_info info, duckdb_data_chunk out) {
    auto* scan = static_cast<Scan*>(duckdb_function_get_init_data(info));
    const Served& served = *scan->bound.served;
    // What the caller wrote before is seen here, and the other way round: ThreadSanitizer does not
    // see the engine's own queues.
    if (scan->next == 0 || scan->next >= served.rows) {
      const std::lock_guard lock(scan->bound.rows->mutex_);
    }
    const size_t left = scan->bound.is_empty ? 0 : served.rows - scan->next;
    const size_t count = std::min<size_t>(duckdb_vector_size(), left);
    for (idx_t i = 0; count > 0 && i < served.columns.size(); ++i) {
      const duckdb_vector vector = duckdb_data_chunk_get_vector(out, i);
      const ServedColumn& column = served.columns[i];
      if (column.constant != nullptr)
        duckdb_vector_reference_value(vector, column.constant.get());
      else
        column.fill(vector, scan->next, count);
    }
    duckdb_data_chunk_set_size(out, count);
    scan->next += count;
  }
};

Result<void> Rows::register_with(Connection& connection) {
  const Owned<duckdb_table_function, duckdb_destroy_table_function> function{
      duckdb_create_table_function()};
  const OwnedType id{duckdb_create_logical_type(DUCKDB_TYPE_BIGINT)};
  const OwnedType is_empty{duckdb_create_logical_type(DUCKDB_TYPE_BOOLEAN)};
  duckdb_table_function_set_name(function.get(), kName);
  duckdb_table_function_add_parameter(function.get(), id.get());
  duckdb_table_function_add_parameter(function.get(), is_empty.get());
  duckdb_table_function_set_extra_info(function.get(), this, nullptr);
  duckdb_table_function_set_bind(function.get(), Callbacks::bind);
  duckdb_table_function_set_init(function.get(), Callbacks::init);
  duckdb_table_function_set_function(function.get(), Callbacks::run);
  if (duckdb_register_table_function(connection.get(), function.get()) == DuckDBSuccess) return {};
  return failure(fmt::format("this libduckdb does not take the function {}", kName));
}

// INSERT INTO data.hits (time, …) SELECT * FROM ballcone_rows(7, false)
//   UNION ALL SELECT DISTINCT * FROM ballcone_rows(7, true)
//
// The second half has no rows. It is there because the engine then takes the whole for a set
// without an order, and only of such a one does it write full row groups before the commit. (The
// setting preserve_insertion_order would do the same to everybody's queries.)
Result<void> Rows::insert(Connection& connection, const std::string& table,
                          std::vector<ServedColumn> columns, size_t rows) {
  std::erase_if(columns, [](const ServedColumn& column) { return column.is_default; });
  const Served served{std::move(columns), rows};
  std::string names;
  for (const ServedColumn& column : served.columns)
    names += (names.empty() ? "" : ", ") + quote_name(column.name);
  int64_t id = 0;
  {
    const std::lock_guard lock(mutex_);
    id = ++last_id_;
    served_[id] = &served;
  }
  auto done = connection.run_one(
      fmt::format("INSERT INTO data.{0} ({1}) SELECT * FROM {2}({3}, false) UNION ALL"
                  " SELECT DISTINCT * FROM {2}({3}, true)",
                  table, names, kName, id));
  const std::lock_guard lock(mutex_);
  served_.erase(id);
  return done;
}

}  // namespace ballcone
