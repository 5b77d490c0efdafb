#include "web/shares.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/check.h"
#include "base/time.h"

namespace ballcone {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;
using testing::Not;

constexpr int64_t kNow_us = 1'000 * kDay_us;

std::unique_ptr<Store> make_store() {
  auto store = open_store({});
  CHECK(store.has_value());
  return std::move(*store);
}

TEST(Shares, AreMadeListedAndRemoved) {
  const auto store = make_store();
  const auto made = Json::parse(*change_shares(
      *store,
      R"({"action":"add","service":"Shop","name":"Press","password":"x","until":"30d",
          "embed_on":["https://A.example","https://*.b.example:8443"]})",
      kNow_us));
  const std::string path = made["made"]["path"];
  ASSERT_EQ(path.size(), std::string("/share/").size() + 32);
  const Json want = Json::parse(R"([{"id":1,"service":"shop","name":"Press","has_password":true,
      "embed_on":["https://a.example","https://*.b.example:8443"],
      "created":"1972-09-27T00:00:00Z","until":"1972-10-27T00:00:00Z","has_ended":false}])");
  EXPECT_EQ(made["shares"], want);
  const auto list = shares_json(*store, "", kNow_us);
  EXPECT_EQ(Json::parse(*list)["shares"], want);
  EXPECT_THAT(*list, Not(HasSubstr(path.substr(7)))) << "a link is shown once";
  EXPECT_EQ(Json::parse(*shares_json(*store, "other", kNow_us))["shares"], Json::array());
  EXPECT_TRUE(
      Json::parse(*shares_json(*store, "", kNow_us + 30 * kDay_us))["shares"][0]["has_ended"]);

  ShareRegistry registry;
  registry.set(*read_shares(*store));
  const std::string token = path.substr(7);
  ASSERT_TRUE(registry.find(token, kNow_us).has_value());
  EXPECT_EQ(registry.find(token, kNow_us)->service, "shop");
  EXPECT_FALSE(registry.find(token, kNow_us + 30 * kDay_us).has_value());
  EXPECT_FALSE(registry.find(std::string(32, '0'), kNow_us).has_value());
  EXPECT_FALSE(registry.find("", kNow_us).has_value());

  EXPECT_TRUE(change_shares(*store, R"({"action":"remove","id":1})", kNow_us).has_value());
  EXPECT_TRUE(read_shares(*store)->empty());
  EXPECT_FALSE(change_shares(*store, R"({"action":"remove","id":1})", kNow_us).has_value());
  const auto next =
      Json::parse(*change_shares(*store, R"({"action":"add","service":"shop"})", kNow_us));
  EXPECT_EQ(next["made"]["id"], 2) << "an id is not given twice";
  EXPECT_EQ(next["shares"][0]["embed_on"], Json::array({"*"}));
  EXPECT_EQ(next["shares"][0]["until"], Json());
}

TEST(Shares, AreWhole) {
  const auto store = make_store();
  const struct {
    const char* request;
    const char* field;
  } kRows[] = {
      {"", "action"},
      {"[]", "action"},
      {R"({"action":"ad"})", "action"},
      {R"({"action":"add"})", "service"},
      {R"({"action":"add","service":"a b"})", "service"},
      {R"({"action":"add","service":"shop","until":"soon"})", "until"},
      {R"({"action":"add","service":"shop","until":"0d"})", "until"},
      {R"({"action":"add","service":"shop","until":"d"})", "until"},
      {R"({"action":"add","service":"shop","until":"1972-09-26"})", "until"},
      {R"({"action":"add","service":"shop","embed_on":"https://a.example"})", "embed_on"},
      {R"({"action":"add","service":"shop","embed_on":["a.example"]})", "embed_on"},
      {R"({"action":"add","service":"shop","embed_on":["https://a.example/b"]})", "embed_on"},
      {R"({"action":"add","service":"shop","embed_on":["https://a.example; script-src *"]})",
       "embed_on"},
      {R"({"action":"add","service":"shop","embed_on":["javascript://a"]})", "embed_on"},
      {R"({"action":"add","service":"shop","embed_on":["https://"]})", "embed_on"},
      {R"({"action":"add","service":"shop","embed_on":["https://é.example"]})", "embed_on"},
      {R"({"action":"add","service":"shop","embed_on":[7]})", "embed_on"},
      {R"({"action":"remove","id":"1"})", "id"},
      {R"({"action":"remove"})", "id"},
  };
  for (const auto& row : kRows) {
    const auto answer = change_shares(*store, row.request, kNow_us);
    ASSERT_FALSE(answer.has_value()) << row.request;
    EXPECT_EQ(answer.error().field, row.field) << row.request;
  }
  const std::string long_name(101, 'x');
  EXPECT_EQ(
      change_shares(*store, Json{{"action", "add"}, {"service", "a"}, {"name", long_name}}.dump(),
                    kNow_us)
          .error()
          .field,
      "name");
  EXPECT_TRUE(read_shares(*store)->empty());
}

TEST(Shares, LastUntilTheDayIsOver) {
  const auto store = make_store();
  const auto made = Json::parse(
      *change_shares(*store, R"({"action":"add","service":"shop","until":"1972-09-27"})", kNow_us));
  EXPECT_EQ(made["shares"][0]["until"], "1972-09-28T00:00:00Z");
}

}  // namespace
}  // namespace ballcone
