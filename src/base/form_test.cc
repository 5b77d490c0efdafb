#include "base/form.h"

#include <gtest/gtest.h>

namespace ballcone {
namespace {

TEST(Form, IsReadAsPairs) {
  const struct {
    std::string_view text;
    Pairs want;
  } kRows[] = {
      {"", {}},
      {"a=1&b=x+y", {{"a", "1"}, {"b", "x y"}}},
      {"&&a&=b&c=d=e&", {{"a", ""}, {"", "b"}, {"c", "d=e"}}},
      {"%D0%BF=%2B%ff%", {{"п", "+\xEF\xBF\xBD%"}}},
  };
  for (const auto& row : kRows) EXPECT_EQ(parse_form(row.text), row.want) << row.text;
}

TEST(Form, DecodesOnce) { EXPECT_EQ(repaired_percent_decoded("%2520+%C3"), "%20+\xEF\xBF\xBD"); }

}  // namespace
}  // namespace ballcone
