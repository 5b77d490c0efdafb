// Lines per second through the rooms of ingest, one thread, on the demo's traffic. The reference is
// what cannot be avoided: simdjson over the line, and four look-ups in a hash map.
#include <benchmark/benchmark.h>
#include <simdjson.h>

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/hash.h"
#include "decode/format.h"
#include "decode/syslog.h"
#include "enrichers.h"
#include "lines.h"

namespace ballcone {
namespace {

constexpr size_t kBatchRows = 65'536;

void count(benchmark::State& state, size_t lines, size_t bytes) {
  state.SetItemsProcessed(static_cast<int64_t>(lines));
  state.SetBytesProcessed(static_cast<int64_t>(bytes));
}

struct Fields {
  std::vector<uint32_t> codes[4];
  std::unordered_map<std::string, uint32_t> known[4];
};

void look_up(Fields& fields, size_t which, std::string_view text) {
  thread_local std::string key;
  key.assign(text);
  auto& known = fields.known[which];
  fields.codes[which].push_back(
      known.try_emplace(key, static_cast<uint32_t>(known.size())).first->second);
}

void simdjson_and_four_look_ups(benchmark::State& state) {
  const BenchLines& lines = bench_lines();
  simdjson::ondemand::parser parser;
  size_t done = 0, bytes = 0;
  Fields fields;
  for (auto _ : state) {
    const std::string_view line = lines[done % lines.size()];
    const std::string_view json = line.substr(line.find('{'));
    auto document =
        parser.iterate(json.data(), json.size(), json.size() + simdjson::SIMDJSON_PADDING);
    size_t which = 0;
    for (const char* name : {"ip", "path", "referrer", "user_agent"}) {
      std::string_view text;
      if (document.find_field_unordered(name).get_string().get(text) == simdjson::SUCCESS)
        look_up(fields, which, text);
      ++which;
    }
    if (fields.codes[0].size() == kBatchRows) fields = {};
    ++done;
    bytes += line.size();
  }
  count(state, done, bytes);
}
BENCHMARK(simdjson_and_four_look_ups);

void decode(benchmark::State& state) {
  const BenchLines& lines = bench_lines();
  const Decoder decoder = *open_format("ballcone");
  const DecodeMemoryPtr memory = make_decode_memory();
  size_t done = 0, bytes = 0;
  Hit hit;
  for (auto _ : state) {
    const std::string_view line = lines[done % lines.size()];
    if (decoder.decode(*syslog_payload(line), *memory, &hit))
      state.SkipWithError("a line was dropped");
    benchmark::DoNotOptimize(hit);
    ++done;
    bytes += line.size();
  }
  count(state, done, bytes);
}
BENCHMARK(decode);

// As the pipeline does it: a batch, every enrichment step, and the next batch in the same memory.
void decode_and_enrich(benchmark::State& state) {
  const BenchLines& lines = bench_lines();
  const Decoder decoder = *open_format("ballcone");
  const DecodeMemoryPtr memory = make_decode_memory();
  BenchEnrichers enrichers;
  EnrichContext context = enrichers.context();
  std::vector<StepTime> times;
  HitBatch batch;
  size_t done = 0, bytes = 0;
  Hit hit;
  for (auto _ : state) {
    for (size_t i = 0; i < kBatchRows; ++i, ++done) {
      const std::string_view line = lines[done % lines.size()];
      if (decoder.decode(*syslog_payload(line), *memory, &hit))
        state.SkipWithError("a line was dropped");
      batch.append(hit);
      bytes += line.size();
    }
    enrich(batch, context, &times, monotonic_ns);
    batch.clear();
  }
  count(state, done, bytes);
  for (const StepTime& step : times)
    state.counters[step.name + "_ns"] =
        static_cast<double>(step.ns) / static_cast<double>(step.rows);
}
BENCHMARK(decode_and_enrich)->Unit(benchmark::kMillisecond)->MinTime(5);

}  // namespace
}  // namespace ballcone

BENCHMARK_MAIN();
