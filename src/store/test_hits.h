// Batches for tests, filled as the enrichment steps fill them, and answers as text.
#pragma once

#include <fmt/format.h>

#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/time.h"
#include "hit/batch.h"
#include "store/store.h"

namespace ballcone {

struct TestHit {
  std::string service = "example";
  std::string path = "/";
  int64_t time_us = days_of_civil(2026, 11, 23) * kDay_us;
  std::string user_agent = "Firefox/143.0";
  std::string browser = "Firefox";
  std::string address = "192.0.2.0";
  std::string country = "DE";
  std::string bot = "";
  std::string kind = "page";
  uint16_t status = 200;
  uint64_t visitor = 1;
};

// Every column has its length afterwards; what a TestHit has not is absent.
inline void append_test_hit(const TestHit& test, HitBatch* batch) {
  Hit hit;
  hit.time_us = test.time_us;
  hit.service = test.service;
  hit.user_agent = test.user_agent;
  hit.address = test.address;
  hit.status = test.status;
  hit.bytes = 512;
  hit.generation_time_us = 1500;
  batch->append(hit);
  batch->path.append(test.path, batch->arena);
  batch->kind.append(test.kind, batch->arena);
  batch->bot.append(test.bot, batch->arena);
  batch->visitor.push_back(test.visitor);
  const auto attribute = [&](StringColumn& column, const StringColumn& of, std::string_view value) {
    while (column.size() < of.distinct().size())
      column.append(column.size() == 0 ? std::string_view() : value, batch->arena);
  };
  attribute(batch->browser, batch->user_agent, test.browser);
  attribute(batch->country, batch->address, test.country);
  for_each_column([&](const auto& row) {
    auto& column = batch->*row.data;
    const size_t rows =
        row.role == Role::attribute ? (batch->*row.of).distinct().size() : batch->rows();
    while (column.size() < rows) {
      if constexpr (std::is_same_v<std::decay_t<decltype(column)>, StringColumn>)
        column.append("", batch->arena);
      else if constexpr (std::is_same_v<std::decay_t<decltype(column)>, NumberColumn<RequestId>>)
        column.push_back({});
      else
        column.push_back(kAbsent<typename std::decay_t<decltype(column)>::value_type>);
    }
  });
}

inline void fill_batch(const std::vector<TestHit>& hits, HitBatch* batch) {
  batch->clear();
  for (const TestHit& hit : hits) append_test_hit(hit, batch);
}

// "a|1|NULL\n" per row.
inline std::string to_string(const Table& table) {
  std::string out;
  for (const auto& row : table.rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      out += i == 0 ? "" : "|";
      if (row[i].index() == 0) out += "NULL";
      if (const auto* value = std::get_if<bool>(&row[i])) out += *value ? "true" : "false";
      if (const auto* value = std::get_if<int64_t>(&row[i])) out += fmt::to_string(*value);
      if (const auto* value = std::get_if<double>(&row[i])) out += fmt::to_string(*value);
      if (const auto* value = std::get_if<std::string>(&row[i])) out += *value;
    }
    out += "\n";
  }
  return out;
}

// The answer as text, or "error: …".
inline std::string answer(Store& store, const std::string& sql, std::vector<Value> values = {},
                          const QueryLimits& limits = {}) {
  const auto table = store.query({sql, std::move(values)}, limits);
  return table ? to_string(*table) : "error: " + table.error().message;
}
inline std::string console(Store& store, std::string_view sql, const QueryLimits& limits = {}) {
  const auto table = store.query_console(sql, limits);
  return table ? to_string(*table) : "error: " + table.error().message;
}

}  // namespace ballcone
