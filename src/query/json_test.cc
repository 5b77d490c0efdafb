#include "query/json.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace ballcone {
namespace {

std::string json_of(const Value& value) {
  std::string out;
  append_json_value(value, &out);
  return out;
}

TEST(Json, WritesValues) {
  const struct {
    Value value;
    std::string want;
  } kRows[] = {
      {Value(), "null"},
      {true, "true"},
      {false, "false"},
      {int64_t{9'007'199'254'740'993}, "9007199254740993"},
      {std::numeric_limits<int64_t>::min(), "-9223372036854775808"},
      {0.299, "0.299"},
      {2.0, "2"},
      {std::nan(""), "null"},
      {std::numeric_limits<double>::infinity(), "null"},
      {std::string("plain"), R"("plain")"},
      {std::string(), R"("")"},
      {std::string("\"\\\n\r\t\x01\x1f/<"), R"("\"\\\n\r\t\u0001\u001f/<")"},
      {std::string("ü€😀"), R"("ü€😀")"},
      {std::string("a\xff"), "\"a\xef\xbf\xbd\""},
  };
  for (const auto& row : kRows) EXPECT_EQ(json_of(row.value), row.want);
}

TEST(Json, WritesErrors) {
  EXPECT_EQ(error_json({"expected \"a\"", -1, "metrics"}),
            R"({"error":{"message":"expected \"a\"","field":"metrics","position":null}})");
  EXPECT_EQ(error_json({"no", 7, ""}), R"({"error":{"message":"no","field":null,"position":7}})");
}

}  // namespace
}  // namespace ballcone
