#include "store/sandbox.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/test_engine.h"
#include "store/test_hits.h"

namespace ballcone {
namespace {

using testing::HasSubstr;

// A statement's tree with `from` and `expression` in place, as json_serialize_sql gives it.
std::string tree(const std::string& expression, const std::string& from) {
  return fmt::format(
      R"({{"error":false,"statements":[{{"node":{{"type":"SELECT_NODE","modifiers":[],)"
      R"("cte_map":{{"map":[]}},"select_list":[{}],"from_table":{}}}}}]}})",
      expression, from);
}
constexpr const char* kOne =
    R"({"class":"CONSTANT","value":{"type":{"id":"INTEGER"},"is_null":false,"value":1}})";
constexpr const char* kEmpty = R"({"type":"EMPTY"})";

std::string check(const std::string& serialized) {
  static const std::set<std::string, std::less<>> kNone;
  SandboxScope scope;
  scope.has_view = [](std::string_view, std::string_view) { return false; };
  scope.functions = scope.system_views = &kNone;
  const auto checked = check_statement(serialized, "", scope);
  return checked ? "" : checked.error().message;
}

// What a later version of the engine may bring.
TEST(Sandbox, RefusesNodesItDoesNotKnow) {
  EXPECT_EQ(check(tree(kOne, kEmpty)), "");
  EXPECT_THAT(check(tree(R"({"class":"NOVELTY","type":"NOVELTY"})", kEmpty)),
              HasSubstr("no expression of kind NOVELTY"));
  EXPECT_THAT(check(tree(kOne, R"({"type":"NOVEL_REF"})")), HasSubstr("nothing of kind NOVEL_REF"));
  EXPECT_THAT(check(tree(kOne, R"({"type":"BASE_TABLE"})")), HasSubstr("no view"));
  EXPECT_THAT(check(tree(R"({"class":"FUNCTION"})", kEmpty)), HasSubstr("not available"));
  EXPECT_THAT(check(R"({"error":false,"statements":[{"node":{"type":"INSERT_NODE"}}]})"),
              HasSubstr("expected a SELECT"));
}

TEST(Sandbox, RefusesWhatIsNoTree) {
  EXPECT_EQ(check(""), "the statement cannot be read");
  EXPECT_EQ(check("[]"), "the statement cannot be read");
  EXPECT_NE(check("{}"), "");
  EXPECT_EQ(check(R"({"error":false})"), "the statement has parts that are not known here");
  EXPECT_EQ(check(R"({"error":false,"statements":[]})"), "expected one statement");
  EXPECT_EQ(check(R"({"error":false,"statements":[{}]})"),
            "the statement has parts that are not known here");
}

// When this fails there is another libduckdb: look at what it has more than the last one, refuse
// in sandbox.cc what reaches beyond its arguments, and write the new number here.
TEST(Sandbox, WasReviewedForTheFunctionsOfThisEngine) {
  const auto store = open_in_memory();
  EXPECT_EQ(answer(*store,
                   "SELECT count(DISTINCT function_name) FROM duckdb_functions() WHERE schema_name"
                   " = 'main' AND function_type NOT IN ('pragma', 'table', 'table_macro')"),
            "774\n");
  EXPECT_EQ(answer(*store,
                   "SELECT DISTINCT function_name FROM duckdb_functions() WHERE has_side_effects"
                   " ORDER BY 1"),
            "current_connection_id\ncurrent_query\ncurrent_query_id\ncurrent_transaction_id\n"
            "currval\nerror\ngen_random_uuid\nnextval\nrandom\nsetseed\nsleep_ms\nstats\nuuid\n"
            "uuidv4\nuuidv7\nwrite_log\n");
}

}  // namespace
}  // namespace ballcone
