#include "enrich/browser_facts.h"

#include <gtest/gtest.h>

namespace ballcone {
namespace {

// The last column is what to_string() shows of the attributes.
struct Case {
  std::string_view facts;
  std::string_view want;
};
constexpr Case kCases[] = {
    {"", ""},
    {"language=de-DE", " language=de-DE"},
    {"timezone=Europe/Berlin;language=de", " language=de timezone=Europe/Berlin"},
    {"outer_resolution=1920x1080;inner_resolution=1280;color_depth=24;platform=Linux x86_64;"
     "memory=0.5;cores=8",
     " outer_resolution=1920x1080 inner_resolution=1280 color_depth=24 platform=Linux x86_64"
     " memory=0.5 cores=8"},
    {"language;timezone=;shoe_size=43;;=", ""},
    {"platform=a=b", " platform=a=b"},
};

TEST(BrowserFacts, AreTakenApart) {
  for (const Case& one : kCases) {
    HitBatch batch;
    batch.append(Hit{.time_us = 0, .browser_facts = one.facts});
    EnrichContext context;
    fill_browser_facts(batch, context);
    const std::string all = to_string(batch);
    const std::string facts = one.facts.empty() ? "" : " browser_facts=" + std::string(one.facts);
    EXPECT_EQ(all, "time=1970-01-01T00:00:00Z" + facts + std::string(one.want) + "\n");
    EXPECT_EQ(batch.language.size(), batch.browser_facts.distinct().size());
  }
}

}  // namespace
}  // namespace ballcone
