// The store on DuckDB.
#pragma once

#include <memory>

#include "base/result.h"
#include "store/store.h"

namespace ballcone {

Result<std::unique_ptr<Store>> open_duckdb_store(const StoreOptions& options);

}  // namespace ballcone
