#include "web/http.h"

#include <gtest/gtest.h>

#include "base/time.h"
#include "web/gzip.h"
#include "web/json.h"

namespace ballcone {
namespace {

std::string to_string(const Result<HttpTarget>& target) {
  if (!target) return "error";
  std::string text = target->authority + " " + target->path;
  for (const auto& [name, value] : target->query) text += " " + name + "=" + value;
  return text;
}

TEST(Http, ReadsTargets) {
  const struct {
    const char* target;
    const char* want;
  } kRows[] = {{"/", " /"},
               {"/a/b?x=1&y=2", " /a/b x=1 y=2"},
               {"/a%2Fb?x=%3d", " /a/b x=="},
               {"/?", " /"},
               {"/?&&a", " / a="},
               {"/?a=1=2", " / a=1=2"},
               {"/a+b?c+d=e+f", " /a+b c d=e f"},
               {"/a://b", " /a://b"},
               {"http://h:1/p?q=r", "h:1 /p q=r"},
               {"HTTPS://h?q=r", "h / q=r"},
               {"/a#b", " /a"},
               {"/%zz%", " /%zz%"},
               {"*", " *"},
               {"", "error"},
               {"a", "error"},
               {"http:///p", "error"},
               {"file://h/p", "error"},
               {"host:443", "error"}};
  for (const auto& row : kRows)
    EXPECT_EQ(to_string(parse_target(row.target)), row.want) << row.target;
}

TEST(Http, FormsAreReadBack) {
  const std::string text = "SELECT 1 + 1 & '%' \n\"п\"";
  const Pairs pairs = parse_form("sql=" + percent_encode(text) + "&x=");
  ASSERT_EQ(pairs.size(), 2u);
  EXPECT_EQ(pairs[0].second, text);
}

TEST(Http, KnowsWhoTakesGzip) {
  const struct {
    const char* header;
    bool want;
  } kRows[] = {{"gzip", true},      {"br, GZIP;q=0.5", true}, {"gzip ; q=1", true},
               {"gzip;q=0", false}, {"gzip;q=0.000", false},  {"", false},
               {"x-gzip", false},   {"deflate", false},       {"gzip;q=0.001", true}};
  for (const auto& row : kRows) EXPECT_EQ(accepts_gzip(row.header), row.want) << row.header;
}

TEST(Http, WritesDates) {
  EXPECT_EQ(format_http_date(*parse_iso8601("2026-11-23T12:00:01Z")),
            "Mon, 23 Nov 2026 12:00:01 GMT");
  EXPECT_EQ(format_http_date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(format_http_date(*parse_iso8601("2024-02-29T00:00:00.5Z")),
            "Thu, 29 Feb 2024 00:00:00 GMT");
}

TEST(Http, ErrorsAreJsonUnderApi) {
  EXPECT_EQ(error_response("/api/v1/sql", 400, "a \"b\"").body,
            R"({"error":{"message":"a \"b\"","field":null,"position":null}})");
  EXPECT_EQ(error_response("/x", 404, "gone").body, "gone\n");
}

TEST(Json, EscapesWhatLogsMayHold) {
  const struct {
    std::string_view text;
    const char* want;
  } kRows[] = {{"plain", R"("plain")"},
               {"\"\\/", R"("\"\\/")"},
               {"\n\x01\x7f", R"("\n\u0001\u007f")"},
               {"п\xF0\x9F\x98\x80", "\"п\xF0\x9F\x98\x80\""},
               {"\xE2\x80\xA8", "\"\xE2\x80\xA8\""},
               {"a\xff"
                "b\xE2\x80",
                "\"a\xEF\xBF\xBD"
                "b\xEF\xBF\xBD\""},
               {std::string_view("\0", 1), "\"\\u0000\""},
               {"</script>", R"("</script>")"}};
  for (const auto& row : kRows) {
    std::string out;
    JsonWriter(&out).value(row.text);
    EXPECT_EQ(out, row.want);
  }
}

TEST(Json, SeparatesAndNests) {
  std::string out;
  JsonWriter json(&out);
  json.begin_object().key("a").begin_array().value(int64_t{-1}).value(0.25).value(true).null();
  json.begin_object().end_object().value("x").end_array().key("b").value(1e300).end_object();
  EXPECT_EQ(out, R"({"a":[-1,0.25,true,null,{},"x"],"b":1e+300})");
}

TEST(Gzip, ReadsBackWhatItMade) {
  std::string text;
  for (int i = 0; i < 400'000; ++i) text += std::to_string(i);
  for (const size_t size : {size_t{100}, size_t{5000}, text.size()}) {
    const auto zipped = gzip(std::string_view(text).substr(0, size));
    ASSERT_TRUE(zipped.has_value()) << size;
    EXPECT_LT(zipped->size(), size);
    EXPECT_EQ(gunzip(*zipped, size), text.substr(0, size));
    EXPECT_FALSE(gunzip(*zipped, size - 1).has_value());
  }
  EXPECT_FALSE(gzip("short").has_value());
}

}  // namespace
}  // namespace ballcone
