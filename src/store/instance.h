// One running DuckDB with our database attached, closed to everything else, and its connections.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "store/console.h"
#include "store/engine.h"
#include "store/imports.h"
#include "store/readers.h"
#include "store/rows.h"
#include "store/store.h"
#include "store/writer.h"

namespace ballcone {

// Members in the order in which they need each other; the database is closed last.
struct Instance {
  Rows rows;
  OwnedDatabase database;
  std::unique_ptr<Writer> writer;
  std::unique_ptr<Imports> imports;
  std::unique_ptr<Connection> info;     // for info() and checkpoint(), so that they wait for nobody
  std::unique_ptr<Connection> changer;  // of transact()
  std::unique_ptr<Readers> readers;
  int schema_version = 0;
  std::shared_ptr<ConsoleNames> names = std::make_shared<ConsoleNames>();
};

Result<std::unique_ptr<Instance>> open_instance(const StoreOptions& options);

}  // namespace ballcone
