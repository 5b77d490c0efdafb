// Made hits for this room's tests and benchmark: people and bots, prefetches, absent values, masked
// addresses and User-Agents whose texts share several codes, texts that try to be SQL. The same
// options give the same hits.
#pragma once

#include <fmt/format.h>

#include <cmath>
#include <string>
#include <type_traits>

#include "base/hash.h"
#include "base/time.h"
#include "base/time_zone.h"
#include "hit/batch.h"

namespace ballcone {

struct TestHits {
  int64_t from_us = 0;
  int64_t span_us = 0;
  size_t rows = 0;
  uint64_t seed = 1;
  uint64_t people = 3'000;
  uint64_t paths = 200;
  uint64_t user_agents = 40;
  uint64_t networks = 30;  // times 250 addresses
  uint64_t referrers = 60;
  TimeZone zone = {};  // whose days visitors live for
  bool has_script = false;
};

class TestHitMaker {
 public:
  explicit TestHitMaker(const TestHits& options) : options_(options), state_(options.seed) {}

  void append_to(HitBatch* batch) {
    for (size_t i = 0; i < options_.rows; ++i) append_row(i, *batch);
    append_attributes(*batch);
    batch->check_lengths();
  }

  static constexpr const char* kEvilPaths[] = {"/it's",
                                               "/100%",
                                               "/100",
                                               "/a_b",
                                               "/axb",
                                               "/back\\slash",
                                               "/q\"uote",
                                               "/x'); DROP TABLE data.hits; --",
                                               "/\xc3\x9cn\xc3\xac",
                                               "/*",
                                               "/?",
                                               "/Case",
                                               "/robots.txt"};

 private:
  uint64_t random() {  // splitmix64
    uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  double share() { return static_cast<double>(random() >> 11) * 0x1p-53; }
  bool chance(double p) { return share() < p; }
  // Small numbers are common, as on a real site.
  uint64_t skewed(uint64_t count) {
    return static_cast<uint64_t>(std::pow(share(), 3) * static_cast<double>(count));
  }

  std::string path(uint64_t i) {
    if (i < std::size(kEvilPaths)) return kEvilPaths[i];
    return fmt::format("/articles/{}/an-article-with-a-name-{}", i % 17, i);
  }

  void append_facts(int64_t time_us, uint64_t person, uint64_t agent, uint64_t service,
                    HitBatch& batch) {
    batch.time.push_back(time_us);
    const double r = share();
    batch.status.push_back(r < 0.85   ? 200
                           : r < 0.9  ? 304
                           : r < 0.96 ? 404
                           : r < 0.99 ? 500
                                      : kAbsent<uint16_t>);
    batch.bytes.push_back(chance(0.01) ? kAbsent<int64_t> : static_cast<int64_t>(skewed(500'000)));
    const double time = 200 * std::pow(1e5, share());  // 200 µs to 20 s
    batch.generation_time_us.push_back(chance(0.02) ? kAbsent<int64_t>
                                                    : static_cast<int64_t>(time));
    batch.upstream_time_us.push_back(kAbsent<int64_t>);
    batch.range_start.push_back(kAbsent<int64_t>);
    batch.gpc.push_back(chance(0.1) ? 1 : kAbsent<uint8_t>);
    batch.request_id.push_back({});
    batch.import.push_back(kAbsent<uint32_t>);
    batch.engaged_us.push_back(kAbsent<int64_t>);
    const auto day = static_cast<uint64_t>(options_.zone.day_of(time_us));
    // As the hash of the address, the User-Agent and the service under the day's salt; of 48 bits.
    const uint64_t whose = combine(combine(options_.seed, person), agent);
    batch.visitor.push_back(person % 200 == 199 ? kAbsent<uint64_t>
                                                : combine(combine(whose, day), service) >> 16);
  }

  void append_row(size_t i, HitBatch& batch) {
    Arena& arena = batch.arena;
    const uint64_t person = skewed(options_.people);
    const bool is_bot = person % 100 >= 85;
    const uint64_t service = chance(0.7) ? 0 : 1;
    const auto offset_us =
        static_cast<double>(options_.span_us) *
        ((static_cast<double>(i) + share()) / static_cast<double>(options_.rows));
    // The same person with two releases of one browser.
    const uint64_t agent = (person + skewed(2)) % options_.user_agents;
    append_facts(options_.from_us + static_cast<int64_t>(offset_us), person, agent, service, batch);
    batch.service.append(service == 0 ? "blog" : "order", arena);
    batch.host.append(chance(0.9) ? "example.com" : "www.example.com", arena);
    batch.path.append(path(skewed(options_.paths)), arena);
    const double q = share();
    batch.query.append(q < 0.7   ? std::string()
                       : q < 0.9 ? fmt::format("page={}", skewed(50))
                                 : fmt::format("utm_campaign={}&id={}", skewed(4), skewed(20)),
                       arena);
    batch.method.append(chance(0.95) ? "GET" : "POST", arena);
    batch.protocol.append(chance(0.6) ? "HTTP/2.0" : "HTTP/1.1", arena);
    batch.scheme.append("https", arena);
    batch.content_type.append(chance(0.5) ? "text/html" : "", arena);
    batch.fetch_dest.append("", arena);
    batch.purpose.append(chance(0.03) ? "prefetch" : "", arena);
    constexpr const char* kCache[] = {"", "HIT", "MISS", "STALE", "BYPASS"};
    batch.cache_status.append(kCache[skewed(5)], arena);
    const uint64_t referrer = skewed(options_.referrers);
    batch.referrer.append(referrer == 0 ? std::string()
                          : referrer % 7 == 6
                              ? fmt::format("https://example.com/{}", referrer)
                              : fmt::format("https://site{}.example/{}", referrer % 9, referrer),
                          arena);
    constexpr const char* kChannels[] = {"Referral", "AI Assistant", "Internal"};
    batch.channel.append(referrer == 0 ? "Direct" : kChannels[referrer % 3], arena);
    batch.user_agent.append(agent == 0 ? std::string() : fmt::format("Agent/{}", agent), arena);
    batch.address.append(fmt::format("198.51.{}.{}", person % options_.networks, person % 250 + 1),
                         arena);
    constexpr const char* kKinds[] = {"asset", "api",      "error", "redirect",
                                      "feed",  "download", "probe"};
    const bool is_page = chance(0.2);
    batch.kind.append(is_page ? "page" : kKinds[skewed(7)], arena);
    batch.bot.append(is_bot ? fmt::format("bot{}", person % 7) : std::string(), arena);
    for (auto* column : {&batch.via, &batch.event, &batch.props, &batch.browser_facts})
      column->append_code(0);
    batch.edge_location.append(person % 3 == 0   ? "FRA56-P4"
                               : person % 3 == 1 ? "LHR3-C1"
                                                 : "",
                               arena);
    if (options_.has_script && (is_page || chance(0.1))) append_scripted(is_page, batch);
  }

  const char* event() {
    constexpr const char* kEvents[] = {"order",
                                       "engagement",
                                       "Outbound Link: Click",
                                       "File Download",
                                       "Web Vitals",
                                       "Form: Submission",
                                       "404"};
    return kEvents[skewed(std::size(kEvents))];
  }
  std::string props() {
    return fmt::format(
        R"({{"it's \"/~":"{0}","path":"/{1}","plan":"{2}","url":"https://elsewhere.example/{1}"}})",
        skewed(3), skewed(4), chance(0.5) ? "pro" : "it's");
  }
  // As the script says it: some browsers tell nothing, some not all, and not all have one value.
  static std::string facts_of(uint64_t visitor) {
    const uint64_t n = visitor / 64;
    if (n % 9 == 0) return {};
    std::string facts = fmt::format("language={};timezone={}", one_of({"de-DE", "en", "fr"}, n),
                                    one_of({"Europe/Berlin", "America/New_York"}, n / 3));
    if (n % 5 == 0) return facts;
    return facts + fmt::format(
                       ";outer_resolution={}x1080;inner_resolution={}x900;color_depth=24;"
                       "platform={};memory={};cores={}",
                       1280 + n % 3 * 320, 1200 + n % 4 * 80, one_of({"Win32", "it's"}, n / 7),
                       4 << n % 2, 2 << n % 3);
  }

  // What the page's script says of the row before, some seconds later.
  void append_scripted(bool is_page, HitBatch& batch) {
    for_each_column([&](const auto& row) {
      auto& column = batch.*row.data;
      if (row.role == Role::attribute) return;
      if constexpr (std::is_same_v<std::decay_t<decltype(column)>, StringColumn>) {
        if (row.name == "via")
          column.append("script", batch.arena);
        else if (row.name == "kind" && !is_page)
          column.append("event", batch.arena);
        else if (row.name == "event" && !is_page)
          column.append(event(), batch.arena);
        else if (row.name == "browser_facts")
          column.append(facts_of(batch.visitor.back()), batch.arena);
        else if (row.name == "props" && chance(0.6))
          column.append(props(), batch.arena);
        else
          column.append_code(uint32_t{column.codes().back()});
      } else {
        column.push_back(typename std::decay_t<decltype(column)>::value_type{column.back()});
      }
    });
    const int64_t later = batch.time.back() + static_cast<int64_t>(skewed(80 * kSecond_us));
    // On the next day it would be another visitor.
    if (options_.zone.day_of(later) == options_.zone.day_of(batch.time.back()))
      batch.time.back() = later;
    batch.status.back() = kAbsent<uint16_t>;
  }

  template <class Value>
  static void append_each(const StringColumn& of, StringColumn& column, Arena& arena, Value value) {
    for (const std::string_view text : of.distinct()) {
      column.append(text.empty() ? std::string() : value(text), arena);
    }
  }
  static uint64_t number_in(std::string_view text) {
    return hash64(text) >> 8;  // a number that belongs to the text
  }
  static std::string one_of(std::initializer_list<const char*> texts, uint64_t i) {
    return *(texts.begin() + i % texts.size());
  }

  void append_attributes(HitBatch& batch) {
    Arena& arena = batch.arena;
    const auto empty = [](std::string_view) { return std::string(); };
    const auto append_fact = [&](std::string_view name, StringColumn& column) {
      append_each(batch.browser_facts, column, arena, [&](std::string_view facts) {
        const size_t at = facts.find(fmt::format("{}=", name));
        if (at == facts.npos) return std::string();
        facts.remove_prefix(at + name.size() + 1);
        return std::string(facts.substr(0, facts.find(';')));
      });
    };
    append_fact("language", batch.language);
    append_fact("timezone", batch.timezone);
    append_fact("outer_resolution", batch.outer_resolution);
    append_fact("inner_resolution", batch.inner_resolution);
    append_fact("color_depth", batch.color_depth);
    append_fact("platform", batch.platform);
    append_fact("memory", batch.memory);
    append_fact("cores", batch.cores);
    append_each(batch.query, batch.utm_campaign, arena, [](std::string_view text) {
      if (!text.starts_with("utm_campaign=")) return std::string();
      return one_of({"spring", "100%_off", "it's", "spring"}, static_cast<uint64_t>(text[13]));
    });
    for (auto* column :
         {&batch.utm_source, &batch.utm_medium, &batch.utm_content, &batch.utm_term}) {
      append_each(batch.query, *column, arena, [](std::string_view text) {
        return text.starts_with("utm_campaign=") ? fmt::format("u{}", number_in(text) % 3)
                                                 : std::string();
      });
    }
    append_each(batch.referrer, batch.referrer_host, arena, [](std::string_view text) {
      return std::string(text.substr(8, text.find('/', 8) - 8));
    });
    append_each(batch.referrer, batch.referrer_name, arena, [](std::string_view text) {
      return text[12] < '5' ? fmt::format("Site {}", text[12]) : std::string();
    });
    const uint64_t release = options_.seed % 2;  // another release of the parser, another version
    append_each(batch.user_agent, batch.browser, arena, [](std::string_view text) {
      return one_of({"Chrome", "Firefox", "Safari", ""}, number_in(text));
    });
    append_each(batch.user_agent, batch.browser_version, arena, [&](std::string_view text) {
      return fmt::format("{}.{}", number_in(text) % 5, release);
    });
    append_each(batch.user_agent, batch.os, arena, [](std::string_view text) {
      return one_of({"Windows", "Linux", "iOS"}, number_in(text) / 7);
    });
    append_each(batch.user_agent, batch.os_version, arena, [](std::string_view text) {
      return one_of({"10", "11", ""}, number_in(text) / 13);
    });
    append_each(batch.user_agent, batch.device, arena, [](std::string_view text) {
      return one_of({"desktop", "mobile"}, number_in(text) / 11);
    });
    append_each(batch.address, batch.country, arena, [](std::string_view text) {
      return one_of({"DE", "FR", "US", ""}, number_in(text));
    });
    for (auto* column : {&batch.region, &batch.city}) {
      append_each(batch.address, *column, arena, [](std::string_view text) {
        return number_in(text) % 2 == 0 ? std::string() : fmt::format("r{}", number_in(text) % 5);
      });
    }
    append_each(batch.address, batch.network, arena, empty);
    for (const std::string_view text : batch.address.distinct()) {
      batch.asn.push_back(number_in(text) % 3 == 0
                              ? kAbsent<uint32_t>
                              : static_cast<uint32_t>(64'500 + number_in(text) % 3));
    }
    append_each(batch.bot, batch.bot_kind, arena, [](std::string_view text) {
      return one_of({"search", "ai-training", "ai-user", "scanner"},
                    static_cast<uint64_t>(text[3]));
    });
    append_each(batch.bot, batch.bot_reason, arena, [](auto) { return std::string("list"); });
    mask_addresses(batch);
  }

  // 198.51.7.23 → 198.51.7.0, with the country that the whole address had.
  static void mask_addresses(HitBatch& batch) {
    const auto& texts = batch.address.distinct();
    for (uint32_t code = 1; code < texts.size(); ++code) {
      const std::string masked(texts[code].substr(0, texts[code].rfind('.')));
      batch.address.replace_distinct(code, batch.arena.copy(masked + ".0"));
    }
  }

  TestHits options_;
  uint64_t state_;
};

inline void append_test_hits(const TestHits& options, HitBatch* batch) {
  TestHitMaker(options).append_to(batch);
}

}  // namespace ballcone
