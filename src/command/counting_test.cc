#include "command/counting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ballcone {
namespace {

TEST(Counting, IsAsItWasUntilSomethingElseIsGiven) {
  auto store = std::move(open_store({.threads = 1}).value());
  const auto agree = [&](Config config) {
    EXPECT_TRUE(agree_on_counting(*store, &config));
    return config;
  };
  EXPECT_EQ(agree({}).visit_gap_min, 30);
  Config other;
  other.visit_gap_min = 45;
  other.sets_visit_gap = true;
  other.rules_off = {"rate"};
  other.sets_rules_off = true;
  agree(other);
  EXPECT_EQ(agree({}).visit_gap_min, 45);
  EXPECT_EQ(agree({}).rules_off, std::vector<std::string>{"rate"});
  Config usual;
  usual.sets_visit_gap = usual.sets_rules_off = true;
  agree(usual);
  EXPECT_EQ(agree({}).visit_gap_min, 30);
  EXPECT_TRUE(agree({}).rules_off.empty());
}

TEST(Counting, OfAServerIsNotAnotherForOneImport) {
  Config config;
  config.rules_off = {"rate", "no-assets"};
  EXPECT_TRUE(check_counting(config, {}));
  EXPECT_TRUE(check_counting(
      config,
      {.visit_gap_min = 30, .rules_off = {{"no-assets", "rate"}}, .time_zones = {{"UTC"}}}));
  const auto gap = check_counting(config, {.visit_gap_min = 45});
  ASSERT_FALSE(gap);
  EXPECT_THAT(gap.error().message, testing::HasSubstr("--visit-gap 30"));
  const auto rules = check_counting(config, {.rules_off = std::vector<std::string>{}});
  ASSERT_FALSE(rules);
  EXPECT_THAT(rules.error().message, testing::HasSubstr("--rules-off no-assets,rate"));
  EXPECT_FALSE(check_counting(config, {.time_zones = {{"Europe/Berlin"}}}));
}

}  // namespace
}  // namespace ballcone
