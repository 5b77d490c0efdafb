// Brings a database's schema to this program's: version by version, then the columns and texts
// that for_each_column has and the database has not, then the views.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "store/engine.h"

namespace ballcone {

// Goes up when the meaning or form of what is stored changes; a new column alone does not need it.
constexpr int kSchemaVersion = 7;

struct Migrated {
  int version = 0;
  uint64_t hash_seed = 0;  // of the texts' hashes; random, made with the database
};

// All or nothing, in one transaction. Refuses a database of a newer version.
Result<Migrated> migrate(Connection& connection);

}  // namespace ballcone
