#include "store/services.h"

#include <fmt/format.h>

#include <charconv>

#include "base/time.h"

namespace ballcone {
namespace {

// Of a few services and their hosts.
constexpr QueryLimits kLimits{.time_us = 30'000'000, .rows = 100'000};

std::string text_of(const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text ? *text : "";
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find(separator));
    text.remove_prefix(std::min(part.size() + 1, text.size()));
    if (!part.empty()) parts.emplace_back(part);
  }
  return parts;
}

}  // namespace

Result<std::vector<ServiceSettings>> read_services(Store& store) {
  const auto table = store.query(
      {"SELECT name, hosts, time_zone, key, server_key, switches FROM data.services ORDER BY name",
       {}},
      kLimits);
  if (!table) return tl::unexpected(table.error());
  std::vector<ServiceSettings> services;
  for (const auto& row : table->rows) {
    ServiceSettings service{.name = text_of(row[0]),
                            .hosts = split(text_of(row[1]), ','),
                            .time_zone = text_of(row[2]),
                            .key = text_of(row[3]),
                            .server_key = text_of(row[4])};
    for (const std::string& text : split(text_of(row[5]), ','))
      if (auto done = set_switch(text, &service); !done) return tl::unexpected(done.error());
    services.push_back(std::move(service));
  }
  return services;
}

Result<void> write_service(Store& store, const ServiceSettings& service) {
  return store.transact([&](Transaction& transaction) -> Result<void> {
    const std::string hosts = fmt::format("{}", fmt::join(service.hosts, ","));
    const auto done =
        transaction.run({"INSERT OR REPLACE INTO data.services VALUES (?, ?, ?, ?, ?, ?)",
                         {service.name, hosts, service.time_zone, service.key, service.server_key,
                          switches_text(service)}});
    if (!done) return tl::unexpected(done.error());
    return {};
  });
}

Result<bool> remove_service(Store& store, const std::string& name) {
  bool is_there = false;
  const auto done = store.transact([&](Transaction& transaction) -> Result<void> {
    const auto found =
        transaction.run({"DELETE FROM data.services WHERE name = ? RETURNING name", {name}});
    if (!found) return tl::unexpected(found.error());
    is_there = !found->rows.empty();
    return {};
  });
  if (!done) return tl::unexpected(done.error());
  return is_there;
}

Result<std::vector<ServiceHost>> read_log_hosts(Store& store, int64_t now_us) {
  const auto table = store.query(
      {"WITH n AS (SELECT service, host, count(*) AS hits FROM data.hits WHERE time >= ?::TIMESTAMP"
       " AND via = 0 AND host > 0 GROUP BY ALL)"
       " SELECT s.service, h.host FROM n JOIN data.text_service s ON s.code = n.service"
       " JOIN data.text_host h ON h.code = n.host"
       " QUALIFY n.hits * 100 >= sum(n.hits) OVER (PARTITION BY n.service)",
       {format_time(now_us - 7 * kDay_us)}},
      kLimits);
  if (!table) return tl::unexpected(table.error());
  std::vector<ServiceHost> hosts;
  for (const auto& row : table->rows) hosts.push_back({text_of(row[0]), text_of(row[1])});
  return hosts;
}

Result<std::vector<uint64_t>> read_server_ids(Store& store, size_t ids_max) {
  QueryLimits limits = kLimits;
  limits.rows = ids_max;
  const auto table = store.query(
      {fmt::format("SELECT right(replace(CAST(request_id AS VARCHAR), '-', ''), 16) FROM data.hits"
                   " WHERE via = (SELECT min(code) FROM data.text_via WHERE via = 'server')"
                   " AND request_id IS NOT NULL ORDER BY time DESC LIMIT {}",
                   ids_max),
       {}},
      limits);
  if (!table) return tl::unexpected(table.error());
  std::vector<uint64_t> ids;
  for (const auto& row : table->rows) {
    const std::string text = text_of(row[0]);
    uint64_t id = 0;
    std::from_chars(text.data(), text.data() + text.size(), id, 16);
    ids.push_back(id);
  }
  return ids;
}

}  // namespace ballcone
