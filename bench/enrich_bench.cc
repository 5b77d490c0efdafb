// What each enrichment step costs per row: a batch of 65,536 hits, as a busy site sends them (of
// 40,000 paths few are asked for often; 20,000 addresses, 500 User-Agents, 300 referrers; one hit
// in five has a query), and the same with every text another one in every row.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <time.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "base/time.h"
#include "enrichers.h"

namespace ballcone {
namespace {

constexpr size_t kRows = 65'536;

// How many different texts there are of each kind.
struct Variety {
  size_t paths, addresses, user_agents, referrers;
};
constexpr Variety kBusySite{40'000, 20'000, 500, 300};
constexpr Variety kAllDistinct{kRows * 100, kRows * 100, 4'000, kRows * 100};

constexpr std::string_view kSystems[] = {
    "Windows NT 10.0; Win64; x64", "Macintosh; Intel Mac OS X 10_15_7", "X11; Linux x86_64",
    "Linux; Android 10; K", "iPhone; CPU iPhone OS 18_6 like Mac OS X"};
constexpr std::string_view kReferrerHosts[] = {"www.example.com", "www.google.com", "t.co",
                                               "news.ycombinator.com", "blog.example.org"};
constexpr std::string_view kExtensions[] = {"",     "",    "",     "/",    ".html",
                                            ".css", ".js", ".png", ".webp"};

class HitMaker {
 public:
  explicit HitMaker(const Variety& variety) : variety_(variety) {}

  std::vector<Hit> hits() {
    texts_.reserve(kRows * 4);
    std::vector<Hit> hits(kRows);
    for (Hit& hit : hits) {
      hit.time_us = 20'780 * kDay_us + static_cast<int64_t>(number(3600)) * kSecond_us;
      hit.host = "www.example.com";
      hit.method = "GET";
      hit.status = number(20) == 0 ? 404 : 200;
      hit.uri = keep(uri());
      // Most addresses are one person with one browser.
      const size_t client = number(variety_.addresses);
      const size_t browser = number(10) == 0 ? number(variety_.user_agents) : client;
      hit.service = client % 4 == 0 ? "blog" : "example";
      hit.address = keep(address(client));
      hit.user_agent = keep(user_agent(browser % variety_.user_agents));
      hit.referrer = keep(referrer(number(variety_.referrers)));
      hit.content_type = number(2) == 0 ? "text/html" : "image/webp";
    }
    return hits;
  }

 private:
  size_t number(size_t end) { return std::uniform_int_distribution<size_t>(0, end - 1)(random_); }
  template <class Texts>
  static std::string_view pick(const Texts& texts, size_t i) {
    return texts[i % std::size(texts)];
  }
  std::string_view keep(std::string text) { return texts_.emplace_back(std::move(text)); }

  // Skewed: one path in ten takes half of the hits.
  std::string uri() {
    const double share = std::pow(static_cast<double>(number(1'000'000)) / 1e6, 3.3);
    const auto i = static_cast<size_t>(share * static_cast<double>(variety_.paths));
    std::string uri = fmt::format("/articles/{}/balcony-{}{}", i % 97, i, pick(kExtensions, i));
    if (number(5) == 0) uri += fmt::format("?utm_source=news{}&id={}", i % 7, i % 1000);
    return i % 50 == 0 ? "/%D0%B1%D0%B0%D0%BB" + uri : uri;
  }
  static std::string address(size_t i) {
    const auto mixed = static_cast<uint32_t>((i + 1) * 2'654'435'761u);
    if (i % 5 == 0)
      return fmt::format("2a02:{:x}:{:x}::{:x}", mixed >> 20, mixed & 0xffff, i % 999);
    return fmt::format("{}.{}.{}.{}", mixed >> 24 | 1, mixed >> 16 & 255, mixed >> 8 & 255,
                       mixed & 255);
  }
  static std::string user_agent(size_t i) {
    return fmt::format(
        "Mozilla/5.0 ({}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.{}.0 Safari/537.36",
        pick(kSystems, i), 60 + i % 80, i);
  }
  static std::string referrer(size_t i) {
    if (i % 3 == 0) return {};
    return fmt::format("https://{}/articles/{}?q={}", pick(kReferrerHosts, i), i, i);
  }

  Variety variety_;
  std::mt19937_64 random_{20261123};
  std::vector<std::string> texts_;
};

// Nanoseconds this thread has run: other programs on the machine do not count.
int64_t thread_ns() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

// The counters are nanoseconds per row of each step's quickest batch: what the step costs when the
// machine does nothing else.
void enrich_batch(benchmark::State& state, const Variety& variety, bool masks_urls = true) {
  static BenchEnrichers enrichers;
  EnrichContext context = enrichers.context();
  context.masks_urls = masks_urls;
  HitMaker maker(variety);
  const std::vector<Hit> hits = maker.hits();
  HitBatch batch;
  std::map<std::string, uint64_t> quickest_ns;
  for (auto _ : state) {
    batch.clear();
    for (const Hit& hit : hits) batch.append(hit);
    std::vector<StepTime> times;
    const int64_t start_ns = thread_ns();
    enrich(batch, context, &times, thread_ns);
    state.SetIterationTime(static_cast<double>(thread_ns() - start_ns) / 1e9);
    for (const StepTime& time : times) {
      uint64_t& ns = quickest_ns.try_emplace(time.name, time.ns).first->second;
      ns = std::min(ns, time.ns);
    }
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * kRows));
  double total_ns = 0;
  for (const auto& [name, ns] : quickest_ns) {
    state.counters[name + "_ns"] = static_cast<double>(ns) / kRows;
    total_ns += static_cast<double>(ns) / kRows;
  }
  state.counters["total_ns"] = total_ns;
  // How often a step is spared its work: distinct texts in the last batch.
  state.counters["uris"] = static_cast<double>(batch.uri.distinct().size());
  state.counters["paths"] = static_cast<double>(batch.path.distinct().size());
  state.counters["queries"] = static_cast<double>(batch.query.distinct().size());
  state.counters["addresses"] = static_cast<double>(batch.address.distinct().size());
}

void enrich_busy_site(benchmark::State& state) { enrich_batch(state, kBusySite); }
void enrich_all_distinct(benchmark::State& state) { enrich_batch(state, kAllDistinct); }
// What masking costs: the steps url and referrer without it.
void enrich_busy_site_unmasked(benchmark::State& state) { enrich_batch(state, kBusySite, false); }
void enrich_all_distinct_unmasked(benchmark::State& state) {
  enrich_batch(state, kAllDistinct, false);
}

BENCHMARK(enrich_busy_site)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK(enrich_all_distinct)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK(enrich_busy_site_unmasked)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK(enrich_all_distinct_unmasked)->UseManualTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace ballcone

BENCHMARK_MAIN();
