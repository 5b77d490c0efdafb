// What is left after the program, or the disk, has failed at the worst moment. The victim is this
// test program itself, started again for one hidden test, so that no state is shared with it.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "base/check.h"
#include "base/clock.h"
#include "store/store.h"
#include "store/test_engine.h"
#include "store/test_folder.h"
#include "store/test_hits.h"

namespace ballcone {
namespace {

using testing::HasSubstr;

constexpr const char* kPathName = "BALLCONE_TEST_DATABASE";  // environment of the victim
constexpr int kReportFd = 3;
constexpr int kBatchRows = 900;

// This test program again, running `test` alone, with the writing end of a pipe as its report.
class Victim {
 public:
  Victim(const std::string& test, const std::string& path) {
    int ends[2];
    CHECK(pipe(ends) == 0);
    std::string filter = "--gtest_filter=" + test;
    std::string also = "--gtest_also_run_disabled_tests";
    const std::string setting = std::string(kPathName) + "=" + path;
    pid_ = fork();
    if (pid_ == 0) {  // only calls that are safe between fork and exec
      dup2(ends[1], kReportFd);
      const int null = ::open("/dev/null", O_WRONLY);
      dup2(null, STDOUT_FILENO);
      if (ends[0] != kReportFd) close(ends[0]);
      char* arguments[] = {const_cast<char*>("store_test"), filter.data(), also.data(), nullptr};
      char* environment[] = {const_cast<char*>(setting.c_str()),
                             const_cast<char*>("ASAN_OPTIONS=detect_leaks=0"), nullptr};
      execve("/proc/self/exe", arguments, environment);
      _exit(127);
    }
    close(ends[1]);
    report_ = ends[0];
  }
  Victim(const Victim&) = delete;
  Victim& operator=(const Victim&) = delete;
  ~Victim() {
    kill_now();
    close(report_);
  }

  // The next number that the victim reports; -1 when it has ended.
  int next() {
    int number = -1;
    return read(report_, &number, sizeof(number)) == sizeof(number) ? number : -1;
  }
  void kill_now() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
  int report_ = -1;
};

void report(int number) { CHECK(write(kReportFd, &number, sizeof(number)) == sizeof(number)); }

std::string path_of_victim() {
  const char* path = std::getenv(kPathName);
  return path != nullptr ? path : "";
}

// Batch `i` has rows of its own number, with texts that are new and texts that are not.
void fill_numbered(int i, HitBatch* batch) {
  std::vector<TestHit> hits;
  for (int j = 0; j < kBatchRows; ++j)
    hits.push_back({.service = fmt::format("service{}", i % 20),
                    .path = j % 3 == 0 ? fmt::format("/{}/{}", i, j) : fmt::format("/{}", j % 50),
                    .time_us = i * kSecond_us,
                    .visitor = static_cast<uint64_t>(j)});
  fill_batch(hits, batch);
}

TEST(Victim, DISABLED_AppendsUntilItIsKilled) {
  if (path_of_victim().empty()) GTEST_SKIP();
  auto store = open_store({.path = path_of_victim(), .threads = 2});
  CHECK(store.has_value());
  const auto table = (*store)->query({"SELECT coalesce(max(epoch_us(time)), 0) FROM hits", {}}, {});
  CHECK(table.has_value());
  report(0);  // open
  HitBatch batch;
  for (int i = static_cast<int>(std::get<int64_t>(table->rows[0][0]) / kSecond_us) + 1;; ++i) {
    fill_numbered(i, &batch);
    CHECK((*store)->append(batch).has_value());
    report(i);
    if (i % 7 == 0) CHECK((*store)->checkpoint().has_value());
  }
}

TEST(StoreAfterKill, HoldsEveryCommittedBatchWholeAndNoneInPart) {
  const TestFolder folder;
  const StoreOptions options{.path = folder.file("a.duckdb"), .threads = 2};
  std::mt19937 random(20261123);
  int committed = 0;
  constexpr int kRounds = 12;
  for (int round = 0; round < kRounds; ++round) {
    SCOPED_TRACE(fmt::format("round {}, {} committed", round, committed));
    {
      Victim victim("Victim.DISABLED_AppendsUntilItIsKilled", options.path);
      ASSERT_EQ(victim.next(), 0);
      const int batches = static_cast<int>(random() % 6);
      for (int i = 0; i < batches; ++i) {
        const int number = victim.next();
        ASSERT_GT(number, 0);
        committed = number;
      }
      usleep(static_cast<useconds_t>(random() %
                                     60'000));  // the moment of the kill, somewhere within a commit
      victim.kill_now();
      for (int number; (number = victim.next()) > 0;) committed = number;
    }
    auto store = open_store(options);
    ASSERT_TRUE(store) << store.error().message;
    // A batch may be committed and not yet reported; it is whole all the same.
    const auto whole = (*store)->query(
        {"SELECT count(*), max(b) FROM (SELECT epoch_us(time) // 1000000 AS b, count(*) AS n,"
         " count(DISTINCT visitor) AS v, count(DISTINCT path) AS p, count(path) AS q FROM main.hits"
         " GROUP BY 1) WHERE n = 900 AND v = 900 AND p = 350 AND q = 900",
         {}},
        {});
    ASSERT_TRUE(whole) << whole.error().message;
    const int64_t batches = std::get<int64_t>(whole->rows[0][0]);
    EXPECT_GE(batches, committed);
    EXPECT_LE(batches, committed + 1);
    EXPECT_EQ(answer(**store, "SELECT count(*) FROM data.hits"),
              fmt::format("{}\n", batches * kBatchRows));
    EXPECT_EQ(answer(**store,
                     "SELECT count(*) - count(DISTINCT hash), count(*) - count(DISTINCT"
                     " code) FROM data.text_path"),
              "0|0\n");
    EXPECT_EQ((*store)->services().size(), static_cast<size_t>(std::min<int64_t>(batches, 20)));
    for (const std::string& service : (*store)->services())
      EXPECT_THAT(console(**store, "SELECT count(*) > 0 FROM " + service), "true\n");
    committed = static_cast<int>(batches);
  }
  EXPECT_GT(committed, kRounds);
}

// Two threads import one input each: batch `i` of an input is its bytes [i, i + 1).
TEST(Victim, DISABLED_ImportsUntilItIsKilled) {
  if (path_of_victim().empty()) GTEST_SKIP();
  auto store = open_store({.path = path_of_victim(), .threads = 2});
  CHECK(store.has_value());
  const auto import = (*store)->begin_import({.what = "a", .is_follow = true}, 0);
  CHECK(import.has_value());
  const auto run = [&](const std::string& name) {
    const auto input = (*store)->open_input("", name, name);
    CHECK(input.has_value() && input->done.size() <= 1);
    HitBatch batch;
    for (uint64_t i = input->done.empty() ? 0 : input->done[0].end;; ++i) {
      std::vector<TestHit> hits;
      const size_t rows = i % 8 == 5 ? 9000 : i % 8 == 6 ? 0 : 300;
      for (size_t j = 0; j < rows; ++j)
        hits.push_back({.service = fmt::format("{}{}", name, i % 5),
                        .path = fmt::format("/{}", (i * 211 + j) % 20'000),
                        .time_us = static_cast<int64_t>(i) * kSecond_us,
                        .user_agent = name,
                        .visitor = j});
      fill_batch(hits, &batch);
      for (uint32_t& id : batch.import) id = *import;
      CHECK((*store)->append(batch, {{*import, input->id, {i, i + 1}, rows + 1, rows}}));
      if (i % 11 == 0) CHECK((*store)->checkpoint().has_value());
    }
  };
  report(0);
  std::jthread other([&] { run("b"); });
  run("a");
}

TEST(StoreAfterKill, HoldsExactlyTheRowsThatItsPiecesSay) {
  const TestFolder folder;
  const StoreOptions options{.path = folder.file("a.duckdb"), .threads = 2};
  std::mt19937 random(20261124);
  int64_t pieces_before = 0;
  for (int round = 0; round < 20; ++round) {
    SCOPED_TRACE(round);
    {
      Victim victim("Victim.DISABLED_ImportsUntilItIsKilled", options.path);
      ASSERT_EQ(victim.next(), 0);
      usleep(static_cast<useconds_t>(random() % 300'000));  // somewhere within a commit
    }
    auto store = open_store(options);
    ASSERT_TRUE(store) << store.error().message;
    // Of every input: its batches from the first on, each whole.
    EXPECT_EQ(
        answer(**store,
               "WITH h AS (SELECT user_agent AS name, count(*) AS n,"
               " max(epoch_us(time)) // 1000000 AS last FROM main.hits GROUP BY 1),"
               " p AS (SELECT name, sum(stored) AS n, sum(last - first) AS bytes,"
               " max(last) AS last FROM data.pieces JOIN data.inputs ON id = input GROUP BY 1)"
               " SELECT count(*) FROM h FULL JOIN p USING (name) WHERE h.n IS DISTINCT FROM"
               " p.n OR bytes <> p.last OR h.last >= p.last"),
        "0\n");
    EXPECT_EQ(answer(**store,
                     "SELECT count(*) - count(DISTINCT hash), count(*) - count(DISTINCT code)"
                     " FROM data.text_path"),
              "0|0\n");
    EXPECT_EQ(answer(**store, "SELECT count(*) FROM main.hits WHERE path IS NULL"), "0\n");
    const auto infos = (*store)->imports();
    ASSERT_TRUE(infos && infos->size() == 1);
    EXPECT_EQ((*infos)[0].stored, (*store)->info()->hits);
    EXPECT_GE(static_cast<int64_t>((*infos)[0].bytes), pieces_before);
    pieces_before = static_cast<int64_t>((*infos)[0].bytes);
  }
  EXPECT_GT(pieces_before, 20);
}

TEST(Victim, DISABLED_HoldsTheDatabase) {
  if (path_of_victim().empty()) GTEST_SKIP();
  auto store = open_store({.path = path_of_victim(), .threads = 2});
  CHECK(store.has_value());
  report(1);
  while (true) pause();
}

TEST(StoreInUse, SaysWhichProcessHasIt) {
  const TestFolder folder;
  const std::string path = folder.file("a.duckdb");
  Victim holder("Victim.DISABLED_HoldsTheDatabase", path);
  ASSERT_EQ(holder.next(), 1);
  const auto store = open_store({.path = path});
  ASSERT_FALSE(store);
  EXPECT_THAT(store.error().message, HasSubstr(path + " is in use by another process"));
  EXPECT_THAT(store.error().message, HasSubstr(fmt::format("PID {}", holder.pid())));
}

// A disk that is full and then is not, by the limit of a file's size: a write past it fails.
TEST(Victim, DISABLED_MeetsAFullDisk) {
  if (path_of_victim().empty()) GTEST_SKIP();
  signal(SIGXFSZ, SIG_IGN);
  auto store = open_store({.path = path_of_victim(), .threads = 2});
  CHECK(store.has_value());
  HitBatch batch;
  fill_numbered(1, &batch);
  CHECK((*store)->append(batch).has_value());
  rlimit limit{};
  CHECK(getrlimit(RLIMIT_FSIZE, &limit) == 0);
  int next = 2;
  for (const uint64_t room : {0, 1000, 5000, 20'000, 100'000, 300'000, 1'000'000}) {
    const uint64_t wal = std::filesystem::file_size(path_of_victim()) > 0 &&
                                 std::filesystem::exists(path_of_victim() + ".wal")
                             ? std::filesystem::file_size(path_of_victim() + ".wal")
                             : 0;
    limit.rlim_cur = wal + room;
    CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    bool has_failed = false;
    for (int i = 0; i < 50 && !has_failed; ++i) {
      fill_numbered(next, &batch);
      has_failed = !(*store)->append(batch).has_value();
      next += !has_failed;
    }
    CHECK(has_failed);
    for (int i = 0; i < 3; ++i) CHECK(!(*store)->append(batch).has_value());  // it still is full
    limit.rlim_cur = limit.rlim_max;
    CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    // The first append may only find that the database has to be opened anew.
    bool is_back = false;
    for (int i = 0; i < 3 && !is_back; ++i) is_back = (*store)->append(batch).has_value();
    CHECK(is_back);
    ++next;
  }
  report(next - 1);
}

TEST(StoreOnAFullDisk, LosesNothingAndGoesOnWhenThereIsRoom) {
  const TestFolder folder;
  const StoreOptions options{.path = folder.file("a.duckdb"), .threads = 2};
  Victim victim("Victim.DISABLED_MeetsAFullDisk", options.path);
  const int batches = victim.next();
  ASSERT_GT(batches, 7);
  EXPECT_EQ(victim.next(), -1);
  victim.kill_now();
  auto store = open_store(options);
  ASSERT_TRUE(store) << store.error().message;
  EXPECT_EQ(answer(**store, "SELECT count(*), count(DISTINCT time) FROM data.hits"),
            fmt::format("{}|{}\n", batches * kBatchRows, batches));
}

// One call of LIKE that takes the engine many seconds, in which it does not listen.
TEST(Victim, DISABLED_IsAskedWhatTakesForEver) {
  if (path_of_victim().empty()) GTEST_SKIP();
  constexpr const char* kDeaf =
      "WITH t AS (SELECT string_agg('a', '') s FROM range(9000)) SELECT s LIKE '%a%a%a_b' FROM t";
  auto store = open_store({.path = path_of_victim(), .threads = 2});
  CHECK(store.has_value());
  HitBatch batch;
  fill_numbered(1, &batch);
  CHECK((*store)->append(batch).has_value());
  for (int i = 0; i < 2; ++i) {
    const int64_t started = monotonic_ns();
    CHECK(console(**store, kDeaf, {.time_us = 1'500'000}) ==
          "error: stopped after 1.5 s, the limit for one query");
    report(static_cast<int>((monotonic_ns() - started) / 1'000'000));
  }
  CHECK(console(**store, "SELECT count(*) > 0 FROM hits") == "true\n");
  fill_numbered(2, &batch);
  CHECK((*store)->append(batch).has_value());
  const int64_t started = monotonic_ns();
  store->reset();
  report(static_cast<int>((monotonic_ns() - started) / 1'000'000));
}

TEST(StoreAskedForEver, LeavesTheReaderThatDoesNotStop) {
  const TestFolder folder;
  const StoreOptions options{.path = folder.file("a.duckdb"), .threads = 2};
  Victim victim("Victim.DISABLED_IsAskedWhatTakesForEver", options.path);
  for (int i = 0; i < 2; ++i) {
    const int answered_ms = victim.next();
    EXPECT_GE(answered_ms, 1500);
    EXPECT_LT(answered_ms, 2500);
  }
  const int closed_ms = victim.next();
  EXPECT_GE(closed_ms, 2000);  // it did wait a little
  EXPECT_LT(closed_ms, 8000);
  EXPECT_EQ(victim.next(), -1);  // and the program ended
  victim.kill_now();
  auto store = open_store(options);
  ASSERT_TRUE(store) << store.error().message;
  EXPECT_EQ(answer(**store, "SELECT count(*) FROM data.hits"), fmt::format("{}\n", 2 * kBatchRows));
}

TEST(StoreWithoutPermission, SaysSo) {
  if (geteuid() == 0) {
    // Root may do everything: give the rights up in a child of our own.
    const TestFolder folder;
    const std::string path = folder.file("a.duckdb");
    ASSERT_EQ(run_on_file(path, "SELECT 1"), "");
    ASSERT_EQ(chmod(path.c_str(), 0400), 0);
    const pid_t pid = fork();
    if (pid == 0) {
      if (setuid(65534) != 0) _exit(2);
      const auto store = open_store({.path = path});
      _exit(!store && store.error().message.find("give this user permission") != std::string::npos
                ? 0
                : 1);
    }
    int status = 0;
    ASSERT_EQ(waitpid(pid, &status, 0), pid);
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0);
    return;
  }
  const TestFolder folder;
  const std::string path = folder.file("a.duckdb");
  ASSERT_EQ(run_on_file(path, "SELECT 1"), "");
  ASSERT_EQ(chmod(path.c_str(), 0400), 0);
  const auto store = open_store({.path = path});
  ASSERT_FALSE(store);
  EXPECT_THAT(store.error().message, HasSubstr("give this user permission"));
}

}  // namespace
}  // namespace ballcone
