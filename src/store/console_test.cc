// The sandbox, as a person meets it: what must be refused, and what must work.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "base/clock.h"
#include "store/test_engine.h"
#include "store/test_folder.h"
#include "store/test_hits.h"

namespace ballcone {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class Console : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new TestFolder();
    std::ofstream(folder_->file("secret.csv")) << "a,b\nsecret,2\n";
    auto store = open_store({.path = folder_->file("a.duckdb"), .threads = 2});
    ASSERT_TRUE(store) << store.error().message;
    store_ = std::move(*store);
    std::vector<TestHit> hits;
    for (int i = 0; i < 100; ++i)
      hits.push_back({.service = i % 4 == 0 ? "other" : "example",
                      .path = fmt::format("/{}", i % 10),
                      .time_us = (days_of_civil(2026, 11, 20) + i % 3) * kDay_us + i * kSecond_us,
                      .bot = i % 5 == 0 ? "GPTBot" : "",
                      .status = static_cast<uint16_t>(i % 7 == 0 ? 404 : 200),
                      .visitor = static_cast<uint64_t>(i % 13)});
    HitBatch batch;
    fill_batch(hits, &batch);
    ASSERT_TRUE(store_->append(batch));
  }
  static void TearDownTestSuite() {
    store_.reset();
    delete folder_;
  }
  // Everything that an attempt could have changed.
  static std::string state() {
    return answer(*store_,
                  "SELECT (SELECT count(*) FROM data.hits), (SELECT sum(path) FROM data.hits),"
                  " (SELECT string_agg(key || value, ',' ORDER BY key) FROM data.meta),"
                  " (SELECT string_agg(table_name, ',' ORDER BY table_oid) FROM duckdb_tables()),"
                  " (SELECT string_agg(view_name, ',' ORDER BY view_oid) FROM duckdb_views()),"
                  " (SELECT string_agg(database_name, ',') FROM duckdb_databases()),"
                  " (SELECT string_agg(name || value, ',') FROM duckdb_settings())");
  }
  static size_t files() {
    size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder_->file("")))
      count += entry.path().extension() != ".wal";
    return count;
  }
  // FILE in a statement is the secret file.
  static std::string with_file(std::string sql) {
    if (const size_t at = sql.find("FILE"); at != std::string::npos)
      sql.replace(at, 4, folder_->file("secret.csv"));
    return sql;
  }

  static TestFolder* folder_;
  static std::unique_ptr<Store> store_;
};
TestFolder* Console::folder_ = nullptr;
std::unique_ptr<Store> Console::store_;

constexpr const char* kRefused[] = {
    // write
    "INSERT INTO data.hits (status) VALUES (1)",
    "INSERT INTO main.hits SELECT * FROM main.hits",
    "UPDATE data.hits SET status = 1",
    "DELETE FROM data.hits",
    "TRUNCATE data.hits",
    "MERGE INTO data.hits USING data.hits h ON true WHEN MATCHED THEN DELETE",
    "WITH x AS (SELECT 1) DELETE FROM data.hits",
    "WITH x AS (DELETE FROM data.hits RETURNING *) SELECT * FROM x",
    // create, alter, drop
    "CREATE TABLE t (a INTEGER)",
    "CREATE TABLE t AS SELECT 1",
    "CREATE TEMP TABLE t (a INTEGER)",
    "CREATE VIEW v AS SELECT 1",
    "CREATE OR REPLACE VIEW services.example AS SELECT 1",
    "CREATE TEMP VIEW hits AS SELECT 1",
    "CREATE SCHEMA s",
    "CREATE SEQUENCE s",
    "CREATE TYPE mood AS ENUM ('a')",
    "CREATE MACRO f(a) AS a + 1",
    "CREATE MACRO range(a) AS TABLE SELECT 1",
    "CREATE INDEX i ON data.hits (time)",
    "CREATE SECRET s (TYPE s3, KEY_ID 'a', SECRET 'b')",
    "ALTER TABLE data.hits ADD COLUMN a INTEGER",
    "ALTER VIEW main.hits RENAME TO h",
    "DROP TABLE data.hits",
    "DROP VIEW services.example",
    "DROP SCHEMA data CASCADE",
    "COMMENT ON TABLE data.hits IS 'x'",
    "SELECT 1 INTO t",
    // other databases and files
    "ATTACH 'x.duckdb'",
    "ATTACH ':memory:' AS x",
    "DETACH ballcone",
    "USE memory",
    "COPY data.hits TO 'x.csv'",
    "COPY (SELECT 1) TO 'x.csv'",
    "COPY (SELECT 1) TO '/dev/stdout'",
    "COPY data.hits FROM 'FILE'",
    "COPY FROM DATABASE ballcone TO memory",
    "EXPORT DATABASE 'x'",
    "IMPORT DATABASE 'x'",
    "SELECT * FROM ballcone_rows(1, false)",
    "SELECT * FROM read_csv('FILE')",
    "SELECT * FROM read_csv_auto('FILE')",
    "SELECT * FROM read_text('FILE')",
    "SELECT * FROM read_blob('FILE')",
    "SELECT * FROM read_json('FILE')",
    "SELECT * FROM read_ndjson_objects('FILE')",
    "SELECT * FROM read_parquet('FILE')",
    "SELECT * FROM parquet_metadata('FILE')",
    "SELECT * FROM sniff_csv('FILE')",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM 'FILE'",
    "FROM 'FILE'",
    "FROM \"FILE\"",
    "TABLE 'FILE'",
    "SELECT * FROM 'https://example.com/a.parquet'",
    "SELECT * FROM read_csv('/dev/stdin')",
    "SELECT (SELECT max(content) FROM read_text('FILE'))",
    "SELECT count(*) FROM example WHERE path IN (SELECT content FROM read_text('FILE'))",
    "SELECT count(*) FROM example ORDER BY (SELECT max(content) FROM read_text('FILE'))",
    "SELECT count(*) FROM example LIMIT (SELECT count(*) FROM read_text('FILE'))",
    "SELECT list_transform([1], x -> (SELECT max(content) FROM read_text('FILE')))",
    "SELECT * FROM example, LATERAL (SELECT * FROM read_text('FILE'))",
    "SELECT * FROM example POSITIONAL JOIN read_text('FILE')",
    "SELECT * FROM example JOIN example e ON EXISTS (FROM read_text('FILE'))",
    "SELECT sum(status) OVER (ORDER BY (SELECT max(content) FROM read_text('FILE'))) FROM example",
    "SELECT sum(status) FILTER (EXISTS (FROM read_text('FILE'))) FROM example",
    "SELECT CASE WHEN EXISTS (FROM read_text('FILE')) THEN 1 END",
    "SELECT * FROM (VALUES ((SELECT max(content) FROM read_text('FILE')))) t",
    "SELECT * FROM range((SELECT count(*) FROM read_text('FILE')))",
    "SELECT 1 UNION ALL SELECT size FROM read_text('FILE')",
    "WITH x AS MATERIALIZED (FROM read_text('FILE')) SELECT 1",
    "WITH RECURSIVE t(a) AS (SELECT 1 UNION ALL SELECT size FROM read_text('FILE'), t) FROM t",
    "DESCRIBE FROM read_text('FILE')",
    "SUMMARIZE FROM read_text('FILE')",
    "SUMMARIZE 'FILE'",
    "EXPLAIN ANALYZE FROM read_text('FILE')",
    "PIVOT (FROM read_text('FILE')) ON size IN (1) USING count(*)",
    "UNPIVOT (FROM read_text('FILE')) ON size INTO NAME n VALUE v",
    "SELECT COLUMNS(c -> EXISTS (FROM read_text('FILE'))) FROM example",
    "SELECT * REPLACE ((SELECT max(content) FROM read_text('FILE')) AS path) FROM example",
    // settings and the engine's own
    "SET threads = 1",
    "SET GLOBAL enable_external_access = true",
    "SET lock_configuration = false",
    "SET VARIABLE x = 1",
    "RESET threads",
    "PRAGMA database_list",
    "PRAGMA enable_profiling",
    "PRAGMA memory_limit = '10GB'",
    "CALL pragma_version()",
    "CALL force_checkpoint()",
    "CHECKPOINT",
    "VACUUM",
    "ANALYZE",
    "INSTALL httpfs",
    "LOAD httpfs",
    "LOAD '/tmp/x.so'",
    "UPDATE EXTENSIONS",
    "BEGIN TRANSACTION",
    "COMMIT",
    "ROLLBACK",
    "PREPARE p AS SELECT 1",
    "EXECUTE p",
    "DEALLOCATE p",
    "SELECT current_setting('temp_directory')",
    "SELECT getenv('HOME')",
    "SELECT getvariable('x')",
    "SELECT nextval('s')",
    "SELECT setseed(0.5)",
    "SELECT write_log('x')",
    "SELECT current_query()",
    "SELECT pg_catalog.current_query()",
    "SELECT txid_current()",
    "SELECT current_schemas(true)",
    "SELECT pg_get_viewdef(1)",
    "SELECT sleep_ms(100000)",
    "SELECT pg_sleep(1)",
    "SELECT json_serialize_plan('FROM duckdb_settings()')",
    "SELECT json_deserialize_sql('{}')",
    "SELECT path.getenv() FROM example",
    "SELECT GetEnv('HOME')",
    "SELECT \"getenv\"('HOME')",
    "SELECT main.getenv('HOME')",
    "SELECT system.main.current_setting('threads')",
    "FROM duckdb_settings()",
    "FROM duckdb_settings",
    "FROM duckdb_secrets()",
    "FROM duckdb_databases()",
    "FROM duckdb_databases",
    "FROM duckdb_tables",
    "FROM duckdb_logs",
    "FROM duckdb_extensions()",
    "FROM duckdb_functions()",
    "FROM pragma_database_size()",
    "FROM pragma_storage_info('data.hits')",
    "FROM pragma_table_info('data.hits')",
    "FROM sqlite_master",
    "FROM pg_catalog.pg_class",
    "FROM pg_class",
    "FROM information_schema.tables",
    "FROM system.information_schema.tables",
    "FROM system.main.duckdb_tables",
    "FROM main.duckdb_tables",
    "FROM ballcone.main.sqlite_master",
    "FROM temp.hits",
    "FROM memory.main.hits",
    "FROM data.meta",
    "FROM data.hits",
    "FROM ballcone.data.meta",
    "FROM \"data\".\"meta\"",
    "SHOW ALL TABLES",
    "SHOW DATABASES",
    "SHOW TABLES FROM data",
    "SHOW SETTINGS",
    "DESCRIBE",
    "DESCRIBE data.meta",
    "SUMMARIZE data.meta",
    "FROM query('FROM data.meta')",
    "FROM query_table('meta')",
    "FROM query_table('data.meta')",
    "FROM json_execute_serialized_sql(json_serialize_sql('FROM data.meta'))",
    "FROM histogram_values(duckdb_settings, name)",
    "FROM histogram('duckdb_settings', name)",
    "FROM seq_scan('data.meta')",
    "FROM sql_auto_complete('SEL')",
    "FROM enable_logging()",
    "FROM checkpoint()",
    "FROM arrow_scan(1, 2, 3)",
    "FROM test_all_types()",
    "FROM summary((FROM data.meta))",
    "FROM hits AT (VERSION => 1)",
    // names of WITH used where they do not count
    "WITH duckdb_tables AS (SELECT 1) FROM duckdb_tables",
    "SELECT (WITH t AS (SELECT 1 a) SELECT a FROM t), (SELECT max(value) FROM t)",
    "WITH a AS (FROM b), b AS (SELECT 1) FROM a",
    "WITH meta AS (SELECT * FROM data.meta) FROM meta",
    "WITH meta AS (FROM meta) FROM meta",
    "WITH a AS (WITH meta AS (SELECT 1) FROM meta) SELECT * FROM a, meta",
    "WITH hits AS (SELECT 1) FROM data.hits",
    "WITH RECURSIVE sqlite_master AS (SELECT 1 UNION ALL FROM sqlite_master) FROM sqlite_master",
    "FROM (WITH t AS (SELECT 1) FROM t) x, t",
    "WITH \"data.meta\" AS (SELECT 1) FROM data.meta",
    // more than one statement, or none
    "",
    "   ",
    ";",
    "-- nothing",
    "SELECT 1; SELECT 2",
    "SELECT 1; DROP TABLE data.hits",
    "SELECT 1 /* ; */; DELETE FROM data.hits --",
    "SELECT 1 -- \n; DELETE FROM data.hits",
    "SELECT 1;\n\n;SELECT 2",
    "EXPLAIN SELECT 1; DELETE FROM data.hits",
    "EXPLAIN DELETE FROM data.hits",
    "EXPLAIN ANALYZE DELETE FROM data.hits",
    "EXPLAIN EXPLAIN SELECT 1",
    "/* */ EXPLAIN /* */ ANALYZE /* */ DROP TABLE data.hits",
    "SELECT ?",
    "SELECT $1",
    "SELECT $name",
    "SELEKT 1",
    // far more than its arguments
    "SELECT repeat('x', 2000000000)",
    "SELECT repeat(repeat('x', 1000), 100000)",
    "SELECT length(repeat('x', range)) FROM range(3000000000, 3000000001)",
    "SELECT lpad('x', 1000000000, 'y')",
    "SELECT range(1000000000)",
    "SELECT len(generate_series(TIMESTAMP '2000-01-01', now()::TIMESTAMP, INTERVAL 1 MICROSECOND))",
    "SELECT list_resize([1], 1000000000)",
    "SELECT format('{:>1000000000}', 'x')",
    "SELECT printf('%*d', 1000000000, 1)",
    "SELECT bitstring('1', 1000000000)",
    "SELECT replace(s, 'x', s) FROM (SELECT repeat('x', 30000) AS s)",
    "SELECT regexp_replace(path, '.', path, 'g') FROM example",
    "SELECT damerau_levenshtein(path, path) FROM example",
};

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

TEST_F(Console, RefusesWhatIsTooLongTooDeepOrNotText) {
  EXPECT_THAT(console(*store_, std::string(100'000, ' ')), HasSubstr("at most 65536 bytes"));
  EXPECT_THAT(console(*store_, std::string_view("SELECT 1\0; DROP TABLE x", 22)), HasSubstr("NUL"));
  EXPECT_THAT(console(*store_, "SELECT '\xff'"), HasSubstr("UTF-8"));
  const std::string open(5000, '('), close(5000, ')');
  EXPECT_EQ(console(*store_, "SELECT " + open + "1" + close), "1\n");  // parentheses cost nothing
  std::string sum = "SELECT 1";
  for (int i = 0; i < 5000; ++i) sum += "+1";
  EXPECT_THAT(console(*store_, sum), StartsWith("error"));
  std::string nested = "SELECT 1";
  for (int i = 0; i < 2000; ++i) nested = "SELECT(" + nested + ")";
  EXPECT_THAT(console(*store_, nested), StartsWith("error"));
  EXPECT_EQ(console(*store_, "SELECT 1"), "1\n");
}

TEST_F(Console, StopsWhatWouldNeverEnd) {
  const char* const kEndless[] = {
      "SELECT count(*) FROM range(10000000000) a, range(10000000000) b",
      "WITH RECURSIVE t AS (SELECT 1 UNION ALL FROM t) SELECT count(*) FROM t",
      "WITH RECURSIVE t(n) AS (SELECT 1 UNION SELECT n + 1 FROM t) SELECT max(n) FROM t",
      "SELECT count(*) FROM hits a, hits b, hits c, hits d, hits e, hits f, hits g",
      "SELECT max(hash(a.range, b.range)) FROM range(100000000) a, range(1000000000) b",
      "SELECT levenshtein(repeat('a', 90000), repeat('b', 1)) , sum(levenshtein(a.path || range,"
      " b.path)) FROM range(100000000), hits a, hits b",
      "SELECT * FROM range(100000000000) ORDER BY random()",
  };
  for (const char* sql : kEndless) {
    const int64_t started = monotonic_ns();
    EXPECT_THAT(console(*store_, sql, {.time_us = 200'000}),
                AnyOf(HasSubstr("stopped after 0.2 s"), HasSubstr("memory"), HasSubstr("Memory")))
        << sql;
    EXPECT_LT((monotonic_ns() - started) / 1'000'000, 1500) << sql;
  }
  EXPECT_EQ(console(*store_, "SELECT count(*) FROM example"), "75\n");
}

TEST_F(Console, StopsAtItsLimitOfRowsWhateverTheStatement) {
  const auto table = store_->query_console("FROM range(1000000000000)", {.rows = 100});
  ASSERT_TRUE(table) << table.error().message;
  EXPECT_EQ(table->rows.size(), 100U);
  EXPECT_TRUE(table->is_truncated);
}

TEST_F(Console, LeavesReadersFreeAfterCancelledQueries) {
  std::atomic<bool> is_cancelled = true;
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(console(*store_, "SELECT count(*) FROM range(10000000000) a, range(1000) b",
                      {.is_cancelled = &is_cancelled}),
              "error: cancelled");
  EXPECT_EQ(console(*store_, "SELECT count(*) FROM example"), "75\n");
}

// Every reader is used: none is left within a transaction of an older state.
TEST_F(Console, SeesNewRowsOnEveryReader) {
  auto store = open_in_memory();
  HitBatch batch;
  for (int i = 1; i <= 12; ++i) {
    fill_batch({{}}, &batch);
    ASSERT_TRUE(store->append(batch));
    (void)console(*store, "SELECT nope FROM hits");
    (void)console(*store, "SELECT error('x') FROM hits");
    ASSERT_EQ(console(*store, "SELECT count(*) FROM hits"), fmt::format("{}\n", i));
  }
}

// The writer's commit may fail meanwhile, but nothing is lost, and afterwards it succeeds.
TEST(ConsoleMemory, AppendSurvivesAQueryThatEatsAllOfIt) {
  const TestFolder folder;
  auto opened =
      open_store({.path = folder.file("a.duckdb"), .memory_bytes_max = 64 << 20, .threads = 2});
  ASSERT_TRUE(opened) << opened.error().message;
  Store& store = **opened;
  std::atomic<bool> is_done = false;
  std::jthread eater([&] {
    while (!is_done)
      (void)console(store,
                    "SELECT count(*) FROM (SELECT DISTINCT hash(range), range FROM "
                    "range(20000000))",
                    {.time_us = 1'000'000, .is_cancelled = &is_done});
  });
  int failed = 0;
  HitBatch batch;
  for (int i = 0; i < 20; ++i) {
    std::vector<TestHit> hits;
    for (int j = 0; j < 1000; ++j) hits.push_back({.path = fmt::format("/{}/{}", i, j)});
    fill_batch(hits, &batch);
    const int64_t started = monotonic_ns();
    while (!store.append(batch)) {
      ++failed;
      ASSERT_LT(monotonic_ns() - started, int64_t{30} * 1'000'000'000);
    }
  }
  is_done = true;
  eater.join();
  RecordProperty("appends_that_failed_first", failed);
  EXPECT_EQ(answer(store, "SELECT count(*), count(DISTINCT path) FROM main.hits"), "20000|20000\n");
}

}  // namespace
}  // namespace ballcone
