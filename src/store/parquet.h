// The answer of a person's statement as a Parquet file, in memory.
//
// The file is written by an engine of its own that is made for it and has never seen the statement:
// its one statement is ours, its only table is the answer that the sandboxed engine gives, and the
// only file it can open is a nameless one in memory. Nothing of it gets to a disk.
#pragma once

#include "base/result.h"
#include "store/engine.h"
#include "store/store.h"

namespace ballcone {

// What Parquet cannot hold without loss becomes text; HUGEINT, the type of every sum, becomes
// DECIMAL(38,0). Names that occur twice become name, name_1.
const char* cast_for_parquet(duckdb_logical_type type);

// Reads the answer to its end or to a limit; ends soon after *limits.is_stopped has become true.
// The bytes of `limits` are those of the values, before they are compressed.
Result<ParquetFile> write_parquet(Stream& answer, const TableLimits& limits);

}  // namespace ballcone
