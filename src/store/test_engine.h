// Statements on a database file past the store, to make what an older or newer program would have.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "store/engine.h"

namespace ballcone {

// "" or the error.
inline std::string run_on_file(const std::string& path, const std::string& statements) {
  duckdb_database handle = nullptr;
  if (duckdb_open(path.c_str(), &handle) != DuckDBSuccess) return "cannot open " + path;
  const OwnedDatabase database{handle};
  auto connection = Connection::open(handle);
  if (!connection) return connection.error().message;
  const auto done = (*connection)->run(statements);
  return done ? "" : done.error().message;
}

inline std::unique_ptr<Store> open_in_memory() {
  auto store = open_store({.threads = 2});
  EXPECT_TRUE(store) << store.error().message;
  return store ? std::move(*store) : nullptr;
}

}  // namespace ballcone
