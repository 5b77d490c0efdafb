#include "enrich/channel.h"

#include <gtest/gtest.h>

#include <set>

#include "enrich/url.h"

namespace ballcone {
namespace {

const ReferrerList& sites() {
  static const auto list = open_referrers(BALLCONE_DATA_DIR "/referrers.json");
  EXPECT_TRUE(list) << list.error().message;
  return **list;
}

struct Visit {
  std::string_view referrer;
  std::string_view query;
  std::string_view want;
};

std::string channel(const Visit& visit, std::string_view host = "www.example.com") {
  HitBatch batch;
  EnrichContext context{.referrers = &sites()};
  const std::string uri = "/?" + std::string(visit.query);
  batch.append(Hit{.time_us = 1, .host = host, .uri = uri, .referrer = visit.referrer});
  fill_url(batch, context);
  fill_referrer(batch, context);
  fill_channel(batch, context);
  return std::string(batch.channel.at(0));
}

// In the order of the rules.
constexpr Visit kVisits[] = {
    {"https://www.example.com/a", "", "Internal"},
    {"https://shop.example.com/a", "", "Internal"},
    {"https://example.com:8443/a", "ref=nav", "Internal"},
    {"https://example.com/a", "fbclid=x", "Internal"},
    {"https://example.com/a", "utm_medium=email", "Email"},
    {"https://example.com/a", "utm_medium=email&utm_campaign=may", "Email"},
    {"https://example.com/a", "gclid=x", "Paid Search"},

    {"", "", "Direct"},
    {"", "page=2", "Direct"},
    {"", "utm_source=(direct)&utm_medium=(none)", "Direct"},
    {"about:blank", "", "Direct"},

    {"", "utm_source=google&utm_medium=cpc&utm_campaign=x-Cross-Network-1", "Cross-network"},

    {"", "utm_source=google&utm_medium=cpc&utm_campaign=shopping-de", "Paid Shopping"},
    {"", "utm_source=google&utm_medium=cpc&utm_campaign=eshop", "Paid Shopping"},
    {"", "utm_source=amazon&utm_medium=ppc", "Paid Shopping"},

    {"", "utm_source=google&utm_medium=cpc&utm_campaign=workshop", "Paid Search"},
    {"", "utm_source=Google&utm_medium=CPC", "Paid Search"},
    {"", "utm_source=bing.com&utm_medium=paidsearch", "Paid Search"},
    {"https://www.google.com/", "gclid=x", "Paid Search"},
    {"", "gbraid=x", "Paid Search"},
    {"", "wbraid=x", "Paid Search"},
    {"https://www.bing.com/", "msclkid=x", "Paid Search"},
    {"", "yclid=1", "Paid Search"},

    {"", "utm_source=facebook&utm_medium=paid", "Paid Social"},
    {"", "utm_source=fb&utm_medium=cpm", "Paid Social"},
    {"https://l.facebook.com/", "utm_source=ig&utm_medium=paid_social&fbclid=x", "Paid Social"},
    {"", "ttclid=x", "Paid Social"},
    {"", "twclid=x", "Paid Social"},
    {"", "li_fat_id=x", "Paid Social"},

    {"", "utm_source=youtube&utm_medium=cpv", "Paid Video"},
    {"", "utm_source=youtube&utm_medium=cpc", "Paid Video"},

    {"", "utm_source=somewhere&utm_medium=banner", "Display"},
    {"", "utm_source=somewhere&utm_medium=cpm", "Display"},
    {"https://googleads.g.doubleclick.net/pagead", "", "Display"},
    {"https://ad.doubleclick.net/", "", "Display"},

    {"", "utm_source=somewhere&utm_medium=cpc", "Paid Other"},
    {"", "utm_medium=retargeting", "Paid Other"},
    {"https://example.org/", "dclid=x", "Display"},

    {"https://chatgpt.com/", "", "AI Assistant"},
    {"", "utm_source=chatgpt.com", "AI Assistant"},
    {"https://www.perplexity.ai/", "", "AI Assistant"},
    {"", "utm_source=mytool&utm_medium=ai", "AI Assistant"},

    {"https://www.amazon.de/", "", "Organic Shopping"},
    {"", "srsltid=x", "Organic Shopping"},
    {"", "utm_source=news&utm_medium=post&utm_campaign=spring+shop", "Organic Shopping"},

    {"https://t.co/x", "", "Organic Social"},
    {"https://l.facebook.com/", "fbclid=x", "Organic Social"},
    {"", "fbclid=x", "Organic Social"},
    {"https://news.ycombinator.com/", "", "Organic Social"},
    {"", "utm_source=hootsuite&utm_medium=social-media", "Organic Social"},

    {"https://www.youtube.com/", "", "Organic Video"},
    {"", "utm_source=x.example&utm_medium=videoplayer", "Organic Video"},

    {"https://www.google.com/", "", "Organic Search"},
    {"https://www.google.com/", "source=footer", "Organic Search"},
    {"android-app://com.google.android.googlequicksearchbox/", "", "Organic Search"},
    {"", "utm_source=duckduckgo", "Organic Search"},
    {"", "utm_source=somewhere&utm_medium=organic", "Organic Search"},

    {"https://mail.google.com/", "", "Email"},
    {"android-app://com.google.android.gm/", "", "Email"},
    {"", "utm_source=newsletter&utm_medium=email", "Email"},
    {"", "utm_source=e-mail", "Email"},

    {"", "utm_source=partner&utm_medium=affiliate", "Affiliates"},
    {"", "utm_source=podcast&utm_medium=audio", "Audio"},
    {"", "utm_source=sms", "SMS"},
    {"", "utm_source=firebase", "Mobile Push Notifications"},
    {"", "utm_source=app&utm_medium=web-push", "Mobile Push Notifications"},

    {"https://example.org/post", "", "Referral"},
    {"https://docs.google.com/document", "", "Referral"},
    {"https://github.com/a/b", "", "Referral"},
    {"https://example.org/post", "ref=footer", "Referral"},
    {"", "utm_source=producthunt-ish", "Referral"},
    {"", "utm_source=partner&utm_medium=link", "Referral"},

    {"", "utm_source=partner&utm_medium=something", "Unassigned"},
    {"https://example.org/", "utm_medium=something", "Unassigned"},
    {"", "utm_campaign=may", "Unassigned"},
};

TEST(Channel, FollowsRulesInOrder) {
  for (const Visit& visit : kVisits)
    EXPECT_EQ(channel(visit), visit.want) << visit.referrer << " ? " << visit.query;
}

TEST(Channel, HasEveryRuleTested) {
  std::set<std::string_view> wanted;
  for (const Visit& visit : kVisits) wanted.insert(visit.want);
  for (const ChannelRule& rule : channel_rules())
    EXPECT_TRUE(wanted.contains(rule.name)) << rule.name;
}

TEST(Channel, IsInternalOnlyOnTheSameSite) {
  const Visit visit{"https://blog.user.github.io/", "", ""};
  EXPECT_EQ(channel(visit, "user.github.io"), "Internal");
  EXPECT_EQ(channel(visit, "other.github.io"), "Referral");
  EXPECT_EQ(channel({"http://192.0.2.1:8080/", "", ""}, "192.0.2.1"), "Internal");
  EXPECT_EQ(channel({"http://192.0.2.1:8080/", "", ""}, "192.0.2.2"), "Referral");
  EXPECT_EQ(channel({"http://localhost:3000/", "", ""}, "localhost"), "Internal");
  EXPECT_EQ(channel({"https://www.google.com/", "", ""}, "maps.google.com"), "Internal");
  EXPECT_EQ(channel({"https://example.com/", "", ""}, ""), "Referral");
  EXPECT_EQ(channel({"", "", ""}, ""), "Direct");
}

TEST(Channel, WorksWithoutListOfSites) {
  HitBatch batch;
  EnrichContext context;
  batch.append(Hit{.time_us = 1, .uri = "/", .referrer = "https://www.google.com/"});
  batch.append(Hit{.time_us = 1, .uri = "/?utm_source=google&utm_medium=cpc"});
  fill_url(batch, context);
  fill_referrer(batch, context);
  fill_channel(batch, context);
  EXPECT_EQ(batch.channel.at(0), "Referral");
  EXPECT_EQ(batch.channel.at(1), "Paid Other");
}

}  // namespace
}  // namespace ballcone
