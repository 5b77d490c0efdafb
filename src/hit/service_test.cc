#include "hit/service.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace ballcone {
namespace {

std::string name_of(std::string_view text) { return service_name(text).value_or("refused"); }

TEST(ServiceName, IsTrimmedLowerCasedAndChecked) {
  const struct {
    std::string_view text;
    const char* want;
  } kRows[] = {
      {"example", "example"},
      {" \tBlog_2.example-site\n", "blog_2.example-site"},
      {"Пример", "пример"},
      {"ΑΘΉΝΑ", "αθήνα"},
      {"ԵՐԵՎԱՆ", "երեվան"},
      {"ᲡᲐᲥᲐᲠᲗᲕᲔᲚᲝ", "საქართველო"},
      {"ÉCOLE", "école"},
      {"İzmir", "izmir"},
      {"हिन्दी", "हिन्दी"},  // with marks
      {"日本語", "日本語"},
      {"٣٤", "٣٤"},
      {"𐐀", "𐐨"},  // four bytes
      {"Ⱥ", "ⱥ"},  // two bytes become three
      {".hidden", ".hidden"},
      {"", "refused"},
      {"  ", "refused"},
      {".", "refused"},
      {"..", "refused"},
      {"...", "refused"},
      {"a b", "refused"},
      {"a/b", "refused"},
      {"a\"b", "refused"},
      {"a$b", "refused"},
      {"a'b", "refused"},
      {{"a\0b", 3}, "refused"},
      {"a\u00a0b", "refused"},
      {"a\u200bb", "refused"},  // zero width space
      {"a\u202eb", "refused"},  // right-to-left override
      {"🎈", "refused"},
      {"a\ufffd", "refused"},
      {"a\xff", "refused"},
      {"a\xd0", "refused"},
  };
  for (const auto& row : kRows) EXPECT_EQ(name_of(row.text), row.want) << row.text;
}

TEST(ServiceName, HasAtMost64Characters) {
  std::string name;
  for (int i = 0; i < 64; ++i) name += "щ";
  EXPECT_EQ(name_of(name), name);
  EXPECT_EQ(name_of(name + "щ"), "refused");
}

TEST(ServiceName, StaysAsItIsWhenReadAgain) {
  for (uint32_t c = 0x80; c < 0x20000; ++c) {
    if (c >= 0xd800 && c < 0xe000) continue;
    std::string text = c < 0x800     ? std::string{static_cast<char>(0xc0 | c >> 6)}
                       : c < 0x10000 ? std::string{static_cast<char>(0xe0 | c >> 12),
                                                   static_cast<char>(0x80 | (c >> 6 & 0x3f))}
                                     : std::string{static_cast<char>(0xf0 | c >> 18),
                                                   static_cast<char>(0x80 | (c >> 12 & 0x3f)),
                                                   static_cast<char>(0x80 | (c >> 6 & 0x3f))};
    text.push_back(static_cast<char>(0x80 | (c & 0x3f)));
    const auto name = service_name(text);
    if (!name) continue;
    ASSERT_TRUE(is_utf8(*name)) << c;
    ASSERT_EQ(service_name(*name), name) << c;
  }
}

}  // namespace
}  // namespace ballcone
