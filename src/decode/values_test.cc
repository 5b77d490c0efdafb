#include "decode/values.h"

#include <gtest/gtest.h>

namespace ballcone {
namespace {

constexpr int64_t kNonsense = -1;

TEST(Values, ReadsCounts) {
  const struct {
    const char* text;
    int64_t want;
  } kRows[] = {
      {"0", 0},
      {"142", 142},
      {"007", 7},
      {"999999999999999999", 999'999'999'999'999'999},
      {"1000000000000000000", kNonsense},
      {"99999999999999999999999999", kNonsense},
      {"-5", kNonsense},
      {"+5", kNonsense},
      {"1.5", kNonsense},
      {"1e3", kNonsense},
      {" 1", kNonsense},
      {"", kNonsense},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(parse_count(row.text).value_or(kNonsense), row.want) << row.text;
  }
}

TEST(Values, ReadsSecondsAsMicroseconds) {
  const struct {
    const char* text;
    int64_t want;
  } kRows[] = {
      {"0.000", 0},       {"0.003", 3'000},    {"12.5", 12'500'000},
      {"7", 7'000'000},   {"0.0000019", 1},    {"999999999.999999", 999'999'999'999'999},
      {"1.", kNonsense},  {".5", kNonsense},   {"1000000000", kNonsense},
      {"-1", kNonsense},  {"1e-3", kNonsense}, {"1.2.3", kNonsense},
      {"nan", kNonsense}, {"", kNonsense},     {"0,5", kNonsense},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(parse_seconds_us(row.text).value_or(kNonsense), row.want) << row.text;
  }
}

TEST(Values, SumsWhatTheServersBehindTook) {
  const struct {
    const char* text;
    int64_t want;
  } kRows[] = {
      {"0.001", 1'000},
      {"0.001, 0.002", 3'000},
      {"0.001, 0.002 : 0.003", 6'000},
      {"-, 0.002", 2'000},
      {"-", kAbsent<int64_t>},
      {"- : -", kAbsent<int64_t>},
      {"0.001, x", kNonsense},
      {"0.001,", kNonsense},
      {", 0.001", kNonsense},
      {"-1", kNonsense},
      {"999999999, 999999999", kNonsense},
      {"", kNonsense},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(parse_upstream_us(row.text).value_or(kNonsense), row.want) << row.text;
  }
}

TEST(Values, ReadsWhereARangeStarts) {
  constexpr int64_t kNothing = kAbsent<int64_t>;
  const struct {
    const char* text;
    int64_t want;
  } kRows[] = {
      {"bytes=0-", 0},
      {"bytes=0-0", 0},
      {"bytes=1024-2047", 1024},
      {"bytes=-500", -500},
      {"Bytes= 5-9 , 20-30", 5},
      {"bytes=-0", kNothing},
      {"bytes=9-5", kNothing},
      {"bytes=5", kNothing},
      {"bytes=", kNothing},
      {"bytes=-", kNothing},
      {"bytes=a-b", kNothing},
      {"bytes=5-b", kNothing},
      {"bytes=99999999999999999999-", kNothing},
      {"items=0-", kNothing},
      {"", kNothing},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(parse_range_start(row.text).value_or(kNothing), row.want) << row.text;
  }
}

TEST(Values, ReadsRequestIds) {
  const RequestId want{0x0123456789abcdef, 0xfedcba9876543210};
  EXPECT_EQ(parse_request_id("0123456789abcdeffedcba9876543210"), want);
  EXPECT_EQ(parse_request_id("01234567-89AB-CDEF-FEDC-BA9876543210"), want);
  for (const char* text :
       {"", "0123456789abcdef", "0123456789abcdeffedcba987654321x",
        "012345678-9AB-CDEF-FEDC-BA9876543210", "0123456789abcdeffedcba98765432100"}) {
    EXPECT_FALSE(parse_request_id(text)) << text;
  }
}

}  // namespace
}  // namespace ballcone
