#include "enrich/enrich.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "base/time.h"
#include "enrich/bot.h"
#include "enrich/geoip.h"
#include "enrich/referrer.h"
#include "enrich/user_agent.h"
#include "enrich/visitor.h"

namespace ballcone {
namespace {

class DaySalts : public SaltSource {
 public:
  Salt salt(std::string_view service, int64_t day) override {
    return {static_cast<uint8_t>(service.size()), static_cast<uint8_t>(day)};
  }
};

// All the real data, opened once.
struct Enrichers {
  std::unique_ptr<UserAgentParser> user_agents;
  std::unique_ptr<BotList> bots;
  std::unique_ptr<GeoIp> geoip;
  std::unique_ptr<ReferrerList> referrers;
  DaySalts salts;

  EnrichContext context() {
    return {user_agents.get(), bots.get(), geoip.get(), referrers.get(), &salts};
  }
};

Enrichers& enrichers() {
  static Enrichers all = [] {
    const std::string data = BALLCONE_DATA_DIR;
    return Enrichers{.user_agents = open_user_agents(data + "/regexes.yaml").value(),
                     .bots = open_bots(data + "/crawler-user-agents.json").value(),
                     .geoip = open_geoip(data + "/dbip-country.mmdb").value(),
                     .referrers = open_referrers(data + "/referrers.json").value()};
  }();
  return all;
}

constexpr std::string_view kChrome =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/120.0.0.0 Safari/537.36";
constexpr std::string_view kGooglebot =
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";

void enrich_all(HitBatch& batch) {
  EnrichContext context = enrichers().context();
  enrich(batch, context, nullptr, nullptr);
}

std::string enriched(std::initializer_list<Hit> hits) {
  HitBatch batch;
  for (const Hit& hit : hits) batch.append(hit);
  enrich_all(batch);
  return to_string(batch);
}

TEST(Enrich, FillsEveryColumnOfPageView) {
  EXPECT_EQ(enriched({{.time_us = 1'700'000'000 * kSecond_us,
                       .service = "example",
                       .host = "www.example.com",
                       .address = "141.20.1.77",
                       .method = "GET",
                       .uri = "/%D0%BF?utm_source=News&utm_medium=email&id=1",
                       .protocol = "HTTP/2.0",
                       .scheme = "https",
                       .content_type = "text/html",
                       .referrer = "https://mail.google.com/mail/u/0/?token=secret",
                       .user_agent = kChrome,
                       .fetch_dest = "document",
                       .status = 200,
                       .bytes = 512}}),
            "time=2023-11-14T22:13:20Z status=200 bytes=512 visitor=0000756b0d236bad "
            "service=example host=www.example.com path=/п "
            "query=utm_source=News&utm_medium=email&id=1 utm_source=News utm_medium=email "
            "method=GET protocol=HTTP/2.0 scheme=https content_type=text/html "
            "fetch_dest=document referrer=https://mail.google.com/mail/u/0/ "
            "referrer_host=mail.google.com referrer_name=Gmail channel=Email "
            "user_agent=Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like "
            "Gecko) Chrome/120.0.0.0 Safari/537.36 browser=Chrome browser_version=120.0.0 "
            "os=Windows os_version=10 device=desktop address=141.20.1.0 country=DE kind=page\n");
}

TEST(Enrich, FillsWhatItCanOfAlmostEmptyHit) {
  EXPECT_EQ(enriched({{.time_us = 0, .service = "empty"}}),
            "time=1970-01-01T00:00:00Z service=empty path=/ channel=Direct kind=page\n");
}

TEST(Enrich, KeepsBotsAssetsAndProbes) {
  EXPECT_EQ(enriched({{.time_us = 0,
                       .service = "example",
                       .address = "2001:638::77",
                       .uri = "/a.css?v=1",
                       .referrer = "https://example.com/",
                       .user_agent = kGooglebot,
                       .status = 200},
                      {.time_us = 0,
                       .service = "example",
                       .address = "unix:",
                       .uri = "/.env",
                       .status = 404}}),
            "time=1970-01-01T00:00:00Z status=200 visitor=00005b67b843a6b1 service=example "
            "path=/a.css query=v=1 referrer=https://example.com/ referrer_host=example.com "
            "channel=Referral user_agent=Mozilla/5.0 (compatible; Googlebot/2.1; "
            "+http://www.google.com/bot.html) browser=Googlebot browser_version=2.1 device=other "
            "address=2001:638:: country=DE kind=asset bot=Googlebot bot_kind=search "
            "bot_reason=User-Agent list: Googlebot\n"
            "time=1970-01-01T00:00:00Z status=404 visitor=00001aee8deceb9f service=example "
            "path=/.env channel=Direct kind=probe\n");
}

// Rows that share and do not share texts, over two services and three days.
std::vector<Hit> random_hits(size_t count) {
  static const std::string_view kUris[] = {"/", "/a", "/a?utm_source=x", "/b.png", "/.env", ""};
  static const std::string_view kAgents[] = {kChrome, kGooglebot, "", "curl/8.0"};
  static const std::string_view kReferrers[] = {
      "", "https://www.google.com/", "https://a.example/x?y", "https://chatgpt.com/", "x"};
  static const std::string_view kAddresses[] = {"8.8.8.8", "8.8.8.9", "2001:638::1", "unix:", ""};
  static const std::string_view kHosts[] = {"a.example", "www.b.example", ""};
  static const std::string_view kServices[] = {"one", "two"};
  static const uint16_t kStatuses[] = {200, 301, 404, 500, kAbsent<uint16_t>};
  std::mt19937 random(7);
  const auto one_of = [&](const auto& values) { return values[random() % std::size(values)]; };
  std::vector<Hit> hits(count);
  for (Hit& hit : hits) {
    hit.time_us = static_cast<int64_t>(random() % 3) * kDay_us + random() % 1000;
    hit.service = one_of(kServices);
    hit.host = one_of(kHosts);
    hit.address = one_of(kAddresses);
    hit.uri = one_of(kUris);
    hit.referrer = one_of(kReferrers);
    hit.user_agent = one_of(kAgents);
    hit.status = one_of(kStatuses);
  }
  return hits;
}

std::vector<std::string> enriched_lines(const std::vector<Hit>& hits) {
  HitBatch batch;
  for (const Hit& hit : hits) batch.append(hit);
  enrich_all(batch);
  const std::string text = to_string(batch);
  std::vector<std::string> lines;
  for (size_t start = 0; start < text.size();) {
    const size_t end = text.find('\n', start);
    lines.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return lines;
}

// One address, four services, each with switches of its own: nobody's are the next one's.
TEST(Enrich, KeepsOfAddressesWhatEachServiceWants) {
  const auto service = [](std::string name, std::vector<std::string> switches) {
    ServiceSettings settings{.name = std::move(name)};
    for (const std::string& text : switches) EXPECT_TRUE(set_switch(text, &settings)) << text;
    return settings;
  };
  const auto services = std::make_shared<const Services>(std::vector<ServiceSettings>{
      service("country", {"regions=drop"}), service("full", {"ip=full"}),
      service("none", {"ip=none", "regions=drop"}), service("all", {})});
  const auto places = [&](std::initializer_list<std::string_view> names) {
    HitBatch batch;
    for (const std::string_view name : names)
      batch.append(Hit{.time_us = 0, .service = name, .address = "192.0.2.77"});
    EnrichContext context{.services = services};
    const std::vector<std::pair<StringColumn*, const char*>> columns = {{&batch.country, "DE"},
                                                                        {&batch.region, "BE"},
                                                                        {&batch.city, "Berlin"},
                                                                        {&batch.network, "N"}};
    for (const auto& [column, text] : columns) {
      column->append("", batch.arena);
      column->append(text, batch.arena);
    }
    batch.asn = {kAbsent<uint32_t>, 64'500};
    apply_address_policy(batch, context);
    std::string text;
    for (size_t row = 0; row < batch.rows(); ++row) {
      const uint32_t code = batch.address.codes()[row];
      text += std::string(batch.address.at(row));
      for (const auto& column : columns) text += " " + std::string(column.first->at(code));
      text += batch.asn[code] == 64'500 ? " AS64500; " : "; ";
    }
    return text;
  };
  EXPECT_EQ(places({"country", "full", "none", "all", "unknown", "country"}),
            "192.0.2.0 DE   ; 192.0.2.77 DE BE Berlin N AS64500;  DE   ; "
            "192.0.2.0 DE BE Berlin N AS64500; 192.0.2.0 DE BE Berlin N AS64500; "
            "192.0.2.0 DE   ; ");
  EXPECT_EQ(places({"all", "country"}), "192.0.2.0 DE BE Berlin N AS64500; 192.0.2.0 DE   ; ");
  EXPECT_EQ(places({"country"}), "192.0.2.0 DE   ; ");
}

TEST(Enrich, GivesTheSameForTheSameHits) {
  const std::vector<Hit> hits = random_hits(500);
  EXPECT_EQ(enriched_lines(hits), enriched_lines(hits));
}

TEST(Enrich, DoesNotLookAtNeighbours) {
  std::vector<Hit> hits = random_hits(500);
  const std::vector<std::string> together = enriched_lines(hits);
  for (size_t i = 0; i < hits.size(); i += 50) {
    EXPECT_EQ(enriched_lines({hits[i]})[0], together[i]);
  }
  std::reverse(hits.begin(), hits.end());
  std::vector<std::string> reversed = enriched_lines(hits);
  std::reverse(reversed.begin(), reversed.end());
  EXPECT_EQ(reversed, together);
}

TEST(Enrich, CanUseBatchAgainAfterClear) {
  HitBatch batch;
  std::string first;
  for (int round = 0; round < 3; ++round) {
    for (const Hit& hit : random_hits(100)) batch.append(hit);
    enrich_all(batch);
    if (round == 0) first = to_string(batch);
    EXPECT_EQ(to_string(batch), first);
    batch.clear();
  }
}

TEST(Enrich, TakesAnEmptyBatch) {
  HitBatch batch;
  enrich_all(batch);
  EXPECT_EQ(batch.rows(), 0u);
}

TEST(Enrich, NeedsNoDataFiles) {
  HitBatch batch;
  DaySalts salts;
  EnrichContext context{.salts = &salts};
  for (const Hit& hit : random_hits(50)) batch.append(hit);
  enrich(batch, context, nullptr, nullptr);
  batch.check_lengths();
}

TEST(Enrich, TimesEveryStep) {
  static int64_t now_ns = 0;
  HitBatch batch;
  for (const Hit& hit : random_hits(10)) batch.append(hit);
  EnrichContext context = enrichers().context();
  std::vector<StepTime> times{{"decode", 3, 4}};
  for (int round = 0; round < 2; ++round) {
    batch.clear();
    for (const Hit& hit : random_hits(10)) batch.append(hit);
    enrich(batch, context, &times, [] { return now_ns += 7; });
  }
  ASSERT_EQ(times.size(), 1 + enrich_steps().size());
  EXPECT_EQ(times[0].rows, 3u);
  for (size_t i = 0; i < enrich_steps().size(); ++i) {
    EXPECT_EQ(times[i + 1].name, enrich_steps()[i].name);
    EXPECT_EQ(times[i + 1].rows, 20u);
    EXPECT_EQ(times[i + 1].ns, 14u);
  }
}

}  // namespace
}  // namespace ballcone
