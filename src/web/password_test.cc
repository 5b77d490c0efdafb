#include "web/password.h"

#include <gtest/gtest.h>

#include <thread>

#include "base/clock.h"

namespace ballcone {
namespace {

constexpr auto kRight = "Basic YWRtaW46cGE6c3M=";  // admin:pa:ss
constexpr auto kWrong = "Basic YWRtaW46eA==";      // admin:x

TEST(Password, IsHashedWithAFreshSalt) {
  const std::string hash = hash_password("pa:ss");
  EXPECT_TRUE(hash.starts_with("$argon2id$"));
  EXPECT_NE(hash, hash_password("pa:ss"));
  EXPECT_TRUE(is_password_hash(hash));
  for (const char* text : {"", "secret", "$argon2id$", "$2y$10$abcdefghijklmnopqrstuv"}) {
    EXPECT_FALSE(is_password_hash(text)) << text;
  }
  EXPECT_FALSE(is_password_hash(std::string(500, '$')));
}

TEST(Gatekeeper, LetsInWhoKnowsThePassword) {
  Gatekeeper gate("admin", hash_password("pa:ss"), "token");
  const struct {
    const char* authorization;
    Access want;
  } kRows[] = {
      {"", Access::denied},
      {"Basic", Access::denied},
      {"Basic !!!", Access::denied},
      {"Digest YWRtaW46cGE6c3M=", Access::denied},
      {"Basic YWRtaW4=", Access::denied},          // admin, no colon
      {"Basic OnBhOnNz", Access::denied},          // :pa:ss
      {"Basic cm9vdDpwYTpzcw==", Access::denied},  // root:pa:ss
      {kWrong, Access::denied},
      {kRight, Access::granted},
      {"bAsIc  YWRtaW46cGE6c3M=", Access::granted},
      {"Bearer YWRtaW46cGE6c3M=", Access::granted},
      {"Bearer token", Access::granted},
      {"Bearer toke", Access::denied},
      {"Bearer ", Access::denied},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(gate.verify(row.authorization, "127.0.0.1", 0), row.want) << row.authorization;
  }
}

TEST(Gatekeeper, LetsInNobodyByAnEmptyToken) {
  Gatekeeper gate("admin", hash_password("x"), "");
  EXPECT_EQ(gate.check("Bearer "), Access::denied);
}

TEST(Gatekeeper, IsOpenWithoutAPassword) {
  Gatekeeper gate("admin", "", "");
  EXPECT_EQ(gate.check(""), Access::granted);
}

TEST(Gatekeeper, RemembersWhoWasRight) {
  Gatekeeper gate("admin", hash_password("pa:ss"), "");
  EXPECT_EQ(gate.check(kRight), Access::unknown);
  EXPECT_EQ(gate.verify(kRight, "127.0.0.1", 0), Access::granted);
  EXPECT_EQ(gate.check(kRight), Access::granted);
  EXPECT_EQ(gate.check(kWrong), Access::unknown);
}

TEST(Gatekeeper, LimitsWrongGuesses) {
  Gatekeeper gate("admin", hash_password("pa:ss"), "");
  for (int i = 0; i < 10; ++i) EXPECT_EQ(gate.verify(kWrong, "2001:db8::1", 0), Access::denied);
  EXPECT_EQ(gate.verify(kWrong, "2001:db8::1", 0), Access::too_many);
  EXPECT_EQ(gate.verify(kRight, "2001:db8::2", 0), Access::too_many);  // the same /64
  EXPECT_EQ(gate.verify(kWrong, "2001:db8:1::1", 0), Access::denied);
  EXPECT_EQ(gate.verify(kWrong, "2001:db8::1", 1'000'000), Access::denied);
  EXPECT_EQ(gate.verify(kWrong, "2001:db8::1", 1'000'000), Access::too_many);
  EXPECT_EQ(gate.verify(kRight, "192.0.2.1", 0), Access::granted);
  EXPECT_EQ(gate.verify(kRight, "2001:db8::1", 0), Access::granted);  // known now
}

TEST(Gatekeeper, RunsArgon2OnceForManyThatAskAtOnce) {
  Gatekeeper gate("admin", hash_password("pa:ss"), "");
  std::vector<std::thread> threads;
  std::atomic<int> granted = 0;
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back(
        [&] { granted += gate.verify(kRight, "127.0.0.1", 0) == Access::granted; });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(granted, 16);
}

}  // namespace
}  // namespace ballcone
