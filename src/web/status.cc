// How the machine is doing: GET /api/v1/status for people, /healthz for those who restart it.
#include <algorithm>
#include <cmath>

#include "base/time.h"
#include "hit/drop.h"
#include "web/handlers.h"
#include "web/json.h"
#include "web/memory.h"

namespace ballcone {
namespace {

void write_time(int64_t time_us, JsonWriter* json) {
  time_us == 0 ? json->null() : json->value(format_time(time_us / kSecond_us * kSecond_us));
}

void write_source(const SourceStats& source, JsonWriter* json) {
  json->begin_object().key("name").value(source.name);
  json->key("received").value(source.received).key("received_bytes").value(source.received_bytes);
  json->key("stored").value(source.stored).key("repaired").value(source.repaired);
  json->key("dropped").begin_object();
  for (size_t i = 0; i < kDropCount; ++i) json->key(kDrops[i].name).value(source.dropped[i]);
  json->end_object().key("examples").begin_object();
  for (size_t i = 0; i < kDropCount; ++i) {
    if (source.dropped[i] > 0) json->key(kDrops[i].name).value(source.examples[i]);
  }
  json->end_object().key("help").begin_object();
  for (const DropText& drop : kDrops) json->key(drop.name).value(drop.help);
  json->end_object().key("lost_in_kernel").value(source.lost_in_kernel);
  json->key("buffer_bytes").value(source.buffer_bytes);
  json->key("buffer_wanted_bytes").value(source.buffer_wanted_bytes);
  json->key("last_received");
  write_time(source.last_received_us, json);
  json->key("trouble").value(source.trouble);
  json->end_object();
}

void write_step(const StepTime& step, JsonWriter* json) {
  const double ns_per_row =
      step.rows == 0 ? 0 : static_cast<double>(step.ns) / static_cast<double>(step.rows);
  json->begin_object().key("name").value(step.name).key("rows").value(step.rows);
  json->key("ns_per_row").value(std::round(ns_per_row * 10) / 10).end_object();
}

void write_commits(const IngestStats& stats, JsonWriter* json) {
  json->key("queue_bytes").value(stats.queue_bytes);
  json->key("queue_bytes_max").value(stats.queue_bytes_max);
  json->key("batch_rows").value(stats.batch_rows).key("batch_rows_max").value(stats.batch_rows_max);
  json->key("commits").value(stats.commits).key("failed_commits").value(stats.failed_commits);
  json->key("last_commit");
  write_time(stats.last_commit_us, json);
  json->key("last_commit_ms");
  if (stats.last_commit_us == 0) {
    json->null();
  } else {
    json->value(static_cast<double>(stats.last_commit_took_us) / 1000);
  }
}

// The time that `part` of the commits took at most: nearest rank.
int64_t percentile(const std::vector<int64_t>& sorted, double part) {
  if (sorted.empty()) return 0;
  const auto rank = static_cast<size_t>(std::ceil(part * static_cast<double>(sorted.size())));
  return sorted[std::max<size_t>(rank, 1) - 1];
}

// {"p50_ms": 12, "p95_ms": 31, "max_ms": 40, "list": [["2026-11-30T12:00:00Z", 12, 1000]]}
void write_recent_commits(const std::deque<CommitTime>& commits, JsonWriter* json) {
  std::vector<int64_t> times;
  for (const CommitTime& commit : commits) times.push_back(commit.took_us);
  std::sort(times.begin(), times.end());
  const auto ms = [](int64_t us) { return static_cast<double>(us) / 1000; };
  json->key("recent_commits").begin_object().key("p50_ms").value(ms(percentile(times, 0.5)));
  json->key("p95_ms").value(ms(percentile(times, 0.95)));
  json->key("max_ms").value(ms(percentile(times, 1))).key("list").begin_array();
  for (const CommitTime& commit : commits) {
    json->begin_array();
    write_time(commit.time_us, json);
    json->value(ms(commit.took_us)).value(commit.rows).end_array();
  }
  json->end_array().end_object();
}

double lag_s(const DeriveStats& derive, int64_t now_us) {
  if (derive.oldest_change_us == 0) return 0;
  return static_cast<double>(std::max<int64_t>(0, now_us - derive.oldest_change_us) / 1000) / 1000;
}

// What has been committed and waits, seconds before derivation has seen it: so that 0 means that
// answers hold all that is stored.
uint64_t count_changed_days(Store& store) {
  const auto table = store.query(
      {"SELECT count(*) FROM (SELECT DISTINCT service, first_time::DATE FROM data.changes)", {}},
      {.time_us = kSecond_us});
  const auto* count = table ? std::get_if<int64_t>(&table->rows.at(0)[0]) : nullptr;
  return count ? static_cast<uint64_t>(*count) : 0;
}

void write_derive(const DeriveStats& derive, int64_t now_us, JsonWriter* json) {
  json->key("derive").begin_object().key("pending_days").value(derive.pending_days);
  json->key("lag_s").value(lag_s(derive, now_us));
  json->key("derived_days").value(derive.derived_days);
  json->key("increments").value(derive.increments).key("failures").value(derive.failures);
  json->key("last");
  write_time(derive.last_us, json);
  json->key("last_ms");
  if (derive.last_us == 0) {
    json->null();
  } else {
    json->value(static_cast<double>(derive.last_took_us) / 1000);
  }
  json->key("trouble").value(derive.trouble).end_object();
}

// The page is wanted most when the database does not answer, so that is part of the answer.
void write_database(const Result<StoreInfo>& info, const std::deque<SizeSample>& sizes,
                    JsonWriter* json) {
  const StoreInfo shown = info.value_or(StoreInfo{});
  json->key("database").begin_object().key("hits").value(shown.hits);
  json->key("file_bytes").value(shown.file_bytes).key("memory_bytes").value(shown.memory_bytes);
  json->key("schema_version").value(int64_t{shown.schema_version});
  if (!info) json->key("error").value(info.error().message);
  json->key("sizes").begin_array();
  for (const SizeSample& size : sizes) {
    json->begin_object().key("time");
    write_time(size.time_us, json);
    json->key("file_bytes").value(size.file_bytes).key("hits").value(size.hits).end_object();
  }
  json->end_array().end_object();
}

void write_memory(const WebContext& context, JsonWriter* json) {
  json->key("memory").begin_object().key("resident_bytes").value(resident_bytes());
  json->key("engine_bytes_max").value(context.memory_bytes_max).end_object();
  json->key("live").begin_object();
  json->key("watchers").value(uint64_t{context.live ? context.live->watchers() : 0});
  json->key("watchers_max").value(uint64_t{context.live ? context.live->limits().watchers_max : 0});
  json->end_object();
}

}  // namespace

HttpResponse get_status(const Call& call) {
  const WebContext& context = call.context;
  IngestStats stats = context.ingest();
  stats.derive.pending_days =
      std::max(stats.derive.pending_days, count_changed_days(*context.store));
  HttpResponse response;
  JsonWriter json(&response.body);
  json.begin_object().key("version").value(context.version);
  json.key("uptime_s").value((context.now_us() - stats.started_us) / kSecond_us);
  json.key("sources").begin_array();
  for (const SourceStats& source : stats.sources) write_source(source, &json);
  json.end_array().key("steps").begin_array();
  for (const StepTime& step : stats.steps) write_step(step, &json);
  json.end_array();
  write_commits(stats, &json);
  write_derive(stats.derive, context.now_us(), &json);
  write_recent_commits(stats.recent_commits, &json);
  write_database(context.store->info(), stats.sizes, &json);
  write_memory(context, &json);
  json.key("attribution").value(context.geoip_attribution).end_object();
  return response;
}

// Unhealthy while the last attempt to commit has failed.
HttpResponse get_healthz(const Call& call) {
  const IngestStats stats = call.context.ingest();
  const bool is_failing = stats.last_failed_commit_us > stats.last_commit_us;
  return {.status = is_failing ? 503 : 200,
          .content_type = "text/plain; charset=utf-8",
          .body = is_failing ? "the database does not take the hits; the log says why\n" : "ok\n"};
}

}  // namespace ballcone
