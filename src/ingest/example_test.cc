#include "ingest/example.h"

#include <gtest/gtest.h>

namespace ballcone {
namespace {

TEST(Example, KeepsNoSecret) {
  struct Case {
    const char* line;
    const char* want;
  };
  for (const Case& one : std::initializer_list<Case>{
           {"", ""},
           {"no syslog at all", "no syslog at all"},
           {"[30/Nov/2026:12:00:00 +0000]", "[30/Nov/2026:12:00:00 +0000]"},
           {"GET /login?token=abc&a=1 HTTP/1.1", "GET /login?token=***&a=1 HTTP/1.1"},
           {R"({"uri":"/reset/jane@example.org/a"})", R"({"uri":"/reset/***/a"})"},
           {"12:34:56 café \xF0\x9F\x8D\xA6", "12:34:56 café \xF0\x9F\x8D\xA6"},
       })
    EXPECT_EQ(mask_example(one.line), one.want);
}

}  // namespace
}  // namespace ballcone
