#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/time.h"
#include "hit/live_tail.h"
#include "web/handlers.h"

namespace ballcone {
namespace {

constexpr int64_t kSecond_ns = 1'000'000'000;

LiveItem hit(const std::string& path, const std::string& bot = "", uint16_t status = 200) {
  LiveHit one;
  one.time_us = 1'700'000'000 * kSecond_us;
  one.service = "blog";
  one.path = path;
  one.bot = bot;
  one.status = status;
  one.kind = "page";
  return one;
}

class Live : public testing::Test {
 protected:
  HttpResponse get(std::vector<std::pair<std::string, std::string>> query,
                   std::string_view last_id = "") {
    WebContext context;
    context.live = &tail_;
    HttpRequest request{.method = "GET", .path = "/api/v1/live", .query = std::move(query)};
    if (!last_id.empty()) request.headers = {{"last-event-id", std::string(last_id)}};
    return get_live({context, request, {}});
  }
  void publish(std::vector<LiveItem> items, uint64_t arrived) {
    tail_.publish(std::move(items), {{"blog", arrived}});
  }

  LiveTail tail_{{.watchers_max = 4, .items_max = 1000}};
};

std::string between(const std::string& text, std::string_view begin, std::string_view end) {
  const size_t at = text.find(begin);
  if (at == text.npos) return "";
  const size_t from = at + begin.size();
  return text.substr(from, text.find(end, from) - from);
}

TEST_F(Live, SaysWhatAHitWasTakenFor) {
  const auto response = get({{"service", "Blog"}});
  ASSERT_EQ(response.status, 200);
  EXPECT_EQ(response.stream(), "retry: 2000\n\n");
  EXPECT_EQ(response.stream(), "");
  publish({hit("/\"<b>\n")}, 1);
  EXPECT_EQ(between(response.stream(), "data: ", "\n\n"),
            R"({"arrived":1,"unseen":0,"hidden":0,"hits":[{"time":"2023-11-14T22:13:20Z",)"
            R"("service":"blog","path":"/\"<b>\n","kind":"page","status":200}],"drops":[]})");
}

TEST_F(Live, ShowsWhatIsAskedFor) {
  const std::pair<const char*, const char*> wanted[] = {
      {"all", "/person /bot /gone dropped "},
      {"people", "/person /gone "},
      {"bots", "/bot "},
      {"errors", "/gone dropped "},
  };
  for (const auto& [show, want] : wanted) {
    const auto response = get({{"show", show}});
    response.stream();
    publish({hit("/person"), hit("/bot", "GPTBot"), hit("/gone", "", 404),
             LiveDrop{.time_us = kSecond_us, .reason = Drop::malformed, .lines = 2}},
            3);
    const std::string text = response.stream();
    std::string got;
    for (const char* path : {"/person", "/bot", "/gone"})
      if (text.find(fmt::format("\"{}\"", path)) != text.npos) got += std::string(path) + " ";
    if (text.find(R"("reason":"malformed")") != text.npos) got += "dropped ";
    EXPECT_EQ(got, want);
    EXPECT_EQ(between(text, "\"arrived\":", ","), "3");
  }
}

TEST_F(Live, ShowsASampleAndCountsTheRest) {
  const auto response = get({});
  response.stream();
  std::vector<LiveItem> items;
  for (int i = 0; i < 400; ++i) items.push_back(hit(fmt::format("/{}", i), "", 200));
  publish(std::move(items), 1000);
  const std::string text = response.stream();
  EXPECT_EQ(between(text, "\"arrived\":", ","), "1000");
  EXPECT_EQ(between(text, "\"unseen\":", ","), "600");
  EXPECT_EQ(between(text, "\"hidden\":", ","), "380");
  EXPECT_NE(text.find(R"("path":"/0")"), text.npos);
  EXPECT_NE(text.find(R"("path":"/380")"), text.npos) << "evenly spread";
  publish({hit("/next")}, 1);
  EXPECT_EQ(between(response.stream(), "\"hidden\":", ","), "1") << "its second is used up";
}

TEST_F(Live, GoesOnWhereAClientWas) {
  const auto keeper = tail_.watch("");
  const auto first = get({});
  first.stream();
  publish({hit("/a")}, 1);
  const std::string id = between(first.stream(), "id: ", "\n");
  publish({hit("/b")}, 1);
  for (const bool is_by_url : {false, true}) {
    const auto again = is_by_url ? get({{"after", id}}) : get({}, id);
    const std::string text = again.stream();
    EXPECT_EQ(between(text, "\"path\":\"", "\""), "/b");
    EXPECT_EQ(text.find("event: gap"), text.npos);
  }
}

TEST_F(Live, TellsOfAGapWhereItDoesNotKnow) {
  for (const char* id : {"1-2-3", "x", "1-2", "-", "1-2-3-4", "ffffffffffffffffffff-1-1"})
    EXPECT_NE(get({}, id).stream().find("event: gap\ndata: {\"arrived\":null}\n"),
              std::string::npos)
        << id;
}

TEST_F(Live, TurnsAwayWhatItCannotAnswer) {
  EXPECT_EQ(get({{"service", "a b"}}).status, 400);
  EXPECT_EQ(get({{"show", "cats"}}).status, 400);
  std::vector<HttpResponse> open;
  for (int i = 0; i < 4; ++i) open.push_back(get({}));
  const auto refused = get({});
  EXPECT_EQ(refused.status, 503);
  EXPECT_NE(refused.body.find("4 watch already"), std::string::npos);
  EXPECT_FALSE(refused.stream);
  open.pop_back();
  EXPECT_EQ(get({}).status, 200);
}

}  // namespace
}  // namespace ballcone
