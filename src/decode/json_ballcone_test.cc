#include "decode/json_ballcone.h"

#include <gtest/gtest.h>

#include "decode/format.h"

namespace ballcone {
namespace {

// What comes of `line`, as one line: the hit, or the name of the drop. The line gets the padding it
// needs, of bytes that would change the answer if they were read as part of it.
std::string decoded(std::string_view line, DecodeFunction decode = decode_ballcone_json) {
  static const DecodeMemoryPtr memory = make_decode_memory();
  std::string padded(line);
  padded.append(kLinePadding, '"');
  Hit hit;
  const auto drop = decode(std::string_view(padded).substr(0, line.size()), nullptr, *memory, &hit);
  return drop ? std::string(text_of(*drop).name) : to_string(hit);
}

// A line that has what every line needs, and `fields`.
std::string with(std::string_view fields) {
  return R"({"service": "a", "date": "2026-11-23T12:00:00Z", )" + std::string(fields) + "}";
}

// Of the hit that comes of it, what `fields` made.
std::string of(std::string_view fields) {
  const std::string hit = decoded(with(fields));
  const std::string start = "time=2026-11-23T12:00:00Z service=a";
  return hit.starts_with(start + " ") ? hit.substr(start.size() + 1) : hit == start ? "" : hit;
}

TEST(BallconeJson, ReadsTheOriginalFormat) {
  // As nginx 1.22 wrote it.
  EXPECT_EQ(decoded(R"({"service": "example", "ip": "192.0.2.7", "host": "example.com", )"
                    R"("path": "/a?b=c", "status": "200", "referrer": "https://example.org/", )"
                    R"~("user_agent": "Mozilla/5.0 (X11; Linux x86_64)", "length": 142, )~"
                    R"("generation_time_milli": 0.003, "date": "2026-11-23T13:20:33+01:00"})"),
            "time=2026-11-23T12:20:33Z service=example host=example.com address=192.0.2.7 "
            "uri=/a?b=c referrer=https://example.org/ user_agent=Mozilla/5.0 (X11; Linux x86_64) "
            "status=200 bytes=142 generation_time_us=3000");
}

TEST(BallconeJson, ReadsTheExtendedFormat) {
  EXPECT_EQ(decoded(R"({"service": "example", "date": "2026-11-23T13:20:33+00:00", )"
                    R"("ip": "2001:db8::1", "status": "206", "length": 5316, )"
                    R"("generation_time_milli": 0.012, "upstream_time": "0.001, 0.002 : 0.003", )"
                    R"("request_id": "0123456789abcdeffedcba9876543210", "method": "GET", )"
                    R"("scheme": "https", "protocol": "HTTP/2.0", "cache_status": "MISS", )"
                    R"("content_type": "text/html; charset=UTF-8", "gpc": "1", )"
                    R"("fetch_dest": "document", "sec_purpose": "prefetch;prerender", )"
                    R"("purpose": "prefetch", "range": "bytes=0-", "host": "example.com", )"
                    R"("path": "/", "referrer": "", "user_agent": "curl/8"})"),
            "time=2026-11-23T13:20:33Z service=example host=example.com address=2001:db8::1 "
            "method=GET uri=/ protocol=HTTP/2.0 scheme=https content_type=text/html "
            "user_agent=curl/8 fetch_dest=document purpose=prefetch;prerender cache_status=MISS "
            "status=206 bytes=5316 generation_time_us=12000 upstream_time_us=6000 range_start=0 "
            "gpc=1 request_id=0123456789abcdeffedcba9876543210");
}

TEST(BallconeJson, ReadsEachFieldAsItIsMeant) {
  constexpr std::string_view kNulInPath{"\"path\": \"a\0b\"", 13};
  const struct {
    std::string_view fields;
    const char* want;
  } kRows[] = {
      // Texts.
      {R"("user_agent": "")", ""},
      {R"("user_agent": "-")", ""},
      {R"("user_agent": null)", ""},
      {R"("user_agent": "--")", "user_agent=--"},
      {R"("user_agent": 5)", "repaired"},
      {R"("user_agent": true)", "repaired"},
      {R"("user_agent": {"a": "}"})", "repaired"},
      {R"("user_agent": "a", "user_agent": "b")", "user_agent=b repaired"},
      {R"("user_agent": "a", "user_agent": "-")", "repaired"},
      {R"("serv\u0069ce": "b")", "time=2026-11-23T12:00:00Z service=b repaired"},
      {R"("unknown": [{"a": [1, "]"]}, null], "another": -, "method": "GET")", "method=GET"},
      {R"("purpose": "prefetch", "sec_purpose": "")", "purpose=prefetch"},
      // Escapes.
      {R"("path": "\"\\\/\b\f\n\r\t\u0041")", R"(uri="\/\x08\x0c\x0a\x0d\x09A)"},
      {R"("path": "\u00e9\u20ac\ud83c\udf88")", "uri=é€🎈"},
      {R"("path": "a\ud83cb")", "uri=a\ufffdb repaired"},
      {R"("path": "\udf88\ud83c\u0041")", "uri=\ufffd\ufffdA repaired"},
      {R"("path": "a\u0000b")", "uri=a\ufffdb repaired"},
      {R"("path": "\x22\q\u12g4")", R"(uri=\x22\q\u12g4 repaired)"},
      {"\"path\": \"a\tb\x01\"", "uri=a b  repaired"},
      {kNulInPath, "uri=a b repaired"},
      // Bytes that are not UTF-8.
      {"\"path\": \"/\xff\xd0z\"", "uri=/\ufffd\ufffdz repaired"},
      {"\"path\": \"/\xd0\\u0041\"", "uri=/\ufffdA repaired"},
      {"\"path\": \"/\xff\tb\"", "uri=/\ufffd b repaired"},
      {"\"x\": \"\xff\", \"path\": \"/\"", "uri=/ repaired"},
      // Numbers, in quotes and without.
      {R"("status": 200, "length": "142", "generation_time_milli": "1")",
       "status=200 bytes=142 generation_time_us=1000000"},
      {R"("status": "", "length": "-", "generation_time_milli": null)", ""},
      {R"("status": "000")", ""},
      {R"("status": "009")", ""},
      {R"("status": "99")", "repaired"},
      {R"("status": 1000)", "repaired"},
      {R"("status": true)", "repaired"},
      {R"("length": 12.5)", "repaired"},
      {R"("length": -5)", "repaired"},
      {R"("length": 1e3)", "repaired"},
      {R"("length": 99999999999999999999999)", "repaired"},
      {R"("length": [5])", "repaired"},
      {R"("length": -, "status": 200)", "status=200 repaired"},
      {R"("length": , "status": 200)", "status=200 repaired"},
      {R"("status": 200, "length": )", "status=200 repaired"},
      {R"("status": 200, )", "status=200"},
      {R"("generation_time_milli": -0.5)", "repaired"},
      {R"("upstream_time": "-")", ""},
      {R"("upstream_time": "0.001, -")", "upstream_time_us=1000"},
      {R"("upstream_time": "soon")", "repaired"},
      {R"("request_id": "7")", "repaired"},
      // What a client may say at will is no fault of the line.
      {R"("range": "bytes=-500")", "range_start=-500"},
      {R"("range": "all")", ""},
      {R"("gpc": "0")", "gpc=0"},
      {R"("gpc": 1)", "gpc=1"},
      {R"("gpc": "please")", ""},
      // Addresses and hosts.
      {R"("ip": "::1")", "address=::1"},
      {R"("ip": "[2001:db8::1]")", "address=2001:db8::1"},
      {R"("ip": "unix:")", ""},
      {R"("ip": "localhost")", "repaired"},
      {R"("host": "Example.COM:8080")", "host=example.com"},
      {R"("host": "example.com.")", "host=example.com"},
      {R"("host": "[2001:DB8::1]:80")", "host=[2001:db8::1]"},
      {R"("host": "[")", "host=["},
      {R"("host": "2001:db8::1")", "host=2001:db8::1"},
      {R"("host": "\u0041.b")", "host=a.b"},
      {R"("host": "_")", ""},
      {R"("host": ":80")", ""},
      {R"("ip": "192.0.2.7:51234")", "address=192.0.2.7"},
      {R"("path": "HTTPS://A.example:443?b")", "host=a.example uri=/?b scheme=https"},
      {R"("path": "http://a.example/b", "host": "c.example")", "host=c.example uri=/b scheme=http"},
      {R"("cache_status": "Hit")", "cache_status=HIT"},
      {R"("content_type": "Text/HTML ; Charset=UTF-8")", "content_type=text/html"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(of(row.fields), row.want) << row.fields;
    EXPECT_EQ(decoded(with(row.fields)), decoded(with(row.fields), decode_ballcone_json_slowly))
        << row.fields;
  }
}

TEST(BallconeJson, DropsWhatItCannotKeep) {
  const struct {
    std::string_view line;
    const char* want;
  } kRows[] = {
      {"", "empty"},
      {" \t\n", "empty"},
      {"hello", "malformed"},
      {"[]", "malformed"},
      {"\"service\"", "malformed"},
      {R"({"service" "a"})", "malformed"},
      {R"({"service": "a", "date": "2026-11-23T12:00:00Z"} x)", "malformed"},
      {R"({"service": "a", "date": "2026-11-23T12:00:00Z"}{})", "malformed"},
      {R"({"service": "a", "date": "b": "c"})", "malformed"},
      {R"({"service": "a" "date": "2026-11-23T12:00:00Z"})", "malformed"},
      {R"({"service": "a", "date": "2026-11-23T12:00:00Z", 5: 6})", "malformed"},
      {R"({"service": "a", "user_agent": "a "quoted" b", "date": "2026-11-23T12:00:00Z"})",
       "malformed"},
      {{"{\"service\": \"a\", \0 \"date\": \"2026-11-23T12:00:00Z\"}", 51}, "malformed"},
      {"{", "truncated"},
      {R"({"service": "a)", "truncated"},
      {R"({"service": "a", "ip": "192.0.2.7", "path": "/)", "truncated"},
      {R"({"service": "a", "date": "2026-11-23T12:00)", "truncated"},
      {"{}", "no_time"},
      {R"({"service": "a"})", "no_time"},
      {R"({"service": "a", "date": ""})", "no_time"},
      {R"({"service": "a", "date": null})", "no_time"},
      {R"({"service": "a", "date": "23/Nov/2026:12:00:00 +0000"})", "bad_time"},
      {R"({"service": "a", "date": "2026-11-23T12:00:00"})", "bad_time"},
      {R"({"service": "a", "date": 1795435200.123})", "bad_time"},
      {R"({"service": "a", "date": "1989-12-31T23:59:59Z"})", "bad_time"},
      {R"({"service": "a", "date": "2100-01-01T00:00:00Z"})", "bad_time"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(decoded(row.line), row.want) << row.line;
    EXPECT_EQ(decoded(row.line, decode_ballcone_json_slowly), row.want) << row.line;
  }
}

TEST(BallconeJson, TakesTimesFrom1990To2100) {
  EXPECT_EQ(decoded(R"({"service": "a", "date": "1990-01-01T00:00:00Z"})"),
            "time=1990-01-01T00:00:00Z service=a");
  EXPECT_EQ(decoded(R"({"service": "a", "date": "2099-12-31T23:59:59.999999Z"})"),
            "time=2099-12-31T23:59:59.999999Z service=a");
}

TEST(BallconeJson, LeavesTheServiceToBeCheckedLater) {
  const struct {
    const char* service;
    const char* want;
  } kRows[] = {
      {R"("service": " Пример.A-1 ", )", " service=Пример.A-1"},
      {R"("service": "a/b", )", " service=a/b"},
      {R"("service": " ", )", ""},
      {R"("service": "-", )", ""},
      {R"("service": null, )", ""},
      {R"("service": 5, )", " repaired"},
      {"", ""},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(decoded("{" + std::string(row.service) + R"("date": "2026-11-23T12:00:00Z"})"),
              "time=2026-11-23T12:00:00Z" + std::string(row.want))
        << row.service;
  }
  EXPECT_EQ(decoded(R"({"date": "2026-11-23T12:00:00Z", "service": "a)"),
            "time=2026-11-23T12:00:00Z repaired");
}

TEST(BallconeJson, SavesWhatARelayLeftOfALine) {
  const struct {
    const char* fields;  // what follows service and date, up to where the line was cut
    const char* want;
  } kRows[] = {
      {"", ""},
      {", ", ""},
      {R"(, "status")", ""},
      {R"(, "status": )", ""},
      {R"(, "status": 20)", ""},
      {R"(, "status": "20)", ""},
      {R"(, "status": "200")", "status=200 "},
      {R"(, "status": 200,)", "status=200 "},
      {R"(, "host": "exam)", ""},
      {R"(, "path": "/a/lon)", "uri=/a/lon "},
      {R"(, "path": "/a", "user_agent": "Mozi)", "uri=/a user_agent=Mozi "},
      {R"(, "referrer": ")", ""},
      {"\x2c \"path\": \"/\xd0\xbf\xd0", "uri=/п "},
      {"\x2c \"path\": \"/\xf0\x9f\x8e", "uri=/ "},
      {R"(, "path": "/a\)", "uri=/a "},
      {R"(, "path": "/a\u00)", "uri=/a "},
      {R"(, "path": "/a\ud83c)", "uri=/a "},
      {R"(, "path": "/a\ud83c\udf)", "uri=/a "},
      {R"(, "path": "/a\\)", "uri=/a\\ "},
      {R"(, "unknown": {"path": "/b)", ""},
  };
  for (const auto& row : kRows) {
    const std::string line =
        R"({"service": "a", "date": "2026-11-23T12:00:00Z")" + std::string(row.fields);
    const std::string want = "time=2026-11-23T12:00:00Z service=a " + std::string(row.want);
    EXPECT_EQ(decoded(line), want + "repaired") << line;
    EXPECT_EQ(decoded(line, decode_ballcone_json_slowly), want + "repaired") << line;
  }
}

TEST(BallconeJson, KeepsAllOfAMessageOf64Kilobytes) {
  const std::string path(60'000, 'x');
  EXPECT_EQ(of("\"path\": \"" + path + "\""), "uri=" + path);
  EXPECT_EQ(of("\"path\": \"" + path + "\\u00e9\xff\""), "uri=" + path + "é\ufffd repaired");
}

TEST(BallconeJson, SurvivesDeepNesting) {
  EXPECT_EQ(of("\"x\": " + std::string(20'000, '[') + std::string(20'000, ']')), "");
  EXPECT_EQ(of("\"x\": " + std::string(20'000, '{')), "repaired");
}

TEST(BallconeJson, RemembersNothingOfTheLineBefore) {
  const std::string line = R"({"service": "b", "date": "2026-11-23T12:00:01Z"})";
  const std::string want = "time=2026-11-23T12:00:01Z service=b";
  for (const char* before : {R"("path": "\u0041", "host": "B")", R"("path": "\xff")"}) {
    decoded(with(before));
    EXPECT_EQ(decoded(line), want);
    EXPECT_EQ(decoded(line), want);
  }
}

}  // namespace
}  // namespace ballcone
