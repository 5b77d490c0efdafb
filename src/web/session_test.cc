#include "web/session.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "web/cookie.h"

namespace ballcone {
namespace {

class SessionsInFile : public testing::Test {
 protected:
  SessionsInFile()
      : file_(testing::TempDir() + "sessions." + std::to_string(getpid()) + "." +
              testing::UnitTest::GetInstance()->current_test_info()->name()) {}
  ~SessionsInFile() override { std::filesystem::remove(file_); }

  std::string text() const {
    std::ostringstream all;
    all << std::ifstream(file_).rdbuf();
    return all.str();
  }
  const std::string file_;
};

TEST(Sessions, KnowTheirTokensUntilTheyEnd) {
  Sessions sessions("secret", "");
  const std::string token = sessions.begin(0);
  EXPECT_TRUE(is_token(token)) << token;
  EXPECT_TRUE(sessions.is_valid(token, 0));
  EXPECT_TRUE(sessions.is_valid(token, kSession_us - 1));
  EXPECT_FALSE(sessions.is_valid(token, kSession_us));
  for (const char* other : {"", "x", "00000000000000000000000000000000"})
    EXPECT_FALSE(sessions.is_valid(other, 0)) << other;
  EXPECT_NE(sessions.begin(0), token);
  sessions.end(token);
  EXPECT_FALSE(sessions.is_valid(token, 0));
}

TEST(Sessions, EndTheOldestWhenThereAreTooMany) {
  Sessions sessions("secret", "");
  const std::string first = sessions.begin(0), second = sessions.begin(0);
  for (size_t i = 1; i < kSessionsMax; ++i) sessions.begin(0);
  EXPECT_FALSE(sessions.is_valid(first, 0));
  EXPECT_TRUE(sessions.is_valid(second, 0));
}

TEST_F(SessionsInFile, OutliveARestartAndNotAnotherPassword) {
  const std::string token = Sessions("hash", file_).begin(7);
  EXPECT_EQ(text().find(token), std::string::npos) << "a token must not be in the file";
  struct stat status {};
  ASSERT_EQ(stat(file_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  EXPECT_TRUE(Sessions("hash", file_).is_valid(token, 8));
  EXPECT_FALSE(Sessions("another hash", file_).is_valid(token, 8));
  Sessions("hash", file_).end(token);
  EXPECT_FALSE(Sessions("hash", file_).is_valid(token, 8));
}

TEST_F(SessionsInFile, PassOverWhatIsNone) {
  std::ofstream(file_) << "nonsense 5\n0000 1\n\xff\xff\n";
  Sessions sessions("hash", file_);
  EXPECT_TRUE(sessions.is_valid(sessions.begin(0), 0));
}

TEST(Cookie, IsFoundByItsWholeName) {
  const struct {
    const char* header;
    const char* want;
  } kRows[] = {{"a=1", "1"},        {"b=2; a=1", "1"}, {"aa=2;a=1", "1"}, {"a=1; a=2", "1"},
               {"a = 1 ;b=2", "1"}, {"a=1=2", "1=2"},  {"a=", ""},        {"", ""},
               {"a", ""},           {"; ;a=1", "1"},   {"b=a=1", ""}};
  for (const auto& row : kRows) EXPECT_EQ(cookie_value(row.header, "a"), row.want) << row.header;
}

TEST(Cookie, CannotBeReadByScriptsNorSentByOtherSites) {
  EXPECT_EQ(set_cookie({.name = "a", .value = "1", .seconds = 5}),
            "a=1; Max-Age=5; HttpOnly; SameSite=Lax");
  EXPECT_EQ(set_cookie({.name = "a", .value = "1", .seconds = 5, .is_secure = true}),
            "a=1; Max-Age=5; HttpOnly; SameSite=Lax; Secure");
  EXPECT_EQ(
      set_cookie(
          {.name = "a", .value = "1", .seconds = 5, .is_secure = true, .is_for_frames = true}),
      "a=1; Max-Age=5; HttpOnly; SameSite=None; Secure; Partitioned");
  EXPECT_EQ(set_cookie({.name = "a", .value = "1", .is_for_frames = true}),
            "a=1; Max-Age=0; HttpOnly; SameSite=Lax");
}

}  // namespace
}  // namespace ballcone
