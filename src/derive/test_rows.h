// Hits as this room's tests write them down, a store of them, and what was derived as text.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/time.h"
#include "derive/derive.h"
#include "derive/tables.h"
#include "hit/batch.h"

namespace ballcone {

constexpr int64_t kMidnight_us = days_of_civil(2026, 11, 23) * kDay_us;
constexpr int64_t kMinute_us = 60 * kSecond_us;

struct Row {
  int64_t time_us = kMidnight_us;
  uint64_t visitor = 1;
  std::string path = "/";
  std::string kind = "page";
  std::string channel = "Direct";
  std::string referrer;
  std::string query;
  std::string bot;
  std::string host = "example.org";
  std::string service = "example";
  uint16_t status = 200;
  std::string purpose;
  std::string cache_status;
  std::string edge_location;
  std::string method = "GET";
  std::string via;
  std::string event;
  std::string props;

  std::string browser_facts() const { return via == "script" ? path + "|en" : ""; }
  std::string user_agent() const { return fmt::format("Firefox/{}", visitor % 3); }
  std::string address() const { return fmt::format("192.0.2.{}", visitor % 5); }
  int64_t bytes() const { return 100 + static_cast<int64_t>(path.size()); }
  int64_t generation_time_us() const { return 1'000 + static_cast<int64_t>(path.size()) * 100; }
};

// What depends on a text alone: several texts have the same, some have none.
inline std::string attribute_of(std::string_view name, std::string_view text) {
  if (text.empty()) return "";
  if (name == "bot_reason") return "User-Agent list: x";
  const uint64_t which = hash64(fmt::format("{}={}", name, text)) % 3;
  if (which == 0) return "";
  return name == "asn" ? fmt::to_string(64'500 + which) : fmt::format("{}{}", name, which);
}

inline void fill(const std::vector<Row>& rows, HitBatch* batch) {
  batch->clear();
  for (const Row& row : rows) {
    Hit hit;
    hit.time_us = row.time_us;
    hit.service = row.service;
    hit.host = row.host;
    hit.referrer = row.referrer;
    const std::string user_agent = row.user_agent();
    const std::string address = row.address();
    const std::string browser_facts = row.browser_facts();
    hit.browser_facts = browser_facts;
    hit.user_agent = user_agent;
    hit.address = address;
    hit.status = row.status;
    hit.bytes = row.bytes();
    hit.generation_time_us = row.generation_time_us();
    hit.purpose = row.purpose;
    hit.cache_status = row.cache_status;
    hit.edge_location = row.edge_location;
    hit.method = row.method;
    hit.via = row.via;
    hit.event = row.event;
    hit.props = row.props;
    batch->append(hit);
    batch->path.append(row.path, batch->arena);
    batch->query.append(row.query, batch->arena);
    batch->kind.append(row.kind, batch->arena);
    batch->channel.append(row.channel, batch->arena);
    batch->bot.append(row.bot, batch->arena);
    batch->visitor.push_back(row.visitor == 0 ? kAbsent<uint64_t> : row.visitor);
  }
  for_each_column([&](const auto& row) {
    auto& column = batch->*row.data;
    const size_t wanted =
        row.role == Role::attribute ? (batch->*row.of).distinct().size() : batch->rows();
    using Column = std::decay_t<decltype(column)>;
    while (column.size() < wanted) {
      std::string text;
      if (row.role == Role::attribute)
        text = attribute_of(row.name, (batch->*row.of).distinct()[column.size()]);
      if constexpr (std::is_same_v<Column, StringColumn>)
        column.append(text, batch->arena);
      else if constexpr (std::is_same_v<Column, NumberColumn<RequestId>>)
        column.push_back({});
      else if constexpr (std::is_same_v<Column, NumberColumn<uint32_t>>)
        column.push_back(text.empty() ? kAbsent<uint32_t>
                                      : static_cast<uint32_t>(std::stoul(text)));
      else
        column.push_back(kAbsent<typename Column::value_type>);
    }
  });
}

class Derivation {
 public:
  Derivation() : store(std::move(open_store({.threads = 2}).value())) {}

  Derivation& add(const std::vector<Row>& rows) {
    HitBatch batch;
    fill(rows, &batch);
    EXPECT_TRUE(store->append(batch));
    return *this;
  }
  DeriveFigures derive() {
    auto figures = derive_changed(*store, zones, options);
    EXPECT_TRUE(figures) << (figures ? "" : figures.error().message);
    return figures.value_or(DeriveFigures{});
  }
  // "a|1|NULL\n" per row.
  std::string answer(const std::string& sql) const {
    const auto table = store->query({sql, {}}, {.rows = 1'000'000});
    if (!table) return "error: " + table.error().message;
    std::string out;
    for (const auto& row : table->rows) {
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
  std::string visits() const {
    return answer(
        "SELECT visitor, visit, strftime(start, '%H:%M'), duration, views, is_bounce, entry_path,"
        " exit_path, channel, referrer FROM main.visits ORDER BY ALL");
  }
  // Rows of a derived table with their texts, sorted; no more columns than are named.
  std::string rows_of(const std::string& table, const std::string& columns,
                      const std::vector<std::string>& texts) const {
    std::string shown;
    std::string joins;
    for (const std::string& name : texts) {
      const std::string text = name.ends_with("_path") ? "path"
                               : name == "page_query"  ? "query"
                                                       : name;
      shown += fmt::format(", x_{}.{}", name, text);
      joins += fmt::format(" LEFT JOIN data.text_{0} x_{1} ON x_{1}.code = t.{1}", text, name);
    }
    return answer(
        fmt::format("SELECT {}{} FROM derived.{} t{} ORDER BY ALL", columns, shown, table, joins));
  }
  std::string page_views() const {
    return rows_of("page_views",
                   "t.day, epoch_us(t.time), t.visitor, t.visit, t.is_bounce, t.duration_s,"
                   " t.is_only_view, t.is_only_of_path, t.is_confirmed, t.status,"
                   " t.utc_date = CAST(t.time AS DATE)",
                   {"service", "host", "path", "entry_path", "exit_path", "query", "referrer",
                    "channel", "user_agent", "address", "method", "cache_status", "via",
                    "browser_facts", "edge_location", "page_query"});
  }
  std::string all_visits() const {
    return rows_of("visits",
                   "t.day, t.visitor, t.visit, epoch_us(t.start), t.duration_s, t.views,"
                   " t.is_bounce, t.is_only_visit",
                   {"service", "host", "entry_path", "exit_path", "query", "referrer", "channel",
                    "user_agent", "address"});
  }
  std::string bots() const { return rows_of("bots", "t.day, t.visitor", {"service", "bot"}); }
  // "service|day|keys …|is_bot|bucket|sums …\n" of a table of totals, without what has come to
  // nothing.
  std::string sums_of(const Totals& row) const {
    std::string keys;
    std::string joins;
    for (const TotalsKey& key : row.keys) {
      const std::string name(key.column);
      if (key.text.empty()) {
        keys += fmt::format(", t.{}", name);
        continue;
      }
      const std::vector<std::string_view> shown =
          key.attributes.empty() ? std::vector{key.text} : key.attributes;
      for (const std::string_view column : shown) keys += fmt::format(", x_{}.{}", name, column);
      joins += fmt::format(" LEFT JOIN data.text_{0} x_{1} ON x_{1}.code = t.{1}", key.text, name);
    }
    if (row.family != Family::views) keys += ", t.is_bot";
    if (row.family == Family::times) keys += ", t.bucket";
    std::string sums;
    std::string any;
    for (const std::string_view measure : measures(row.family)) {
      sums += fmt::format(", sum({0})::BIGINT AS m_{0}", measure);
      any += fmt::format("{}m_{} <> 0", any.empty() ? "" : " OR ", measure);
    }
    return answer(
        fmt::format("SELECT s.service, t.day{}{} FROM derived.{} t JOIN data.text_service s ON"
                    " s.code = t.service{} GROUP BY ALL HAVING {} ORDER BY ALL",
                    keys, sums, row.name, joins, any));
  }
  // Every derived row with its texts, sums of totals: alike wherever the same hits are.
  std::string everything() const {
    std::string out = page_views() + all_visits() + bots();
    for (const Totals& row : totals()) out += fmt::format("{}\n{}", row.name, sums_of(row));
    return out;
  }

  std::unique_ptr<Store> store;
  TimeZones zones;
  DeriveOptions options;
};

inline std::vector<Row> random_rows(std::mt19937& random, size_t count, int days) {
  const auto upto = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  static const char* const kChannels[] = {"Direct", "Internal", "Organic Search", "Social"};
  std::vector<Row> rows;
  for (size_t i = 0; i < count; ++i) {
    const int channel = upto(4);
    rows.push_back({.time_us = kMidnight_us + (upto(days * 24 * 4) * 15 + upto(2)) * kMinute_us,
                    .visitor = static_cast<uint64_t>(upto(12)),
                    .path = fmt::format("/{}", upto(4)),
                    .kind = upto(4) != 0 ? "page" : "asset",
                    .channel = kChannels[channel],
                    .referrer = channel > 0 ? fmt::format("https://r{}.example/", upto(3)) : "",
                    .query = upto(3) == 0 ? fmt::format("utm_source={}", upto(2)) : "",
                    .bot = upto(10) == 0 ? "Bot" : "",
                    .host = upto(5) == 0 ? "www.example.org" : "example.org",
                    .status = static_cast<uint16_t>(upto(8) == 0 ? 404 : 200)});
  }
  return rows;
}

}  // namespace ballcone
