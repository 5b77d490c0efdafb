#include "decode/values.h"

#include <gtest/gtest.h>

#include <string>

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

TEST(Values, ReadsPartsOfSecondsAsMicroseconds) {
  const struct {
    std::optional<int64_t> (*parse)(std::string_view);
    const char* text;
    int64_t want;
  } kRows[] = {
      {parse_milliseconds_us, "15", 15'000},
      {parse_milliseconds_us, "0.25", 250},
      {parse_milliseconds_us, "999999999999", 999'999'999'999'000},
      {parse_milliseconds_us, "1000000000000", kNonsense},
      {parse_milliseconds_us, "-1", kNonsense},
      {parse_microseconds_us, "1500", 1'500},
      {parse_microseconds_us, "1500.9", 1'500},
      {parse_nanoseconds_us, "1500", 1},
      {parse_nanoseconds_us, "10002425284", 10'002'425},
      {parse_nanoseconds_us, "1.5.", kNonsense},
      {parse_nanoseconds_us, "", kNonsense},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(row.parse(row.text).value_or(kNonsense), row.want) << row.text;
  }
}

TEST(Values, ReadsEpochs) {
  const struct {
    Field field;
    const char* text;
    int64_t want;
  } kRows[] = {
      {Field::time_epoch, "1795435200", 1'795'435'200'000'000},
      {Field::time_epoch, "1795435200.123", 1'795'435'200'123'000},
      {Field::time_epoch, "0", 0},
      {Field::time_epoch, "17954352001", kNonsense},
      {Field::time_epoch, "1.8e9", kNonsense},
      {Field::time_epoch_ms, "1795435200123", 1'795'435'200'123'000},
      {Field::time_epoch_us, "1795435200123456", 1'795'435'200'123'456},
      {Field::time_epoch_ns, "1795435200123456789", 1'795'435'200'123'456},
      {Field::time_epoch_ns, "179543520012345678x", kNonsense},
      {Field::time_epoch_ns, "123", kNonsense},
      {Field::status, "1795435200", kNonsense},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(parse_epoch_us(row.field, row.text).value_or(kNonsense), row.want) << row.text;
  }
}

TEST(Values, TakesRequestLinesApart) {
  const struct {
    const char* text;
    const char* want;  // method|uri|protocol
  } kRows[] = {
      {"GET / HTTP/1.1", "GET|/|HTTP/1.1"},
      {"GET /a b?c HTTP/2.0", "GET|/a b?c|HTTP/2.0"},
      {"get /a HTTP/1.0", "get|/a|HTTP/1.0"},
      {"GET /a", "GET|/a|"},
      {"OPTIONS * HTTP/1.1", "OPTIONS|*|HTTP/1.1"},
      {"CONNECT a.example:443 HTTP/1.1", "CONNECT|a.example:443|HTTP/1.1"},
      {"GET http://a.example/ HTTP/1.1", "GET|http://a.example/|HTTP/1.1"},
      {"VERSION-CONTROL /a HTTP/1.1", "VERSION-CONTROL|/a|HTTP/1.1"},
      {"GET / HTTP", "GET|/ HTTP|"},
      {"", "||"},
      {"- - - ", "||"},
      {"<BADREQ>", "||"},
      {"SSH-2.0-Go", "||"},
      {"hello world", "||"},
      {"\x16\x03\x01 \x02", "||"},
      {"GET  HTTP/1.1", "||"},
  };
  for (const auto& row : kRows) {
    const auto [method, uri, protocol] = parse_request_line(row.text);
    EXPECT_EQ(std::string(method) + "|" + std::string(uri) + "|" + std::string(protocol), row.want)
        << row.text;
  }
}

TEST(Values, DecodesWhatW3cLogsEncode) {
  const struct {
    const char* text;
    const char* user_agent;
    const char* referrer;
  } kRows[] = {
      {"curl/8", "curl/8", "curl/8"},
      {"a+b++c+", "a b +c ", "a+b++c+"},
      {"a+%C3%BC", "a ü", "a+%C3%BC"},
      {"a%20b+c", "a b+c", "a%20b+c"},
      {"a%2520b%252B", "a b+", "a%20b%2B"},
      {"100%+%2", "100% %2", "100%+%2"},
      {"a%25zz", "a%zz", "a%25zz"},
      {"%ff+x", "%ff x", "%ff+x"},
      {"%00", "%00", "%00"},
      {"", "", ""},
  };
  TextMemory memory;
  for (const auto& row : kRows) {
    memory.clear(100);
    EXPECT_EQ(decode_user_agent(row.text, &memory), row.user_agent) << row.text;
    EXPECT_EQ(decode_referrer(row.text, &memory), row.referrer) << row.text;
  }
}

}  // namespace
}  // namespace ballcone
