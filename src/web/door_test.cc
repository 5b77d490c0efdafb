#include "web/door.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ballcone {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr auto kRight = "Basic YWRtaW46cGE6c3M=";  // admin:pa:ss

DoorOptions options() {
  static const std::string kHash = hash_password("pa:ss");
  return {.user = "admin", .password_hash = kHash, .local_token = "token"};
}

HttpRequest request(std::vector<std::pair<std::string, std::string>> headers = {},
                    std::string peer = "127.0.0.1") {
  return {
      .method = "POST", .path = "/login", .headers = std::move(headers), .peer = std::move(peer)};
}
// "a=b; Max-Age…" → what a browser sends back.
HttpRequest with_cookie(const std::string& set) {
  return request({{"cookie", set.substr(0, set.find(';'))}});
}

TEST(Door, IsOpenWithoutAPassword) {
  Door door({});
  EXPECT_TRUE(door.is_open());
  EXPECT_EQ(door.check(request(), 0), Access::granted);
  EXPECT_FALSE(door.has_session(request({{"cookie", "ballcone_00000000=0"}}), 0));
}

TEST(Door, WantsAHashThatIsOne) {
  EXPECT_FALSE(make_door({.user = "admin", .password_hash = "secret"}).has_value());
  EXPECT_TRUE(make_door(options()).has_value());
}

TEST(Door, LetsInBySessionAsByCredentials) {
  Door door(options());
  EXPECT_EQ(door.check(request(), 0), Access::denied);
  EXPECT_EQ(door.verify(request({{"authorization", kRight}}), 0), Access::granted);
  EXPECT_EQ(door.check(request({{"authorization", "Bearer token"}}), 0), Access::granted);
  EXPECT_EQ(door.log_in(request(), "wrong", 0).access, Access::denied);
  EXPECT_EQ(door.log_in(request(), "wrong", 0).cookie, "");
  const auto login = door.log_in(request(), "pa:ss", 0);
  ASSERT_EQ(login.access, Access::granted);
  const HttpRequest later = with_cookie(login.cookie);
  EXPECT_EQ(door.check(later, kSession_us - 1), Access::granted);
  EXPECT_EQ(door.check(later, kSession_us), Access::denied) << "it has ended";
  const std::string gone = door.log_out(later);
  EXPECT_THAT(gone, HasSubstr("Max-Age=0"));
  EXPECT_EQ(door.check(later, 1), Access::denied) << "a copy of the cookie must not work either";
}

// A token that was there before the login, be it put there by somebody else, is of no use after it.
TEST(Door, MakesANewTokenAtEachLogin) {
  Door door(options());
  const auto first = door.log_in(request(), "pa:ss", 0);
  const auto second = door.log_in(with_cookie(first.cookie), "pa:ss", 1);
  EXPECT_NE(first.cookie, second.cookie);
  EXPECT_EQ(door.check(with_cookie(first.cookie), 2), Access::denied);
  EXPECT_EQ(door.check(with_cookie(second.cookie), 2), Access::granted);
}

TEST(Door, SaysWhenCookiesAreForHttpsAlone) {
  auto own = options();
  own.proxies = *TrustedProxies::parse({"192.0.2.1"});
  Door door(own);
  const struct {
    const char* peer;
    std::vector<std::pair<std::string, std::string>> headers;
    bool want;
  } kRows[] = {
      {"127.0.0.1", {}, false},
      {"127.0.0.1", {{"x-forwarded-proto", "https"}}, true},
      {"192.0.2.1", {{"x-forwarded-proto", "HTTPS"}}, true},
      {"192.0.2.1", {{"x-forwarded-proto", "https, http"}}, false},
      {"192.0.2.1", {{"x-forwarded-proto", "http, https"}}, true},
      {"192.0.2.2", {{"x-forwarded-proto", "https"}}, false},
      {"192.0.2.2", {{"origin", "https://stats.example.org"}}, true},
      {"192.0.2.2", {{"origin", "http://stats.example.org"}}, false},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(door.is_https(request(row.headers, row.peer)), row.want)
        << row.peer << (row.headers.empty() ? "" : " " + row.headers[0].second);
  }
  const auto login = door.log_in(request({{"x-forwarded-proto", "https"}}), "pa:ss", 0);
  EXPECT_THAT(login.cookie, StartsWith("ballcone_"));
  EXPECT_THAT(login.cookie, EndsWith("; HttpOnly; SameSite=Lax; Secure"));
  EXPECT_THAT(login.cookie, Not(HasSubstr("Path")));
}

TEST(Door, CountsGuessesOfTheClientAndNotOfItsProxy) {
  Door door(options());
  const auto from = [&](const char* client, const char* password) {
    return door.log_in(request({{"x-forwarded-for", client}}), password, 0).access;
  };
  for (int i = 0; i < 10; ++i) EXPECT_EQ(from("192.0.2.7", "x"), Access::denied);
  EXPECT_EQ(from("192.0.2.7", "pa:ss"), Access::too_many);
  EXPECT_EQ(from("203.0.113.1, 192.0.2.7", "pa:ss"), Access::too_many)
      << "what the client says of itself does not count";
  EXPECT_EQ(from("192.0.2.8", "pa:ss"), Access::granted);
}

// Who knows the password of a shared page must not gain guesses at ours by giving it.
TEST(Door, ForgivesWrongGuessesOnlyForWhatWasGuessed) {
  Door door(options());
  const std::string other = hash_password("shared");
  for (int i = 0; i < 10; ++i) EXPECT_EQ(door.log_in(request(), "x", 0).access, Access::denied);
  EXPECT_EQ(door.try_password(request(), "share", other, "shared", 0), Access::granted);
  EXPECT_EQ(door.try_password(request(), "share", other, "pa:ss", 0), Access::denied);
  EXPECT_EQ(door.log_in(request(), "pa:ss", 0).access, Access::too_many);
  EXPECT_EQ(door.log_in(request(), "pa:ss", 1'000'000).access, Access::granted);
}

}  // namespace
}  // namespace ballcone
