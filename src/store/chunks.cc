#include "store/chunks.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace ballcone {
namespace {

void assign_text(duckdb_vector vector, size_t row, std::string_view text) {
  if (text.empty()) return set_null(vector, row);
  if (is_utf8(text)) {
    duckdb_vector_assign_string_element_len(vector, row, text.data(), text.size());
    return;
  }
  // A percent-decoded path may be anything; the engine's functions expect UTF-8.
  std::string repaired;
  append_repaired_utf8(text, &repaired);
  duckdb_vector_assign_string_element_len(vector, row, repaired.data(), repaired.size());
}

}  // namespace

Fill fill_texts(std::function<std::string_view(size_t row)> text) {
  return [text = std::move(text)](duckdb_vector vector, size_t first, size_t count) {
    for (size_t i = 0; i < count; ++i) assign_text(vector, i, text(first + i));
  };
}

Fill fill_nulls() {
  return [](duckdb_vector vector, size_t, size_t count) {
    for (size_t i = 0; i < count; ++i) set_null(vector, i);
  };
}

Result<void> append_table(Connection& connection, const std::string& table,
                          const std::vector<Fill>& fills, size_t rows) {
  auto appender = Appender::open(connection.get(), "data", table.c_str());
  if (!appender) return tl::unexpected(appender.error());
  std::vector<OwnedType> types;
  std::vector<duckdb_logical_type> handles;
  for (idx_t i = 0; i < fills.size(); ++i) {
    types.emplace_back(duckdb_appender_column_type((*appender)->get(), i));
    handles.push_back(types.back().get());
  }
  const OwnedChunk chunk{duckdb_create_data_chunk(handles.data(), handles.size())};
  const size_t chunk_rows = duckdb_vector_size();
  for (size_t first = 0; first < rows; first += chunk_rows) {
    const size_t count = std::min(chunk_rows, rows - first);
    duckdb_data_chunk_reset(chunk.get());
    for (idx_t i = 0; i < fills.size(); ++i)
      fills[i](duckdb_data_chunk_get_vector(chunk.get(), i), first, count);
    duckdb_data_chunk_set_size(chunk.get(), count);
    if (auto done = (*appender)->append(chunk.get()); !done) return done;
  }
  return (*appender)->close();
}

}  // namespace ballcone
