#include "decode/syslog.h"

#include <gtest/gtest.h>

namespace ballcone {
namespace {

std::string payload_of(std::string_view datagram) {
  return std::string(syslog_payload(datagram).value_or("none"));
}

TEST(Syslog, FindsThePayloadBehindAnyHeader) {
  const struct {
    std::string_view datagram;
    const char* want;
  } kRows[] = {
      // nginx 1.22, as captured: kern.info, local7.debug, a tag of one's own, nohostname.
      {R"(<6>Nov 23 13:20:33 vm nginx: {"service": "a"})", R"({"service": "a"})"},
      {R"(<14>Nov  3 13:20:33 vm nginx: {"service": "a"})", R"({"service": "a"})"},
      {R"(<191>Nov 23 13:20:33 vm nginx: {"service": "a"})", R"({"service": "a"})"},
      {R"(<190>Nov 23 13:20:33 vm My_Tag_9: {"service": "a"})", R"({"service": "a"})"},
      {R"(<190>Nov 23 13:20:33 nginx: {"service": "a"})", R"({"service": "a"})"},
      // rsyslog: traditional, with the time in ISO 8601, with a process, without time or tag.
      {R"(<190>Nov 23 13:20:33 web1 nginx[12]: {"a": 1})", R"({"a": 1})"},
      {R"(<190>2026-11-23T13:20:33.123456+01:00 web1 nginx: {"a": 1})", R"({"a": 1})"},
      {R"(<190>web1 nginx: {"a": 1})", R"({"a": 1})"},
      {R"(<190>nginx: {"a": 1})", R"({"a": 1})"},
      {R"(<190>nginx:{"a": 1})", R"({"a": 1})"},
      {R"(<190>Nov 23 13:20:33 web1 {"a": 1})", R"({"a": 1})"},
      {R"(<190>{"a": 1})", R"({"a": 1})"},
      {R"(<190>Nov 23 13:20:33 2001:db8::1 nginx: {"a": 1})", R"({"a": 1})"},
      {R"(<30>Nov 23 13:20:33 host docker/web/1f2e[7]: {"a": 1})", R"({"a": 1})"},
      // The payload is not always JSON, and may hold ": " and braces itself.
      {"<190>Nov 23 13:20:33 vm nginx: 192.0.2.1 - - [x] \"GET /a: b {c} HTTP/1.1\"",
       "192.0.2.1 - - [x] \"GET /a: b {c} HTTP/1.1\""},
      {R"(<190>Nov 23 13:20:33 vm nginx: {"path": "/a: b", "x": {"y": 1}})",
       R"({"path": "/a: b", "x": {"y": 1}})"},
      // RFC 5424.
      {R"(<190>1 2026-01-02T12:00:00.003Z web1 nginx 12 - - {"a": 1})", R"({"a": 1})"},
      {R"(<190>1 - - - - - - {"a": 1})", R"({"a": 1})"},
      {R"(<190>1 2026-01-02T12:00:00Z web1 nginx - - -  {"a: b": 1})", R"({"a: b": 1})"},
      {R"(<190>1 - h nginx - - [meta sequenceId="1"] {"a": 1})", R"({"a": 1})"},
      {R"(<190>1 - h nginx - - [a x="\"]\\" y="z"][b] {"a": [1]})", R"({"a": [1]})"},
      {"<190>1 - h nginx - ID47 - \xef\xbb\xbf{\"a\": 1}", "{\"a\": 1}"},
      // Line ends.
      {"<190>Nov 23 13:20:33 vm nginx: {}\n", "{}"},
      {"<190>Nov 23 13:20:33 vm nginx: {}\r\n", "{}"},
      {{"<190>Nov 23 13:20:33 vm nginx: {}\0", 34}, "{}"},
      {{"<190>Nov 23 13:20:33 vm nginx: {}\n\0\n", 36}, "{}"},
      // Any number of one to three digits.
      {"<0>x: y", "y"},
      {"<007>x: y", "y"},
      {"<999>x: y", "y"},
  };
  for (const auto& row : kRows) EXPECT_EQ(payload_of(row.datagram), row.want) << row.datagram;
}

TEST(Syslog, FindsNothingWithoutHeaderOrPayload) {
  for (const std::string_view datagram : {"",
                                          "\n",
                                          "<",
                                          "<>",
                                          "<190",
                                          "<190>",
                                          "<1900>nginx: {}",
                                          "<-1>nginx: {}",
                                          "<19a>nginx: {}",
                                          "{\"service\": \"a\"}",
                                          "nginx: {}",
                                          "<190>nginx:",
                                          "<190>nginx: ",
                                          "<190>nginx: \n",
                                          "<190>: x",
                                          "<13>hello world",
                                          "<190>Nov 23 13:20:33 vm nginx",
                                          "<190>1 ",
                                          "<190>1 - - -",
                                          "<190>1 - h nginx - - -",
                                          "<190>1 - h nginx - - - ",
                                          "<190>1 - h nginx - - [a x=\"]",
                                          "<190>1 - h nginx - - [a] ",
                                          "<190>1 - h nginx - - {\"a\": 1}",
                                          "<190>1 - h nginx - - [a x=\"\\"}) {
    EXPECT_EQ(payload_of(datagram), "none") << datagram;
  }
}

TEST(Syslog, PayloadIsAViewIntoTheDatagram) {
  const std::string_view datagram = "<190>Nov 23 13:20:33 vm nginx: {}\n";
  EXPECT_EQ(syslog_payload(datagram)->data(), datagram.data() + 31);
}

}  // namespace
}  // namespace ballcone
