// How many lines a second one core decodes: combined by its own decoder and by that of any pattern,
// the original and the extended JSON format, JSON by tables of keys, and the datagram around it.
// 4,096 lines, made from the same seed each time, with paths, referrers and User-Agents as a site
// sees them.
#include <benchmark/benchmark.h>

#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "decode/format.h"
#include "decode/json_ballcone.h"
#include "decode/syslog.h"

namespace ballcone {
namespace {

constexpr size_t kLineCount = 4096;

constexpr std::string_view kUserAgents[] = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 "
    "Mobile Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/26.1 Safari/605.1.15",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; "
    "+https://openai.com/gptbot)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "curl/8.14.1",
};
constexpr std::string_view kReferrers[] = {"",
                                           "",
                                           "",
                                           "https://www.google.com/",
                                           "https://example.com/articles/2026/balconies",
                                           "https://news.ycombinator.com/",
                                           "https://duckduckgo.com/"};
constexpr std::string_view kTypes[] = {"text/html; charset=utf-8", "text/css",
                                       "application/javascript", "image/webp", "application/json"};
constexpr std::string_view kDestinations[] = {"document", "style", "script", "image", "empty"};
constexpr std::string_view kWords[] = {"garden", "balcony", "tomato",  "basil", "winter",
                                       "light",  "summer",  "railing", "shade", "herbs"};

class LineMaker {
 public:
  std::string line(bool is_extended) {
    const auto seconds = number(3600);
    const std::string date =
        "2026-11-23T12:" + two(seconds / 60) + ":" + two(seconds % 60) + "+00:00";
    const size_t type = number(5);
    const std::string status = number(20) == 0 ? "404" : "200";
    std::string out = "{" + text("service", number(4) == 0 ? "blog" : "example");
    if (is_extended) out += text("date", date);
    out += text("ip", address());
    if (!is_extended) out += text("host", "example.com") + text("path", path());
    out += text("status", status);
    if (!is_extended) {
      out += text("referrer", pick(kReferrers)) + text("user_agent", pick(kUserAgents));
    }
    out += "\"length\": " + std::to_string(150 + number(90'000)) + ", ";
    out += "\"generation_time_milli\": 0." + three(number(900)) + ", ";
    if (!is_extended) return close(out + text("date", date));
    out += text("upstream_time", "0." + three(number(900))) + text("request_id", hex32());
    out += text("method", "GET") + text("scheme", "https") + text("protocol", "HTTP/2.0");
    out += text("cache_status", type == 0 ? "MISS" : "HIT") + text("content_type", kTypes[type]);
    out += text("gpc", number(10) == 0 ? "1" : "") + text("fetch_dest", kDestinations[type]);
    out += text("sec_purpose", "") + text("purpose", "") + text("range", "");
    out += text("host", "example.com") + text("path", path()) + text("referrer", pick(kReferrers));
    return close(out + text("user_agent", pick(kUserAgents)));
  }

  // Of the format "combined", or of what is like it with the host in front.
  std::string combined(bool has_host) {
    const auto seconds = number(3600);
    std::string out = has_host ? "example.com:443 " : "";
    out += address() + " - - [23/Nov/2026:12:" + two(seconds / 60) + ":" + two(seconds % 60);
    out += " +0000] \"GET " + path() + " HTTP/1.1\" " + (number(20) == 0 ? "404 " : "200 ");
    out += std::to_string(150 + number(90'000));
    const std::string_view referrer = pick(kReferrers);
    out += " \"" + std::string(referrer.empty() ? "-" : referrer) + "\" \"";
    return out + std::string(pick(kUserAgents)) + "\"";
  }

  // A format's example, with another path.
  std::string like(std::string_view example) {
    constexpr std::string_view kPath = "/a?b=c";
    std::string line(example);
    return line.replace(line.find(kPath), kPath.size(), path());
  }

 private:
  size_t number(size_t end) { return std::uniform_int_distribution<size_t>(0, end - 1)(random_); }
  template <size_t size>
  std::string_view pick(const std::string_view (&texts)[size]) {
    return texts[number(size)];
  }
  static std::string text(std::string_view key, std::string_view value) {
    return "\"" + std::string(key) + "\": \"" + std::string(value) + "\", ";
  }
  static std::string close(std::string out) { return out.substr(0, out.size() - 2) + "}"; }
  static std::string two(size_t n) { return std::to_string(n + 100).substr(1); }
  static std::string three(size_t n) { return std::to_string(n + 1000).substr(1); }
  std::string address() {
    if (number(5) == 0) return "2001:db8:" + hex32().substr(0, 4) + "::" + hex32().substr(0, 3);
    return "203.0." + std::to_string(number(256)) + "." + std::to_string(number(256));
  }
  std::string hex32() {
    std::string out;
    for (int i = 0; i < 32; ++i) out += "0123456789abcdef"[number(16)];
    return out;
  }
  std::string path() {
    std::string out;
    for (size_t depth = number(4); depth > 0; --depth) out += "/" + std::string(pick(kWords));
    out += "/" + std::string(pick(kWords)) + "-" + std::to_string(number(500));
    if (number(6) == 0)
      out += "?utm_source=newsletter&utm_medium=email&id=" + std::to_string(number(9999));
    return out;
  }

  std::mt19937_64 random_{20261123};
};

// Lines behind each other, each with the padding that the decoder needs.
struct Lines {
  explicit Lines(const std::function<std::string(LineMaker&)>& make) {
    LineMaker maker;
    std::vector<std::pair<size_t, size_t>> places;
    for (size_t i = 0; i < kLineCount; ++i) {
      const std::string line = make(maker);
      places.emplace_back(memory.size(), line.size());
      memory += line + std::string(kLinePadding, ' ');
      bytes += line.size();
    }
    for (const auto& [at, size] : places) views.emplace_back(memory.data() + at, size);
  }
  std::string memory;
  std::vector<std::string_view> views;
  size_t bytes = 0;
};

Lines json_lines(bool is_extended, const std::string& header = {}) {
  return Lines([&](LineMaker& maker) { return header + maker.line(is_extended); });
}
Lines combined_lines(bool has_host) {
  return Lines([&](LineMaker& maker) { return maker.combined(has_host); });
}

template <class Decode>
void run(benchmark::State& state, const Lines& lines, Decode decode) {
  const DecodeMemoryPtr memory = make_decode_memory();
  Hit hit;
  size_t dropped = 0;
  for (auto _ : state) {
    for (const std::string_view line : lines.views) {
      if (decode(line, nullptr, *memory, &hit)) ++dropped;
      benchmark::DoNotOptimize(hit);
    }
  }
  if (dropped > 0) state.SkipWithError("expected every line to be decoded");
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * kLineCount));
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * lines.bytes));
}

void decode_original(benchmark::State& state) {
  run(state, json_lines(false), decode_ballcone_json);
}
void decode_extended(benchmark::State& state) {
  run(state, json_lines(true), decode_ballcone_json);
}
void decode_original_slowly(benchmark::State& state) {
  run(state, json_lines(false), decode_ballcone_json_slowly);
}
void decode_datagram(benchmark::State& state) {
  run(state, json_lines(false, "<190>Nov 23 12:00:00 web1 nginx: "),
      [](std::string_view datagram, const Layout*, DecodeMemory& memory,
         Hit* hit) -> std::optional<Drop> {
        const auto line = syslog_payload(datagram);
        return line ? decode_ballcone_json(*line, nullptr, memory, hit) : Drop::no_payload;
      });
}

// By the name of a format, or a pattern.
void decode_text(benchmark::State& state, const Lines& lines, const char* format) {
  const Decoder decoder = *open_format(format);
  run(state, lines, [&](std::string_view line, const Layout*, DecodeMemory& memory, Hit* hit) {
    return decoder.decode(line, memory, hit);
  });
}
void decode_combined(benchmark::State& state) {
  decode_text(state, combined_lines(false), "combined");
}
void decode_vhost_combined(benchmark::State& state) {
  decode_text(state, combined_lines(true), "vhost_combined");
}
void decode_log_format(benchmark::State& state) {
  decode_text(state, combined_lines(false),
              R"($remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent )"
              R"("$http_referer" "$http_user_agent")");
}
// JSON with keys that a table tells.
void decode_keyed(benchmark::State& state, const char* format) {
  const std::string_view example = find_format(format)->example;
  decode_text(state, Lines([&](LineMaker& maker) { return maker.like(example); }), format);
}

BENCHMARK(decode_combined);
BENCHMARK(decode_vhost_combined);
BENCHMARK(decode_log_format);
BENCHMARK_CAPTURE(decode_keyed, caddy, "caddy");
BENCHMARK_CAPTURE(decode_keyed, traefik_json, "traefik_json");
BENCHMARK_CAPTURE(decode_keyed, nginx_json, "nginx_json");
BENCHMARK(decode_original);
BENCHMARK(decode_extended);
BENCHMARK(decode_original_slowly);
BENCHMARK(decode_datagram);

}  // namespace
}  // namespace ballcone

BENCHMARK_MAIN();
