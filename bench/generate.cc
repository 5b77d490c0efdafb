// generate DATABASE HITS FILE: a database of that many hits, from the file's lines sent round by
// round, each round a few minutes later, with addresses and queries of its own; through the
// decoder, every enrichment step and the store.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/clock.h"
#include "base/time.h"
#include "decode/format.h"
#include "decode/syslog.h"
#include "enrichers.h"
#include "lines.h"
#include "store/store.h"

using namespace ballcone;

namespace {

constexpr size_t kBatchRows = 102'400;
constexpr int64_t kSpan_us = 30 * kDay_us;

[[noreturn]] void die(const std::string& message) {
  std::fprintf(stderr, "generate: %s\n", message.c_str());
  std::exit(1);
}

// The hits' own times, spread over the 30 days before now; one request in twenty has a query nobody
// else has.
void vary(Hit* hit, uint64_t number, uint64_t hits, int64_t now, std::string* uri) {
  hit->time_us = now - kSpan_us +
                 static_cast<int64_t>(static_cast<double>(kSpan_us) * static_cast<double>(number) /
                                      static_cast<double>(hits));
  if (number % 20 == 0) {
    uri->assign(hit->uri.substr(0, hit->uri.find('?')));
    *uri += "?id=" + std::to_string(number);
    hit->uri = *uri;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) die("usage: generate DATABASE HITS FILE");
  const uint64_t hits = std::strtoull(argv[2], nullptr, 10);
  const BenchLines lines(argv[3]);
  auto store = open_store({.path = argv[1], .memory_bytes_max = size_t{2} << 30});
  if (!store) die(store.error().message);

  const Decoder decoder = *open_format("ballcone");
  const DecodeMemoryPtr memory = make_decode_memory();
  BenchEnrichers enrichers;
  EnrichContext context = enrichers.context();
  HitBatch batch;
  Hit hit;
  std::string uri;
  const int64_t now = now_us();
  const int64_t begin = monotonic_ns();
  for (uint64_t i = 0; i < hits; ++i) {
    if (decoder.decode(*syslog_payload(lines[i % lines.size()]), *memory, &hit))
      die("a line was dropped");
    vary(&hit, i, hits, now, &uri);
    batch.append(hit);
    if (batch.rows() < kBatchRows && i + 1 < hits) continue;
    enrich(batch, context, nullptr, monotonic_ns);
    if (const auto stored = (*store)->append(batch); !stored) die(stored.error().message);
    batch.clear();
  }
  if (const auto done = (*store)->checkpoint(); !done) die(done.error().message);
  const auto info = (*store)->info();
  if (!info) die(info.error().message);
  const double seconds = static_cast<double>(monotonic_ns() - begin) / 1e9;
  std::printf("{\"hits\": %lu, \"seconds\": %.2f, \"file_bytes\": %lu}\n", info->hits, seconds,
              info->file_bytes);
}
