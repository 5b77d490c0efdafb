#include "command/import_socket.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

#include "command/import_client.h"
#include "command/import_connection.h"
#include "command/import_files.h"
#include "command/import_test_figures.h"
#include "store/test_folder.h"

namespace ballcone {
namespace {

using testing::HasSubstr;

// Reads its files whole and counts their bytes; may then wait to be stopped.
class FakeWork : public ImportWork {
 public:
  Result<ImportFigures> run(const ImportOptions& options, const ImportSettings& settings,
                            std::vector<ImportFile> files, const std::atomic<bool>& is_stopping,
                            const ImportReport& report) override {
    if (options.format == "broken") return failure("the disk is full");
    ImportFigures figures = test_figures();
    figures.files = files.size();
    figures.file_bytes = 0;
    figures.is_stopped = false;
    for (const ImportFile& file : files) {
      char bytes[64];
      for (ssize_t size; (size = read(file.file, bytes, sizeof bytes)) > 0;)
        figures.file_bytes += static_cast<uint64_t>(size);
      figures.file = file.name;
      close(file.file);
    }
    figures.format = settings.addresses.value_or("the server's");
    {
      const std::lock_guard lock(mutex_);
      ++running_;
    }
    changed_.notify_all();
    for (int i = 0; i < 1000 && options.is_again && !is_stopping; ++i) {
      report(figures);
      usleep(10'000);
    }
    figures.is_stopped = is_stopping;
    const std::lock_guard lock(mutex_);
    if (is_stopping) ++stopped_;
    --running_;
    changed_.notify_all();
    return figures;
  }
  Result<std::vector<ImportInfo>> list() override {
    return std::vector<ImportInfo>{{.id = 5, .start = {"a.log", "", "combined", false}}};
  }
  Result<uint64_t> undo(uint32_t import) override {
    if (import != 5) return failure(fmt::format("there is no import {}", import));
    return 42;
  }

  bool wait_for(int running, int stopped) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20),
                             [&] { return running_ == running && stopped_ == stopped; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int running_ = 0;
  int stopped_ = 0;
};

class ImportSocketTest : public testing::Test {
 protected:
  void start() {
    auto socket = start_import_socket(import_socket_path(database_), work_);
    ASSERT_TRUE(socket) << socket.error().message;
    socket_ = std::move(*socket);
  }
  std::unique_ptr<ImportWork> server() {
    auto work = find_server_work(database_);
    EXPECT_NE(work, nullptr);
    return work;
  }
  std::vector<ImportFile> open_many(int count) {
    std::vector<ImportFile> files;
    std::ofstream(folder_.file("log")) << "12345\n";
    for (int i = 0; i < count; ++i)
      files.push_back(
          {fmt::format("log{}", i), open(folder_.file("log").c_str(), O_RDONLY | O_CLOEXEC)});
    return files;
  }

  TestFolder folder_;
  std::string database_ = folder_.file("a.duckdb");
  FakeWork work_;
  std::unique_ptr<ImportSocket> socket_;
  const std::atomic<bool> is_never_{false};
  const ImportReport ignore_ = [](const ImportFigures&) {};
};

TEST_F(ImportSocketTest, IsForThisUserAloneAndGoesWithTheServer) {
  EXPECT_EQ(find_server_work(database_), nullptr);
  start();
  struct stat status {};
  ASSERT_EQ(stat((database_ + ".sock").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  EXPECT_NE(server(), nullptr);
  socket_->stop();
  EXPECT_FALSE(std::filesystem::exists(database_ + ".sock"));
  EXPECT_EQ(find_server_work(database_), nullptr);
}

TEST_F(ImportSocketTest, TakesThePlaceOfOneThatWasLeftBehind) {
  const auto left_behind = listen_on(import_socket_path(database_));
  ASSERT_TRUE(left_behind);
  close(*left_behind);
  EXPECT_EQ(find_server_work(database_), nullptr);
  start();
  EXPECT_EQ(server()->list()->at(0).id, 5u);
}

TEST_F(ImportSocketTest, HasAnAddressHoweverLongThePathIs) {
  const std::string folder = folder_.file(std::string(120, 'x'));
  std::filesystem::create_directory(folder);
  database_ = folder + "/a.duckdb";
  start();
  EXPECT_EQ(server()->list()->size(), 1u);
  database_ = folder + "/" + std::string(120, 'x');
  const auto too_long = start_import_socket(import_socket_path(database_), work_);
  ASSERT_FALSE(too_long);
  EXPECT_THAT(too_long.error().message, HasSubstr("shorter name"));
}

TEST_F(ImportSocketTest, HandsOverOpenFilesAndBringsFiguresBack) {
  start();
  const auto figures = server()->run({}, {.addresses = "full"}, open_many(1), is_never_, ignore_);
  ASSERT_TRUE(figures) << figures.error().message;
  EXPECT_EQ(figures->file, "log0");
  EXPECT_EQ(figures->file_bytes, 6u);
  EXPECT_EQ(figures->format, "full");
  EXPECT_EQ(figures->services.size(), 2u);
}

TEST_F(ImportSocketTest, HandsOverThousandsOfFiles) {
  start();
  // Both ends are this process.
  const int count = raise_open_files_max() > 5000 ? 2001 : 401;
  const auto figures = server()->run({}, {}, open_many(count), is_never_, ignore_);
  ASSERT_TRUE(figures) << figures.error().message;
  EXPECT_EQ(figures->files, static_cast<uint64_t>(count));
  // One open file description behind all names of an open() each: every one was read.
  EXPECT_EQ(figures->file_bytes, 6u * static_cast<uint64_t>(count));
}

TEST_F(ImportSocketTest, ReportsFailures) {
  start();
  const auto figures = server()->run({.format = "broken"}, {}, open_many(1), is_never_, ignore_);
  ASSERT_FALSE(figures);
  EXPECT_EQ(figures.error().message, "the disk is full");
  EXPECT_EQ(server()->undo(5).value(), 42u);
  EXPECT_EQ(server()->undo(6).error().message, "there is no import 6");
}

TEST_F(ImportSocketTest, WorksForSeveralAtOnceAndStopsTheOneThatIsToldTo) {
  start();
  std::atomic<bool> is_stopping{false};
  Result<ImportFigures> first = failure("");
  std::atomic<int> reports{0};
  std::jthread thread([&] {
    first = server()->run({.is_again = true}, {}, open_many(1), is_stopping,
                          [&](const ImportFigures&) { ++reports; });
  });
  ASSERT_TRUE(work_.wait_for(1, 0));
  const auto second = server()->run({}, {}, open_many(1), is_never_, ignore_);
  ASSERT_TRUE(second);
  EXPECT_FALSE(second->is_stopped);
  is_stopping = true;
  thread.join();
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_TRUE(first->is_stopped);
  EXPECT_GT(reports, 0);
  EXPECT_TRUE(work_.wait_for(0, 1));
}

TEST_F(ImportSocketTest, StopsTheImportOfACommandThatIsGone) {
  start();
  {
    ImportConnection command(connect_to(import_socket_path(database_)));
    std::string line;
    command.send(
        R"({"what":"import","options":{"service":"","service_from":"line","format":"auto",)"
        R"("label":"","excludes":[],"keeps_query":true,"is_again":true},"settings":{}})"
        "\n");
    ASSERT_EQ(command.receive(&line, 20'000), ImportConnection::Got::line);
    command.send("{\"what\":\"begin\"}\n");
    ASSERT_TRUE(work_.wait_for(1, 0));
  }
  EXPECT_TRUE(work_.wait_for(0, 1));
}

TEST_F(ImportSocketTest, TellsACommandThatTheServerStops) {
  start();
  Result<ImportFigures> figures = failure("");
  std::jthread thread(
      [&] { figures = server()->run({.is_again = true}, {}, open_many(1), is_never_, ignore_); });
  ASSERT_TRUE(work_.wait_for(1, 0));
  socket_->stop();
  thread.join();
  ASSERT_TRUE(figures) << figures.error().message;
  EXPECT_TRUE(figures->is_stopped);
}

TEST_F(ImportSocketTest, AnswersNonsenseWithAnError) {
  start();
  for (const char* nonsense :
       {"hello\n", "{\"what\":\"stop\"}\n", "{\"what\":\"files\",\"names\":[\"a\"]}\n"}) {
    ImportConnection command(connect_to(import_socket_path(database_)));
    std::string line;
    command.send(nonsense);
    ASSERT_EQ(command.receive(&line, 20'000), ImportConnection::Got::line) << nonsense;
    EXPECT_THAT(line, HasSubstr("\"error\"")) << nonsense;
    EXPECT_EQ(command.receive(&line, 20'000), ImportConnection::Got::closed);
  }
}

}  // namespace
}  // namespace ballcone
