#include "store/salts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "store/test_folder.h"

namespace ballcone {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr int64_t kHour_us = int64_t{3600} * 1'000'000;
constexpr int64_t kNow_us = int64_t{1'795'435'200} * 1'000'000;  // 2026-11-23T12:00:00Z

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream out;
  out << file.rdbuf();
  return out.str();
}
void write_file(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}
std::string hex(const std::array<uint8_t, 16>& bytes) {
  std::string out;
  for (const uint8_t byte : bytes) {
    char digits[3];
    snprintf(digits, sizeof(digits), "%02x", byte);
    out += digits;
  }
  return out;
}

std::unique_ptr<Salts> open(const std::string& path) {
  auto salts = open_salts(path);
  EXPECT_TRUE(salts) << salts.error().message;
  return std::move(*salts);
}

TEST(Salts, AreOneEachPerServiceAndDay) {
  const auto salts = open("");
  const auto salt = salts->salt("blog", 20780, kNow_us);
  EXPECT_EQ(salts->salt("blog", 20780, kNow_us + kHour_us), salt);
  EXPECT_NE(salts->salt("blog", 20781, kNow_us), salt);
  EXPECT_NE(salts->salt("shop", 20780, kNow_us), salt);
  EXPECT_NE(open("")->salt("blog", 20780, kNow_us), salt);
}

TEST(Salts, SurviveARestartOnceSaved) {
  const TestFolder folder;
  const std::string path = folder.file("salts");
  auto salts = open(path);
  const auto salt = salts->salt("a service", 20780, kNow_us);
  ASSERT_TRUE(salts->save());
  salts = open(path);
  EXPECT_EQ(salts->salt("a service", 20780, kNow_us), salt);
}

TEST(Salts, FileIsForItsOwnerAlone) {
  const TestFolder folder;
  const auto salts = open(folder.file("salts"));
  salts->salt("blog", 1, kNow_us);
  ASSERT_TRUE(salts->save());
  struct stat status {};
  ASSERT_EQ(stat(folder.file("salts").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  EXPECT_FALSE(std::filesystem::exists(folder.file("salts.new")));
}

TEST(Salts, ExpireFortyEightHoursAfterTheirLastUse) {
  const auto salts = open("");
  const auto old = salts->salt("blog", 1, kNow_us);
  const auto used = salts->salt("shop", 1, kNow_us);
  salts->salt("shop", 1, kNow_us + 10 * kHour_us);
  EXPECT_EQ(*salts->expire(kNow_us + 48 * kHour_us - 1), 0);
  EXPECT_EQ(*salts->expire(kNow_us + 48 * kHour_us), 1);
  EXPECT_NE(salts->salt("blog", 1, kNow_us + 48 * kHour_us), old);
  EXPECT_EQ(salts->salt("shop", 1, kNow_us + 48 * kHour_us), used);
}

TEST(Salts, AreNotGivenOutAfterTheirLifeEvenBeforeExpireRan) {
  const auto salts = open("");
  const auto old = salts->salt("blog", 1, kNow_us);
  EXPECT_NE(salts->salt("blog", 1, kNow_us + 48 * kHour_us), old);
}

TEST(Salts, LiveNoLongerThroughRestarts) {
  const TestFolder folder;
  const std::string path = folder.file("salts");
  auto salts = open(path);
  const auto old = salts->salt("blog", 1, kNow_us);
  ASSERT_TRUE(salts->save());
  salts = open(path);
  EXPECT_EQ(*salts->expire(kNow_us + 48 * kHour_us), 1);
  EXPECT_NE(salts->salt("blog", 1, kNow_us + 48 * kHour_us), old);
}

// Seen through a second link to the old file: renaming alone would leave its bytes on the disk.
TEST(Salts, BytesAreGoneFromTheFileAfterExpire) {
  const TestFolder folder;
  const std::string path = folder.file("salts");
  const auto salts = open(path);
  const std::string gone = hex(salts->salt("blog", 1, kNow_us));
  ASSERT_TRUE(salts->save());
  ASSERT_THAT(read_file(path), HasSubstr(gone));
  std::filesystem::create_hard_link(path, folder.file("old"));
  const std::string kept = hex(salts->salt("blog", 3, kNow_us + 40 * kHour_us));
  ASSERT_EQ(*salts->expire(kNow_us + 50 * kHour_us), 1);
  EXPECT_THAT(read_file(path), HasSubstr(kept));
  EXPECT_THAT(read_file(path), Not(HasSubstr(gone)));
  const std::string old = read_file(folder.file("old"));
  EXPECT_FALSE(old.empty());
  EXPECT_EQ(old.find_first_not_of('\0'), std::string::npos);
}

TEST(Salts, ComeBackAfterACrashWithinSave) {
  const TestFolder folder;
  const std::string path = folder.file("salts");
  std::array<uint8_t, 16> salt{};
  {
    const auto salts = open(path);
    salt = salts->salt("blog", 1, kNow_us);
    ASSERT_TRUE(salts->save());
  }
  const std::string text = read_file(path);
  struct Case {
    const char* what;
    std::string current, next;
  };
  const Case kCases[] = {
      {"the successor is half written", text, text.substr(0, text.size() / 2)},
      {"the successor is whole", text, text},
      {"the old bytes are half overwritten", std::string(20, '\0') + text.substr(20), text},
      {"the old bytes are overwritten", std::string(text.size(), '\0'), text},
  };
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.what);
    write_file(path, c.current);
    write_file(path + ".new", c.next);
    EXPECT_EQ(open(path)->salt("blog", 1, kNow_us), salt);
    EXPECT_FALSE(std::filesystem::exists(path + ".new"));
    EXPECT_EQ(read_file(path), text);
  }
}

TEST(Salts, RefusesADamagedFile) {
  const TestFolder folder;
  const std::string path = folder.file("salts");
  write_file(path, "ballcone salts 1\n1 2 zz blog\nsum 0000000000000000\n");
  const auto salts = open_salts(path);
  ASSERT_FALSE(salts);
  EXPECT_THAT(salts.error().message, HasSubstr("is damaged; delete it"));
}

TEST(Salts, SaysWhyAFileCannotBeWritten) {
  const auto salts = open("/nowhere/at/all/salts");
  salts->salt("blog", 1, kNow_us);
  const auto saved = salts->save();
  ASSERT_FALSE(saved);
  EXPECT_THAT(saved.error().message, HasSubstr("/nowhere/at/all/salts.new: No such file"));
}

}  // namespace
}  // namespace ballcone
