// The sandbox, as a person meets it: what must be refused, and what must work.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "store/test_attacks.h"
#include "store/test_console.h"

namespace ballcone {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST_F(Console, RefusesAllButReadingTheData) {
  const std::string before = state();
  ASSERT_THAT(before, StartsWith("100|"));
  const size_t files_before = files();
  for (const char* sql : kRefused) {
    const auto table = store_->query_console(with_file(sql), {.time_us = 5'000'000});
    EXPECT_FALSE(table) << sql << "\n" << to_string(*table).substr(0, 200);
    if (table) continue;
    EXPECT_THAT(table.error().message, Not(HasSubstr("stopped after"))) << sql;
    EXPECT_THAT(table.error().message, Not(HasSubstr("secret,"))) << sql;
    EXPECT_THAT(table.error().message, Not(testing::IsEmpty())) << sql;
  }
  EXPECT_EQ(state(), before);
  EXPECT_EQ(files(), files_before);
}

struct Work {
  const char* sql;
  const char* answer;  // null: any
};
constexpr Work kWorks[] = {
    {"SELECT 1", "1\n"},
    {"SELECT 1;", "1\n"},
    {"SELECT 1; -- the end; really", "1\n"},
    {"  /* a; b */ SELECT ';' AS \"a;b\" ;;", nullptr},
    {"select [1, 2]; -- a list", "[1, 2]\n"},
    {"SELECT E'\\'; --', [1]", "'; --|[1]\n"},
    {"SELECT $$;'--$$, $a$ $$ $a$, [1] /* x /* y */ */;", ";'--| $$ |[1]\n"},
    {"VALUES (1, 'a'), (2, NULL)", "1|a\n2|NULL\n"},
    {"FROM example SELECT count(*)", "75\n"},
    {"TABLE other LIMIT 0", ""},
    {"SELECT count(*) FROM example", "75\n"},
    {"SELECT count(*) FROM EXAMPLE", "75\n"},
    {"SELECT count(*) FROM services.example", "75\n"},
    {"SELECT count(*) FROM ballcone.services.example", "75\n"},
    {"SELECT count(*) FROM \"example\" AS e", "75\n"},
    {"SELECT count(*) FROM hits", "100\n"},
    {"SELECT count(*) FROM main.hits", "100\n"},
    {"SELECT service, count(*) FROM hits GROUP BY ALL ORDER BY ALL", "example|75\nother|25\n"},
    {"SELECT count(*) FROM example e JOIN other o USING (path)", "125\n"},
    {"SELECT count(*) FROM example e LEFT JOIN other o ON e.path = o.path WHERE o.path IS NULL",
     nullptr},
    {"SELECT count(*) FROM example ASOF JOIN other USING (path, datetime)", nullptr},
    {"SELECT count(*) FROM example POSITIONAL JOIN other", "75\n"},
    {"SELECT count(*) FROM example SEMI JOIN other USING (path)", "25\n"},
    {"SELECT path, count(*) n FROM example GROUP BY path HAVING n > 7 ORDER BY n DESC, path LIMIT "
     "1",
     "/1|10\n"},
    {"SELECT date_trunc('day', datetime) d, count(*) FROM hits h, example GROUP BY 1 LIMIT 0", ""},
    {"SELECT date_trunc('day', time) d, count(*) FROM hits GROUP BY 1 ORDER BY 1",
     "2026-11-20 00:00:00|34\n2026-11-21 00:00:00|33\n2026-11-22 00:00:00|33\n"},
    {"SELECT time_bucket(INTERVAL 1 week, time), strftime(time, '%Y'), dayname(time) FROM hits"
     " LIMIT 1",
     nullptr},
    {"SELECT count(*) FROM hits WHERE time >= now() - INTERVAL 10 YEAR AND time < current_date"
     " + INTERVAL 20 YEAR",
     nullptr},
    {"SELECT count(*) FROM hits WHERE time BETWEEN '2026-11-20' AND '2026-11-21'", "34\n"},
    {"SELECT count(*) FROM example WHERE regexp_matches(path, '^/[0-4]$')", nullptr},
    {"SELECT regexp_extract(path, '/(\\d)', 1), path LIKE '/%', path ILIKE 'X%', path GLOB '/*',"
     " path SIMILAR TO '/.' FROM example ORDER BY path DESC LIMIT 1",
     "9|true|false|true|true\n"},
    {"SELECT path, row_number() OVER (PARTITION BY service ORDER BY time), lag(path, 1) OVER w,"
     " sum(bytes) OVER (ORDER BY time ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) FROM hits"
     " WINDOW w AS (ORDER BY time) QUALIFY row_number() OVER w = 1",
     nullptr},
    {"WITH days AS (SELECT CAST(time AS DATE) d, count(*) n FROM hits GROUP BY 1),"
     " big AS (FROM days WHERE n > 33) SELECT d, n FROM big",
     "2026-11-20|34\n"},
    {"WITH hits AS (SELECT 1 a) SELECT a FROM hits", "1\n"},
    {"WITH t AS (SELECT 1 a) SELECT (SELECT max(a) FROM t), (WITH u AS (FROM t) SELECT a FROM u)",
     "1|1\n"},
    {"WITH example AS (SELECT path FROM example LIMIT 1) SELECT count(*) FROM example", "1\n"},
    {"WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 10)"
     " SELECT sum(n) FROM t",
     "55\n"},
    {"WITH RECURSIVE t(a, b) USING KEY (a) AS (SELECT 1, 1 UNION SELECT a, b + 1 FROM t WHERE b < "
     "3)"
     " FROM t",
     "1|3\n"},
    {"SELECT count(*) FROM example WHERE path IN (SELECT path FROM other) AND EXISTS (FROM other)",
     "25\n"},
    {"SELECT (SELECT count(*) FROM other o WHERE o.path = e.path) FROM example e ORDER BY 1 LIMIT "
     "1",
     "0\n"},
    {"SELECT * FROM (SELECT path FROM other ORDER BY path LIMIT 2) t, LATERAL (SELECT 1 AS one)",
     "/0|1\n/0|1\n"},
    {"SELECT quantile_cont(generation_time, 0.5), quantile_cont(generation_time, [0.5, 0.95]),"
     " median(status), mode(status), round(stddev(status), 6), corr(status, length) FROM example",
     nullptr},
    {"SELECT approx_count_distinct(visitor) > 10, approx_quantile(status, 0.5) FROM hits",
     "true|200\n"},
    {"SELECT histogram(status) FROM hits", "{200=85, 404=15}\n"},
    {"SELECT list(DISTINCT status ORDER BY status), string_agg(DISTINCT service, ','"
     " ORDER BY service), arg_max(path, time), bool_or(is_page_view), any_value(country) FROM hits",
     "[200, 404]|example,other|/8|true|DE\n"},
    {"SELECT count(*) FILTER (WHERE bot IS NULL), count(*) FILTER (is_page_view) FROM hits",
     "80|80\n"},
    {"SELECT list_transform([1, 2], x -> x + 1), list_filter([1, 2], lambda x: x > 1),"
     " [x * 2 FOR x IN [1, 2] IF x > 1], list_sum([1, 2]), [3, 1][1], [1, 2, 3][2:]",
     "[2, 3]|[2]|[4]|3|3|[2, 3]\n"},
    {"SELECT {'a': 1, 'b': 'x'}.b, struct_pack(a := 1), MAP {'k': 1}['k'], row(1, 2)",
     "x|{'a': 1}|1|(1, 2)\n"},
    {"SELECT unnest([1, 2]), unnest([3, 4])", "1|3\n2|4\n"},
    {"SELECT a FROM unnest([1, 2]) t(a)", "1\n2\n"},
    {"SELECT r.range, d FROM range(2) r, generate_series(TIMESTAMP '2026-11-20', TIMESTAMP"
     " '2026-11-21', INTERVAL 1 DAY) s(d)",
     nullptr},
    {"SELECT range(3), generate_series(1, 3), repeat('ab', 2), lpad('7', 3, '0')",
     "[0, 1, 2]|[1, 2, 3]|abab|007\n"},
    {"SELECT format('{:>5} {}', 'a', 1), printf('%05.1f', 1.25)", "    a 1|001.2\n"},
    {"SELECT path.upper(), path[2], path || '!', path.replace('/', '#') FROM other LIMIT 0", ""},
    {"SELECT coalesce(NULL, 1), nullif(1, 1), ifnull(NULL, 2), if(true, 1, 2), greatest(1, 2),"
     " CASE 1 WHEN 1 THEN 'a' ELSE 'b' END, TRY_CAST('x' AS INTEGER), TRY(ln(-1)), 5 // 2, 7 % 4",
     "1|NULL|2|1|2|a|NULL|NULL|2|3\n"},
    {"SELECT CAST('2026-11-23' AS DATE) + 1, INTERVAL 3 DAY, '1'::INT, extract(hour FROM"
     " TIMESTAMP '2026-11-23 12:00:00'), epoch(TIMESTAMP '1970-01-02'), TIMESTAMP '2026-11-23'"
     " AT TIME ZONE 'Europe/Berlin'",
     nullptr},
    {"SELECT status, grouping(status), count(*) FROM hits GROUP BY ROLLUP (status) ORDER BY 3",
     "404|0|15\n200|0|85\nNULL|1|100\n"},
    {"SELECT service, status, count(*) FROM hits GROUP BY GROUPING SETS ((service), (status), ())",
     nullptr},
    {"PIVOT hits ON status IN (200, 404) USING count(*) GROUP BY service ORDER BY service",
     "example|64|11\nother|21|4\n"},
    {"SELECT * FROM (PIVOT hits ON status IN (200) USING count(*) GROUP BY service) ORDER BY 1",
     "example|64\nother|21\n"},
    {"UNPIVOT (SELECT 1 AS a, 2 AS b) ON a, b INTO NAME n VALUE v", "a|1\nb|2\n"},
    {"SELECT COLUMNS('^(path|status)$') FROM example ORDER BY ALL LIMIT 1", "/0|200\n"},
    {"SELECT COLUMNS(c -> c LIKE 'sta%'), * EXCLUDE (host) FROM example LIMIT 0", ""},
    {"SELECT * REPLACE (status + 1 AS status) RENAME (path AS p) FROM example LIMIT 0", ""},
    {"SELECT DISTINCT ON (service) service, path FROM hits ORDER BY service, path", nullptr},
    {"SELECT path FROM example UNION SELECT path FROM other ORDER BY 1 LIMIT 1", "/0\n"},
    {"SELECT 1 a UNION ALL BY NAME SELECT 2 b", "1|NULL\nNULL|2\n"},
    {"SELECT path FROM example INTERSECT SELECT path FROM other EXCEPT SELECT '/0' ORDER BY 1"
     " LIMIT 1",
     nullptr},
    {"SELECT count(*) FROM example USING SAMPLE 10 ROWS", nullptr},
    {"SELECT count(*) FROM example TABLESAMPLE 50%", nullptr},
    {"SELECT '{\"a\": [1, 2]}'::JSON -> '$.a[1]', json_extract_string('{\"a\": \"b\"}', '$.a')",
     "2|b\n"},
    {"SELECT key, value FROM json_each('{\"a\": 1}')", "a|1\n"},
    {"SELECT md5('a'), hash('a') IS NOT NULL, sha256('a') IS NOT NULL, uuid() IS NOT NULL,"
     " random() < 1, typeof(1), version()",
     nullptr},
    {"SELECT split_part('a/b', '/', 2), string_split('a,b', ','), levenshtein('ab', 'ac'),"
     " jaccard('ab', 'ac') > 0, url_decode('%20'), strip_accents('é'), format_bytes(1024),"
     " bar(1, 0, 2, 4)",
     nullptr},
    {"SELECT path COLLATE NOCASE FROM example ORDER BY 1 LIMIT 1", "/0\n"},
    {"SELECT #1 FROM (SELECT 5 a)", "5\n"},
    {"SELECT 'b'::ENUM('a', 'b'), 1::DECIMAL(4, 1), [1]::INTEGER[1], NULL::STRUCT(a INT)",
     "b|1.0|[1]|NULL\n"},
    {"EXPLAIN SELECT count(*) FROM example", nullptr},
    {"explain -- why\n analyze SELECT count(*) FROM example", nullptr},
    {"DESCRIBE example", nullptr},
    {"DESCRIBE SELECT 1 AS a", "a|INTEGER|YES|NULL|NULL|NULL\n"},
    {"SHOW example", nullptr},
    {"SUMMARIZE example", nullptr},
    {"SHOW TABLES", "access_logs\nedge_locations\nexample\nhits\nother\npage_views\nvisits\n"},
};

TEST_F(Console, AnswersWhatPeopleAsk) {
  for (const Work& work : kWorks) {
    const std::string got = console(*store_, work.sql);
    if (work.answer != nullptr) {
      EXPECT_EQ(got, work.answer) << work.sql;
    } else {
      EXPECT_THAT(got, Not(StartsWith("error"))) << work.sql;
    }
  }
}

// Rows in an order of ours: not every statement says one.
std::string sorted(const std::string& rows) {
  std::vector<std::string> lines;
  std::stringstream stream(rows);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  std::sort(lines.begin(), lines.end());
  return testing::PrintToString(lines);
}

// Columns that are not named are left out of the views; that must never show.
TEST_F(Console, AnswersAsIfTheViewsWereWhole) {
  for (const Work& work : kWorks) {
    const std::string sql = work.sql;
    bool is_by_chance = false;
    for (const char* word : {"EXPLAIN", "explain", "SAMPLE", "random", "now()", "LIMIT 1"})
      is_by_chance |= sql.find(word) != std::string::npos;
    if (!is_by_chance) {
      EXPECT_EQ(sorted(console(*store_, sql)), sorted(answer(*store_, sql))) << sql;
    }
  }
  const char* const kWholeRows[] = {
      "SELECT example FROM example ORDER BY ALL",
      "SELECT e FROM example e ORDER BY ALL",
      "SELECT count(DISTINCT h) FROM hits h",
      "SELECT max(h) FROM main.hits AS h",
      "SELECT to_json(e) FROM example e ORDER BY 1",
      "SELECT count(*) FROM example NATURAL JOIN other",
      "SELECT count(*) FROM example a JOIN example b USING (path, status)",
      "SELECT b FROM example AS e(a, b) ORDER BY ALL",
      "SELECT #3 FROM example ORDER BY ALL",
      "SELECT count(e.*) FROM example e",
      "SELECT unnest(e) FROM example e ORDER BY ALL",
      "SELECT struct_extract(e, 'path') FROM example e ORDER BY ALL",
      "SELECT (SELECT count(*) FROM (FROM example)) FROM other LIMIT 0",
      "SELECT path.upper() FROM example ORDER BY ALL",
      "SELECT hits.path.upper(), main.hits.status FROM main.hits ORDER BY ALL",
      "SELECT PATH, \"Status\" FROM EXAMPLE ORDER BY ALL",
      "SELECT a.path FROM example a WHERE a.status = (SELECT max(b.status) FROM hits b WHERE"
      " b.path = a.path) ORDER BY ALL",
      "SELECT status, count(*) FROM example GROUP BY ALL HAVING max(path) > '' ORDER BY ALL",
      "SELECT * FROM (SELECT 1 AS status) UNION ALL BY NAME SELECT status FROM example ORDER BY 1",
      "SELECT count(*) OVER (PARTITION BY path ORDER BY datetime) FROM example ORDER BY 1",
      "SELECT hits.status FROM hits SEMI JOIN example USING (path) ORDER BY ALL",
      "SELECT 1 FROM example QUALIFY row_number() OVER (ORDER BY length) = 1",
  };
  for (const char* sql : kWholeRows) {
    const std::string whole = answer(*store_, sql);
    EXPECT_THAT(whole, Not(StartsWith("error"))) << sql;
    EXPECT_EQ(sorted(console(*store_, sql)), sorted(whole)) << sql;
  }
  EXPECT_EQ(console(*store_, "SHOW TABLES"),
            "access_logs\nedge_locations\nexample\nhits\nother\npage_views\nvisits\n");
}

TEST_F(Console, SaysWhatIsWrongAndWhere) {
  struct Case {
    const char* sql;
    const char* message;
    int position;
  };
  const Case kCases[] = {
      {"SELECT 'é' frm hits WHERE", "syntax error at or near \"hits\"", 16},
      {"SELECT nope FROM hits", "\"nope\" not found", 7},
      {"SELECT statis FROM hits", "Candidate bindings: \"status\"", 7},
      {"SELECT 1 FROM nope", "there is no view nope here; SHOW TABLES lists them", 14},
      {"EXPLAIN SELECT 1 FROM nope", "there is no view nope here", 22},
      {"EXPLAIN SELECT nope FROM hits", "\"nope\" not found", 15},
      {"SELECT getenv('HOME')", "the function getenv is not available here", 7},
      {"SELECT * FROM read_csv('x')", "the function read_csv is not available after FROM", 14},
      {"DELETE FROM hits", "expected one SELECT", -1},
      {"SELECT 1; SELECT 2", "expected one statement", -1},
      {"SELECT ?", "expected a value in place of the parameter", -1},
      {"SELECT max(status FROM hits", "syntax error", 18},
      {"SELECT max(time) FROM hits WHERE status = 'x'", "Could not convert string 'x'", 42},
  };
  for (const Case& c : kCases) {
    const auto table = store_->query_console(c.sql, {});
    ASSERT_FALSE(table) << c.sql;
    EXPECT_THAT(table.error().message, HasSubstr(c.message)) << c.sql;
    EXPECT_EQ(table.error().position, c.position) << c.sql;
  }
}

}  // namespace
}  // namespace ballcone
