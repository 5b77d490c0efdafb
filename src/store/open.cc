// The table of storage backends; there is one so far.
#include "store/duckdb_store.h"
#include "store/store.h"

namespace ballcone {

Result<std::unique_ptr<Store>> open_store(const StoreOptions& options) {
  return open_duckdb_store(options);
}

}  // namespace ballcone
