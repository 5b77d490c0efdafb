#include "store/statement.h"

#include <gtest/gtest.h>

namespace ballcone {
namespace {

TEST(Statement, EndsAfterItsLastToken) {
  struct Case {
    const char* sql;
    const char* want;
  };
  const Case kCases[] = {
      {"", ""},
      {" ; ", ""},
      {"SELECT 1", "SELECT 1"},
      {"SELECT 1 ; \n", "SELECT 1"},
      {"SELECT 1; -- a; b", "SELECT 1"},
      {"SELECT 1 /* ; */ ;/**/", "SELECT 1"},
      {"SELECT 1 /* a /* b */ c */;", "SELECT 1"},
      {"SELECT ';'", "SELECT ';'"},
      {"SELECT 'it''s -- ';", "SELECT 'it''s -- '"},
      {"SELECT \"a;--\" ;", "SELECT \"a;--\""},
      {"SELECT E'\\';--' ;", "SELECT E'\\';--'"},
      {"SELECT $$ ; -- $$;", "SELECT $$ ; -- $$"},
      {"SELECT $a$ $$ ; $a$ --", "SELECT $a$ $$ ; $a$"},
      {"SELECT $1; ", "SELECT $1"},
      {"SELECT 1 - -1 ;", "SELECT 1 - -1"},
      {"SELECT 4 / 2", "SELECT 4 / 2"},
  };
  for (const Case& c : kCases) EXPECT_EQ(without_end(c.sql), c.want) << c.sql;
}

TEST(Statement, BeginsAfterExplain) {
  struct Case {
    const char* sql;
    const char* want;
  };
  const Case kCases[] = {
      {"SELECT 1", "SELECT 1"},
      {"EXPLAIN SELECT 1", "SELECT 1"},
      {" -- why\nexplain/**/Analyze\tFROM x", "FROM x"},
      {"EXPLAINED", "EXPLAINED"},
      {"EXPLAIN_ SELECT", "EXPLAIN_ SELECT"},
      {"EXPLAIN", ""},
      {"EXPLAIN ANALYZED", "ANALYZED"},
      {"/* EXPLAIN", "/* EXPLAIN"},
  };
  for (const Case& c : kCases)
    EXPECT_EQ(std::string_view(c.sql).substr(explain_bytes(c.sql)), c.want) << c.sql;
}

TEST(Statement, CountsCharactersInBytes) {
  EXPECT_EQ(byte_of_character("abc", 2), 2);
  EXPECT_EQ(byte_of_character("é→x", 1), 2);
  EXPECT_EQ(byte_of_character("é→x", 2), 5);
  EXPECT_EQ(byte_of_character("é", 9), 2);
}

}  // namespace
}  // namespace ballcone
