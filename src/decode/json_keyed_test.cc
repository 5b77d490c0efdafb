#include "decode/json_keyed.h"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>

namespace ballcone {
namespace {

using enum JsonReading;

// What comes of `line`, as one line: the hit, or the name of the drop. The memory is of exactly the
// size that is promised, and holds bytes that would change the answer if they were read.
std::string decoded_by(DecodeFunction decode, std::string_view line, const JsonTable& table) {
  static const DecodeMemoryPtr memory = make_decode_memory();
  const auto padded = std::make_unique<char[]>(line.size() + kLinePadding);
  std::memcpy(padded.get(), line.data(), line.size());
  std::memset(padded.get() + line.size(), '"', kLinePadding);
  Hit hit;
  const auto drop = decode({padded.get(), line.size()}, &table, *memory, &hit);
  return drop ? std::string(text_of(*drop).name) : to_string(hit);
}

// The fast way and the slow way agree.
std::string decoded(std::string_view line, const JsonTable& table) {
  const std::string hit = decoded_by(decode_keyed_json, line, table);
  EXPECT_EQ(hit, decoded_by(decode_keyed_json_slowly, line, table)) << line;
  return hit;
}

JsonTable compiled(std::span<const JsonKey> keys) { return JsonTable::compile(keys).value(); }

const JsonTable& flat() {
  static constexpr JsonKey kKeys[] = {
      {"t", Field::time_iso, any_time},
      {"t2", Field::time_iso, any_time},
      {"clf", Field::time_iso, clf_line},
      {"day", Field::date},
      {"clock", Field::time_of_day},
      {"ip", Field::address},
      {"real_ip", Field::address},
      {"xff", Field::forwarded_for},
      {"ua", Field::user_agent},
      {"request", Field::request},
      {"uri", Field::uri},
      {"path", Field::path},
      {"args", Field::query},
      {"status", Field::status},
      {"took", Field::duration_s, duration},
      {"took2", Field::duration_s, loose_duration},
      {"up", Field::upstream_s, duration},
      {"hit", Field::cache_status, cache_hit},
      {"lookup", Field::cache_status, cache_lookup},
      {"version", Field::protocol, http_version},
      {"tls", Field::scheme, https_if_there},
      {"gpc", Field::gpc},
  };
  static const JsonTable table = compiled(kKeys);
  return table;
}

// Of the hit that comes of `fields` beside a time and a URI, what the fields made.
std::string of(std::string_view fields) {
  const std::string line =
      R"({"t": "2026-11-23T12:00:00Z", "path": "/", )" + std::string(fields) + "}";
  std::string hit = decoded(line, flat());
  for (const std::string part : {"time=2026-11-23T12:00:00Z", " uri=/"}) {
    if (const size_t at = hit.find(part); at != hit.npos) hit.erase(at, part.size());
  }
  return hit.starts_with(' ') ? hit.substr(1) : hit;
}

TEST(KeyedJson, ReadsTimesOfEveryKind) {
  const struct {
    const char* fields;
    const char* want;
  } kRows[] = {
      {R"("t": "2026-11-23T13:00:00+01:00")", "2026-11-23T12:00:00Z"},
      {R"("t": "2026-11-23T13:00:00.250+0100")", "2026-11-23T12:00:00.250000Z"},
      {R"("t": "2026-11-23 12:00:00Z")", "2026-11-23T12:00:00Z"},
      {R"("t": "2026-11-23T12:00:00")", "2026-11-23T12:00:00Z"},
      {R"("t": "2026-11-23 12:00:00.5")", "2026-11-23T12:00:00.500000Z"},
      {R"("t": "2026/11/23 12:00:00")", "2026-11-23T12:00:00Z"},
      {R"("t": "23/Nov/2026:13:00:00 +0100")", "2026-11-23T12:00:00Z"},
      {R"("t": "[23/Nov/2026:13:00:00 +0100]")", "2026-11-23T12:00:00Z"},
      {R"("t": 1795435200)", "2026-11-23T12:00:00Z"},
      {R"("t": 1795435200.8155608)", "2026-11-23T12:00:00.815560Z"},
      {R"("t": "1795435200.123")", "2026-11-23T12:00:00.123000Z"},
      {R"("t": 1795435200123)", "2026-11-23T12:00:00.123000Z"},
      {R"("t": 1795435200123.75)", "2026-11-23T12:00:00.123000Z"},
      {R"("t": 1795435200123456)", "2026-11-23T12:00:00.123456Z"},
      {R"("t": 1795435200123456789)", "2026-11-23T12:00:00.123456Z"},
      {R"("t": 631152000)", "1990-01-01T00:00:00Z"},
      {R"("day": "2026-11-23", "clock": "12:00:00")", "2026-11-23T12:00:00Z"},
      {R"("t": "2026-11-23", "t2": "12:00:00")", "2026-11-23T12:00:00Z"},
      {R"("clf": "192.0.2.7 - - [23/Nov/2026:12:00:00 +0000] \"GET / HTTP/2.0\" 200 36")",
       "2026-11-23T12:00:00Z"},
      // The first row that is there wins, in whatever order the line has them.
      {R"("t2": 1795435201, "t": 1795435200)", "2026-11-23T12:00:00Z"},
      {R"("t2": 1795435200, "t": "-")", "2026-11-23T12:00:00Z"},
      {R"("t2": 1795435200, "t": null)", "2026-11-23T12:00:00Z"},
  };
  for (const auto& row : kRows) {
    const std::string line = std::string(R"({"path": "/", )") + row.fields + "}";
    EXPECT_EQ(decoded(line, flat()), "time=" + std::string(row.want) + " uri=/") << row.fields;
  }
}

TEST(KeyedJson, ReadsEachFieldAsItIsMeant) {
  constexpr std::string_view kNulInAgent{"\"ua\": \"a\0b\"", 11};
  const struct {
    std::string_view fields;
    const char* want;
  } kRows[] = {
      // Texts.
      {R"("ua": "")", ""},
      {R"("ua": "-")", ""},
      {R"("ua": null)", ""},
      {R"("ua": "curl/8" )", "user_agent=curl/8"},
      {R"("ua" : "curl/8")", "user_agent=curl/8"},
      {R"("ua": "\"-\"")", ""},
      {R"("ua": "\"curl/8\"")", "user_agent=curl/8"},
      {R"("ua": 5)", "repaired"},
      {R"("ua": true)", "repaired"},
      {R"("ua": -)", "repaired"},
      {R"("ua": )", "repaired"},
      {R"("ua": {"a": "}"})", "repaired"},
      {R"("ua": ["curl/8"])", "user_agent=curl/8"},
      {R"("ua": ["curl/8", "b", ["]"], {}])", "user_agent=curl/8"},
      {R"("ua": [ ])", ""},
      {R"("ua": [["a"]])", ""},
      {R"("ua": [null, "a"])", ""},
      {R"("ua": "a", "ua": "b")", "user_agent=b repaired"},
      {R"("u\u0061": "b")", "user_agent=b"},
      {R"("unknown": [{"ua": [1, "]"]}, null], "another": -, "x": {"ua": "a"})", ""},
      // Escapes, and what is none.
      {R"("ua": "\"\\\/\b\u0041\u20ac\ud83c\udf88")", R"(user_agent="\/\x08A€🎈)"},
      {R"("ua": "\x22")", R"(user_agent=\x22 repaired)"},
      {R"("ua": "a\ud83cb")", "user_agent=a\ufffdb repaired"},
      {kNulInAgent, "user_agent=a b repaired"},
      {"\"ua\": \"a\tb\"", "user_agent=a b repaired"},
      {"\"ua\": \"\xff\"", "user_agent=\ufffd repaired"},
      {"\"x\": \"\xff\"", "repaired"},
      // Numbers.
      {R"("status": "200")", "status=200"},
      {R"("status": 200)", "status=200"},
      {R"("status": 2e2)", "repaired"},
      // Of several keys for a field the table's first.
      {R"("real_ip": "192.0.2.8", "ip": "192.0.2.7")", "address=192.0.2.7"},
      {R"("real_ip": "192.0.2.8", "ip": "")", "address=192.0.2.8"},
      {R"("ip": "192.0.2.7:5123")", "address=192.0.2.7"},
      {R"("ip": "10.0.0.1", "xff": "192.0.2.7, 10.0.0.2")", "address=192.0.2.7"},
      // Durations.
      {R"("took": 0.001335486)", "generation_time_us=1335"},
      {R"("took": 2)", "generation_time_us=2000000"},
      {R"("took": "1.335486ms")", "generation_time_us=1335"},
      {R"("took": "250µs")", "generation_time_us=250"},
      {R"("took": "1h1m1.5s")", "generation_time_us=3661500000"},
      {R"("took": "0.058927s")", "generation_time_us=58927"},
      {R"("took": "900ns")", "generation_time_us=0"},
      {R"("took": "soon")", "repaired"},
      {R"("took": "5 s")", "repaired"},
      {R"("took": "99999999999999999999h")", "repaired"},
      {R"("took2": 0.5)", "generation_time_us=500000"},
      {R"("took2": "5ms")", "generation_time_us=5000"},
      {R"("took2": 12)", ""},
      {R"("up": "5ms")", "upstream_time_us=5000"},
      // What has one word for it.
      {R"("hit": true, "lookup": true)", "cache_status=HIT"},
      {R"("hit": false, "lookup": true)", "cache_status=MISS"},
      {R"("hit": false, "lookup": false)", ""},
      {R"("version": "2.0.0.0")", "protocol=HTTP/2.0"},
      {R"("version": 1.1)", "protocol=HTTP/1.1"},
      {R"("version": "3")", "protocol=HTTP/3.0"},
      {R"("version": "HTTP/2")", "protocol=HTTP/2"},
      {R"("version": "SPDY")", ""},
      {R"("tls": {"version": 772})", "scheme=https"},
      {R"("tls": null)", ""},
      {R"("gpc": "1")", "gpc=1"},
      {R"("gpc": 1)", "gpc=1"},
  };
  for (const auto& row : kRows) EXPECT_EQ(of(row.fields), row.want) << row.fields;
}

TEST(KeyedJson, FindsWhatWasRequested) {
  const struct {
    const char* fields;
    const char* want;
  } kRows[] = {
      {R"("request": "GET /a?b HTTP/1.1")", "method=GET uri=/a?b protocol=HTTP/1.1"},
      {R"("request": "/a?b")", "uri=/a?b"},
      {R"("uri": "/a?b")", "uri=/a?b"},
      {R"("path": "/a", "args": "b=c")", "uri=/a?b=c"},
      {R"("path": "/a?b=c", "args": "b=c")", "uri=/a?b=c"},
      {R"("request": "")", ""},  // a connection closed before it said anything
  };
  for (const auto& row : kRows) {
    const std::string line = std::string(R"({"t": 1795435200, )") + row.fields + "}";
    const std::string want = std::string(row.want).empty() ? "" : " " + std::string(row.want);
    EXPECT_EQ(decoded(line, flat()), "time=2026-11-23T12:00:00Z" + want) << row.fields;
  }
}

const JsonTable& deep() {
  static constexpr JsonKey kKeys[] = {
      {"t", Field::time_iso, any_time},
      {"request.uri", Field::uri},
      {"request.headers.User-Agent.0", Field::user_agent},
      {"request.headers.Referer", Field::referrer},
      {"client.ip\\.v4", Field::address},
      {"list.host", Field::host},
      {"status", Field::status},
  };
  static const JsonTable table = compiled(kKeys).only("logger", "http.").value();
  return table;
}

TEST(KeyedJson, FollowsPaths) {
  const struct {
    const char* fields;
    const char* want;
  } kRows[] = {
      {R"("request": {"uri": "/a"})", "uri=/a"},
      {R"("request": {"headers": {"Referer": ["https://a.b/", "x"], "User-Agent": ["c"]},)"
       R"( "uri": "/a"}, "status": 200)",
       "uri=/a referrer=https://a.b/ user_agent=c status=200"},
      {R"("request": {"tls": {"uri": "/b"}, "uri": "/a", "x": [1, {"uri": "/c"}]})", "uri=/a"},
      {R"("request": {}, "request": {"uri": "/a"})", "uri=/a"},
      {R"("client": {"ip.v4": "192.0.2.7"}, "request": {"uri": "/a"})", "address=192.0.2.7 uri=/a"},
      {R"("list": [{"host": "a"}, {"host": "b"}], "request": {"uri": "/"})", "host=a uri=/"},
      {R"("request": [ {"uri": "/a"} ])", "uri=/a"},
      {R"("req\u0075est": {"\u0075ri": "/a"})", "uri=/a"},
      {R"("logger": "http.log.access.log0", "request": {"uri": "/a"})", "uri=/a"},
  };
  for (const auto& row : kRows) {
    const std::string line = std::string(R"({"t": 1795435200, )") + row.fields + "}";
    EXPECT_EQ(decoded(line, deep()), "time=2026-11-23T12:00:00Z " + std::string(row.want))
        << row.fields;
  }
}

TEST(KeyedJson, DropsWhatItCannotKeep) {
  const struct {
    std::string_view line;
    const char* want;
  } kRows[] = {
      {"", "empty"},
      {" \t", "empty"},
      {"hello", "malformed"},
      {"[]", "malformed"},
      {"\"t\"", "malformed"},
      {R"([{"t": 1795435200, "request": {"uri": "/"}}])", "malformed"},
      {R"({"t": 1795435200, "request": {"uri": "/"}} x)", "malformed"},
      {R"({"t": 1795435200, "request": {"uri": "/"}}{})", "malformed"},
      {R"({"t": 1795435200, "request": {"uri": "/" "x": 1}})", "malformed"},
      {R"({"t": 1795435200, "request": {"uri": "/", 5: 1}})", "malformed"},
      {R"({"t": 1795435200, "request": {"uri": "/", "a": "b" "c" "d"}})", "malformed"},
      {"{\"t\": 1795435200, \"request\": {\"uri\": \"/\"}, \f\"status\": 200}", "malformed"},
      {R"({"request": {"uri": "/"}})", "no_time"},
      {R"({"t": "", "request": {"uri": "/"}})", "no_time"},
      {R"({"t": "soon", "request": {"uri": "/"}})", "bad_time"},
      {R"({"t": 5, "request": {"uri": "/"}})", "bad_time"},
      {R"({"t": "9999-11-23T12:00:00Z", "request": {"uri": "/"}})", "bad_time"},
      {R"({"t": 17954352001234567890123, "request": {"uri": "/"}})", "bad_time"},
      // Messages of the same program in the same file.
      {R"({"t": 1795435200, "level": "info", "msg": "hello"})", "malformed"},
      {R"({"t": 1795435200, "request": "GET /"})", "malformed"},
      {"{}", "malformed"},
      {R"({"t": 1795435200, "logger": "tls", "msg": "renewed"})", "comment"},
      {R"({"t": 1795435200, "logger": "tls", "request": {"uri": "/"}})", "comment"},
      {"{", "truncated"},
      {R"({"t": 1795435200, "request": {"headers": {"Referer": ["https://a.b/"]})", "truncated"},
      {R"({"request": {"uri": "/"}, "t": 17954352)", "truncated"},
  };
  for (const auto& row : kRows) EXPECT_EQ(decoded(row.line, deep()), row.want) << row.line;
}

TEST(KeyedJson, SavesWhatIsLeftOfALine) {
  const struct {
    const char* rest;
    const char* want;
  } kRows[] = {
      {R"("uri": "/a")", "uri=/a"},
      {R"("uri": "/a", "headers": {)", "uri=/a"},
      {R"("uri": "/a", "headers": {"User-Agent": ["Mozi)", "uri=/a user_agent=Mozi"},
      {R"("uri": "/a", "headers": {"User-Agent": [)", "uri=/a"},
      {R"("uri": "/a", "headers": {"User-Agent": ["c"], "Accept": ["*/)", "uri=/a user_agent=c"},
      {R"("uri": "/a/lon)", "uri=/a/lon"},
      {R"("uri": "/a"}, "status": 20)", "uri=/a"},
      {R"("uri": "/a"}, "status": 200)", "uri=/a"},
      {R"("uri": "/a"}, "status": 200, "x": {"y")", "uri=/a status=200"},
      {R"("uri": "/a"}, "list": [{"host": "b)", "uri=/a"},
      {"\"uri\": \"/\xd0\xbf\xd0", "uri=/п"},
  };
  for (const auto& row : kRows) {
    const std::string line = std::string(R"({"t": 1795435200, "request": {)") + row.rest;
    EXPECT_EQ(decoded(line, deep()),
              "time=2026-11-23T12:00:00Z " + std::string(row.want) + " repaired")
        << line;
  }
}

TEST(KeyedJson, SurvivesDeepNesting) {
  const std::string start = R"({"t": 1795435200, "request": {"uri": "/"}, "x": )";
  const std::string want = "time=2026-11-23T12:00:00Z uri=/";
  EXPECT_EQ(decoded(start + std::string(20'000, '[') + std::string(20'000, ']') + "}", deep()),
            want);
  EXPECT_EQ(decoded(start + std::string(20'000, '{'), deep()), want + " repaired");
  std::string nested;
  for (int i = 0; i < 5'000; ++i) nested += R"({"request":)";
  EXPECT_EQ(decoded(nested + "1" + std::string(5'000, '}'), deep()), "malformed");
}

TEST(KeyedJson, KeepsAllOfALineOf64Kilobytes) {
  const std::string uri(60'000, 'x');
  EXPECT_EQ(decoded(R"({"t": 1795435200, "request": {"uri": "/)" + uri + R"("}})", deep()),
            "time=2026-11-23T12:00:00Z uri=/" + uri);
  EXPECT_EQ(decoded(R"({"t": 1795435200, "request": {"uri": "/)" + uri + "\xff\"}}", deep()),
            "time=2026-11-23T12:00:00Z uri=/" + uri + "\ufffd repaired");
}

// Every byte of a line changed, and every beginning of it: both ways say the same.
TEST(KeyedJson, SaysTheSameFastAndSlowly) {
  const std::string line =
      R"({"t":1795435200.5,"logger":"http.x","request":{"headers":{"User-Agent":["c\u0041"]},)"
      R"("tls":{"a":[1,{"b":"\\"}]},"uri":"/a\"b"} ,"status":200,"list":[{"host":"é"}]})";
  ASSERT_EQ(decoded(line, deep()),
            "time=2026-11-23T12:00:00.500000Z host=é uri=/a\"b user_agent=cA status=200");
  for (size_t i = 0; i < line.size(); ++i) {
    decoded(line.substr(0, i), deep());
    for (const char c : {'"', '\\', '{', '}', '[', ']', ',', ':', ' ', '0', '\0', '\xff', '\n'}) {
      std::string changed = line;
      changed[i] = c;
      decoded(changed, deep());
      decoded(line.substr(0, i) + c + line.substr(i), deep());
    }
    decoded(line.substr(0, i) + line.substr(i + 1), deep());
  }
}

TEST(KeyedJson, SaysNothingOfAnEmptyLineBehindABadOne) {
  const DecodeMemoryPtr memory = make_decode_memory();
  Hit hit;
  for (const DecodeFunction decode : {decode_keyed_json, decode_keyed_json_slowly}) {
    const std::string padding(kLinePadding, ' ');
    const std::string bad = R"({"t" 5})" + padding;
    EXPECT_EQ(decode(std::string_view(bad).substr(0, 7), &flat(), *memory, &hit), Drop::malformed);
    EXPECT_NE(last_mismatch(*memory).expected, "");
    EXPECT_EQ(decode(std::string_view(padding).substr(0, 0), &flat(), *memory, &hit), Drop::empty);
    EXPECT_EQ(last_mismatch(*memory).expected, "");
    EXPECT_EQ(last_mismatch(*memory).position, 0U);
  }
}

TEST(KeyedJson, RefusesPathsWithoutKeysAndTooMany) {
  constexpr JsonKey kEmpty[] = {{"a..b", Field::uri}};
  EXPECT_NE(JsonTable::compile(kEmpty).error().message.find("'a..b'"), std::string::npos);
  std::vector<std::string> paths;
  for (size_t i = 0; i <= JsonTable::kKeysMax; ++i) paths.push_back("key" + std::to_string(i));
  std::vector<JsonKey> keys;
  for (const std::string& path : paths) keys.push_back({path, Field::uri});
  EXPECT_FALSE(JsonTable::compile(keys));
  keys.pop_back();
  EXPECT_EQ(decoded(R"({"key127": "/a"})", compiled(keys)), "no_time");
}

}  // namespace
}  // namespace ballcone
