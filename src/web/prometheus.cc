// GET /metrics in Prometheus' text format, version 0.0.4.
//
//   # HELP ballcone_lines_received_total Lines received.
//   # TYPE ballcone_lines_received_total counter
//   ballcone_lines_received_total{source="syslog 127.0.0.1:65140"} 42
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "hit/drop.h"
#include "web/handlers.h"
#include "web/memory.h"

namespace ballcone {
namespace {

std::string in_quotes(std::string_view text) {
  std::string repaired, out = "\"";
  append_repaired_utf8(text, &repaired);
  for (const char c : repaired) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

class Page {
 public:
  // Begins a metric; add() and its value follow.
  Page& metric(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    fmt::format_to(std::back_inserter(text_), "# HELP {0} {2}\n# TYPE {0} {1}\n", name, type, help);
    return *this;
  }
  // `labels`: source="…", made with in_quotes(); may be empty.
  template <class Number>
  void add(std::string_view labels, Number value) {
    text_ += name_;
    if (!labels.empty()) fmt::format_to(std::back_inserter(text_), "{{{}}}", labels);
    fmt::format_to(std::back_inserter(text_), " {}\n", value);
  }
  std::string take() { return std::move(text_); }

 private:
  std::string_view name_;
  std::string text_;
};

struct SourceMetric {
  const char* name;
  const char* type;
  const char* help;
  uint64_t SourceStats::*value;
};
constexpr SourceMetric kSourceMetrics[] = {
    {"ballcone_lines_received_total", "counter", "Lines received.", &SourceStats::received},
    {"ballcone_bytes_received_total", "counter", "Bytes received.", &SourceStats::received_bytes},
    {"ballcone_lines_stored_total", "counter", "Lines that became rows of the database.",
     &SourceStats::stored},
    {"ballcone_lines_repaired_total", "counter",
     "Lines that were kept though something in them was wrong.", &SourceStats::repaired},
    {"ballcone_kernel_lost_total", "counter",
     "Datagrams that the kernel threw away because the receive buffer was full.",
     &SourceStats::lost_in_kernel},
    {"ballcone_receive_buffer_bytes", "gauge", "Receive buffer as granted by the kernel.",
     &SourceStats::buffer_bytes},
    {"ballcone_receive_buffer_wanted_bytes", "gauge",
     "Receive buffer that would have held the largest loss; 0 if nothing was lost.",
     &SourceStats::buffer_wanted_bytes},
};

std::string source_label(const SourceStats& source) { return "source=" + in_quotes(source.name); }

void write_sources(const IngestStats& stats, Page* page) {
  for (const SourceMetric& metric : kSourceMetrics) {
    page->metric(metric.name, metric.type, metric.help);
    for (const SourceStats& source : stats.sources) {
      page->add(source_label(source), source.*metric.value);
    }
  }
  page->metric("ballcone_lines_dropped_total", "counter", "Lines that were not stored, by reason.");
  for (const SourceStats& source : stats.sources) {
    for (size_t i = 0; i < kDropCount; ++i) {
      const auto labels = fmt::format("{},reason=\"{}\"", source_label(source), kDrops[i].name);
      page->add(labels, source.dropped[i]);
    }
  }
}

double seconds(int64_t us) { return static_cast<double>(us) / 1e6; }

void write_commits(const IngestStats& stats, Page* page) {
  page->metric("ballcone_queue_bytes", "gauge", "Received and not yet decoded.")
      .add("", stats.queue_bytes);
  page->metric("ballcone_queue_bytes_max", "gauge", "What the queue holds before readers wait.")
      .add("", stats.queue_bytes_max);
  page->metric("ballcone_batch_rows", "gauge", "Decoded and not yet stored.")
      .add("", stats.batch_rows);
  page->metric("ballcone_commits_total", "counter", "Batches stored.").add("", stats.commits);
  page->metric("ballcone_commits_failed_total", "counter",
               "Attempts to store a batch that failed and were made again.")
      .add("", stats.failed_commits);
  page->metric("ballcone_commit_seconds", "gauge", "How long the last commit took.")
      .add("", seconds(stats.last_commit_took_us));
  page->metric("ballcone_last_commit_timestamp_seconds", "gauge",
               "When the last commit was; 0: never.")
      .add("", seconds(stats.last_commit_us));
  page->metric("ballcone_step_seconds_total", "counter", "Time spent in each step of ingest.");
  for (const StepTime& step : stats.steps) {
    page->add("step=" + in_quotes(step.name), static_cast<double>(step.ns) / 1e9);
  }
  page->metric("ballcone_step_rows_total", "counter",
               "Rows that went through each step of ingest.");
  for (const StepTime& step : stats.steps) {
    page->add("step=" + in_quotes(step.name), step.rows);
  }
}

void write_derive(const DeriveStats& derive, int64_t now_us, Page* page) {
  const int64_t lag_us =
      derive.oldest_change_us == 0 ? 0 : std::max<int64_t>(0, now_us - derive.oldest_change_us);
  page->metric("ballcone_derive_pending_days", "gauge",
               "Days of services whose page views, visits and totals are behind their hits.")
      .add("", derive.pending_days);
  page->metric("ballcone_derive_lag_seconds", "gauge", "How long the oldest of them has waited.")
      .add("", seconds(lag_us));
  page->metric("ballcone_derive_days_total", "counter", "Days derived as a whole.")
      .add("", derive.derived_days);
  page->metric("ballcone_derive_increments_total", "counter",
               "Days brought up to date by what was added to them.")
      .add("", derive.increments);
  page->metric("ballcone_derive_failed_total", "counter",
               "Derivations that failed and were made again.")
      .add("", derive.failures);
  page->metric("ballcone_derive_seconds", "gauge", "How long the last derivation took.")
      .add("", seconds(derive.last_took_us));
  page->metric("ballcone_last_derive_timestamp_seconds", "gauge",
               "When the last derivation was; 0: never.")
      .add("", seconds(derive.last_us));
}

void write_database(const StoreInfo& info, Page* page) {
  page->metric("ballcone_hits", "gauge", "Hits in the database.").add("", info.hits);
  page->metric("ballcone_database_bytes", "gauge",
               "The database's files, write-ahead log included.")
      .add("", info.file_bytes);
  page->metric("ballcone_database_memory_bytes", "gauge", "Memory that the database engine holds.")
      .add("", info.memory_bytes);
}

void write_live(const LiveTail& live, Page* page) {
  page->metric("ballcone_live_watchers", "gauge", "Who watch hits as they arrive.")
      .add("", live.watchers());
  page->metric("ballcone_live_watchers_max", "gauge", "More are turned away.")
      .add("", live.limits().watchers_max);
}

}  // namespace

HttpResponse get_metrics(const Call& call) {
  const WebContext& context = call.context;
  const IngestStats stats = context.ingest();
  Page page;
  write_sources(stats, &page);
  write_commits(stats, &page);
  write_derive(stats.derive, context.now_us(), &page);
  if (const auto info = context.store->info()) write_database(*info, &page);
  if (context.live != nullptr) write_live(*context.live, &page);
  page.metric("process_resident_memory_bytes", "gauge", "Resident memory.")
      .add("", resident_bytes());
  page.metric("process_start_time_seconds", "gauge", "When the program started.")
      .add("", seconds(stats.started_us));
  page.metric("ballcone_build_info", "gauge", "Always 1; the label says which version runs.")
      .add("version=" + in_quotes(context.version), 1);
  return {.content_type = "text/plain; version=0.0.4; charset=utf-8", .body = page.take()};
}

}  // namespace ballcone
