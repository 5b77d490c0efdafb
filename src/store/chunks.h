// Columns of ours into DuckDB's vectors, and the other way, 2,048 rows at a time.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "hit/batch.h"
#include "store/engine.h"

namespace ballcone {

// Writes `count` values into a vector, for the rows from `first` on.
using Fill = std::function<void(duckdb_vector vector, size_t first, size_t count)>;

inline void set_null(duckdb_vector vector, size_t row) {
  duckdb_vector_ensure_validity_writable(vector);
  duckdb_vector_get_validity(vector)[row / 64] &= ~(uint64_t{1} << (row % 64));
}

template <class T>
bool is_absent(T value) {
  return value == kAbsent<T>;
}
inline bool is_absent(RequestId id) { return id == RequestId{}; }

template <class T>
T stored(T value) {
  return value;
}
// DuckDB keeps a UUID as a signed 128-bit number with the top bit flipped, so that it sorts.
inline duckdb_hugeint stored(RequestId id) {
  return {id.low, static_cast<int64_t>(id.high ^ (uint64_t{1} << 63))};
}

// `number(row)` for each row, NULL where it is absent. The column is read while the append runs.
template <class Number>
Fill fill_numbers(Number number) {
  return [number](duckdb_vector vector, size_t first, size_t count) {
    using Stored = decltype(stored(number(size_t{})));
    auto* out = static_cast<Stored*>(duckdb_vector_get_data(vector));
    bool has_absent = false;
    for (size_t i = 0; i < count; ++i) {
      const auto value = number(first + i);
      out[i] = stored(value);
      has_absent |= is_absent(value);
    }
    if (!has_absent) return;
    duckdb_vector_ensure_validity_writable(vector);
    uint64_t* validity = duckdb_vector_get_validity(vector);
    for (size_t i = 0; i < count; ++i)
      validity[i / 64] &= ~(uint64_t{is_absent(number(first + i))} << (i % 64));
  };
}
// `text(row)` for each row, NULL where it is empty; what is not UTF-8 is repaired.
Fill fill_texts(std::function<std::string_view(size_t row)> text);
Fill fill_nulls();

// Appends `rows` rows to data.`table`; `fills` are ordered as its columns.
Result<void> append_table(Connection& connection, const std::string& table,
                          const std::vector<Fill>& fills, size_t rows);

// The values of a column without NULLs.
template <class T>
const T* numbers_of(duckdb_data_chunk chunk, idx_t column) {
  return static_cast<const T*>(duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, column)));
}

}  // namespace ballcone
