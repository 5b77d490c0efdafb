#include "base/text.h"

#include <gtest/gtest.h>

#include "base/arena.h"
#include "base/ip.h"

namespace ballcone {
namespace {

TEST(Text, RepairsWhatIsNotUtf8) {
  const struct {
    std::string_view bytes;
    const char* want;
  } kRows[] = {
      {"plain", "plain"},
      {"при\xd0", "при\xef\xbf\xbd"},
      {"\xff\xfe", "\xef\xbf\xbd\xef\xbf\xbd"},
      {"a\xe2\x82z", "a\xef\xbf\xbdz"},
      {"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},  // a lone surrogate
      {"\xf0\x9f\x8e\x88", "\xf0\x9f\x8e\x88"},
      {{"a\0b", 3},
       "a\xef\xbf\xbd"
       "b"},
  };
  for (const auto& row : kRows) {
    std::string out;
    append_repaired_utf8(row.bytes, &out);
    EXPECT_EQ(out, row.want);
    EXPECT_TRUE(is_utf8(out));
  }
  EXPECT_FALSE(is_utf8("\xc0\xaf"));
}

TEST(Text, DecodesPercentOnceAndLeavesNonsense) {
  const struct {
    const char* text;
    const char* want;
  } kRows[] = {{"%D0%BF", "п"}, {"%2520", "%20"}, {"100%", "100%"}, {"%4", "%4"},
               {"%zz", "%zz"},  {"a+b", "a+b"},   {"%41", "A"}};
  for (const auto& row : kRows) {
    std::string out;
    append_percent_decoded(row.text, &out);
    EXPECT_EQ(out, row.want);
  }
}

std::string read_back(std::string_view text) {
  const auto address = parse_ip(text);
  return address ? format_ip(*address) : "not an address";
}

TEST(Ip, ReadsAndWrites) {
  const struct {
    const char* text;
    const char* want;
  } kRows[] = {{"192.0.2.1", "192.0.2.1"},         {"::ffff:192.0.2.1", "192.0.2.1"},
               {"2001:DB8:0:0::1", "2001:db8::1"}, {"[2001:db8::1]", "2001:db8::1"},
               {"unix:", "not an address"},        {"192.0.2", "not an address"},
               {"192.0.2.1:80", "not an address"}, {"", "not an address"},
               {"fe80::1%eth0", "not an address"}};
  for (const auto& row : kRows) EXPECT_EQ(read_back(row.text), row.want) << row.text;
}

TEST(Ip, MasksToANetwork) {
  EXPECT_EQ(format_ip(mask_ip(*parse_ip("192.0.2.129"), 24, 48)), "192.0.2.0");
  EXPECT_EQ(format_ip(mask_ip(*parse_ip("2001:db8:1:2::9"), 24, 48)), "2001:db8:1::");
  EXPECT_EQ(format_ip(mask_ip(*parse_ip("192.0.2.129"), 0, 0)), "0.0.0.0");
  EXPECT_EQ(format_ip(mask_ip(*parse_ip("192.0.2.129"), 32, 128)), "192.0.2.129");
}

TEST(Arena, KeepsTextOfAnySizeUntilItIsCleared) {
  Arena arena;
  const std::string large(1 << 20, 'x');
  const auto small = arena.copy("small");
  const auto big = arena.copy(large);
  EXPECT_EQ(small, "small");
  EXPECT_EQ(big, large);
  EXPECT_GE(arena.bytes(), large.size());
  arena.clear();
  EXPECT_EQ(arena.copy("small"), "small");
  arena.clear();  // a quiet round is enough to give back what a loud one took
  EXPECT_LT(arena.bytes(), large.size());
  EXPECT_EQ(arena.copy(large), large);
}

TEST(Text, MatchesWildcards) {
  const struct {
    const char* pattern;
    const char* text;
    bool matches;
  } kRows[] = {
      {"", "", true},
      {"", "a", false},
      {"*", "", true},
      {"/a", "/a", true},
      {"/a", "/ab", false},
      {"/a*", "/ab", true},
      {"*.css", "/x.css", true},
      {"*.css", "/x.css2", false},
      {"/?/b", "/a/b", true},
      {"/?/b", "//b", false},
      {"*a*b", "xaxxb", true},
      {"*a*b", "xaxxbc", false},
      {"**", "abc", true},
      {"a*a", "a", false},
      {"a*?", "ab", true},
  };
  for (const auto& row : kRows)
    EXPECT_EQ(matches_wildcards(row.pattern, row.text), row.matches)
        << row.pattern << " against " << row.text;
}

}  // namespace
}  // namespace ballcone
