#include "source/follow.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <thread>

#include "base/clock.h"
#include "source/rotated.h"

namespace ballcone {
namespace {

namespace fs = std::filesystem;

constexpr FollowOptions kQuick{.silent_ms = 100, .poll_ms = 20};
constexpr int kLongMs = 20'000;  // a test that waits so long has failed

class TestFolder {
 public:
  TestFolder() {
    std::string name = (fs::temp_directory_path() / "ballcone-follow-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~TestFolder() { fs::remove_all(path_); }
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  fs::path path_;
};

void append(const std::string& path, std::string_view text) {
  std::ofstream(path, std::ios::app) << text;
}

// Follows paths, and remembers what came.
class Reader {
 public:
  // `stored` says by the first line of a generation what is known of it.
  explicit Reader(std::vector<std::string> paths,
                  std::map<std::string, std::vector<Range>> stored = {},
                  FollowOptions options = kQuick)
      : stored_(std::move(stored)),
        follower_(follow(
            std::move(paths),
            [this](const FollowedFile&, std::string_view head) {
              EXPECT_TRUE(head.ends_with('\n')) << head;
              heads.emplace_back(head);
              return stored_[std::string(head.substr(0, head.find('\n')))];
            },
            options)) {}

  bool read(int wait_ms) {
    Lines block(1 << 20);
    FollowedFile file;
    Range range;
    if (!follower_->read(&block, &file, &range, wait_ms)) return false;
    EXPECT_GT(block.count(), 0u);
    EXPECT_GE(range.begin, position[file.id]) << "of " << file.id;
    position[file.id] = range.end;
    files.insert(file.id);
    last_path = file.path;
    for (size_t i = 0; i < block.count(); ++i) lines.emplace_back(block.line(i));
    return true;
  }
  // Until there are so many lines, or it takes too long.
  std::vector<std::string> read_until(size_t count) {
    const int64_t deadline = monotonic_ns() + int64_t{kLongMs} * 1'000'000;
    while (lines.size() < count && monotonic_ns() < deadline) read(100);
    return lines;
  }
  std::string trouble() const {
    std::string all;
    for (const auto& [path, trouble] : follower_->troubles()) all += trouble + "\n";
    return all;
  }

  std::vector<std::string> heads;
  std::vector<std::string> lines;
  std::map<uint64_t, uint64_t> position;  // by generation
  std::set<uint64_t> files;
  std::string last_path;

 private:
  std::map<std::string, std::vector<Range>> stored_;
  std::unique_ptr<Follower> follower_;
};

using Strings = std::vector<std::string>;

TEST(Follow, ReadsWhatIsThereAndWhatComes) {
  const TestFolder folder;
  const std::string path = folder / "access.log";
  append(path, "one\ntwo\n");
  Reader reader({path}, {}, {.silent_ms = 100, .poll_ms = 60'000});  // inotify alone tells
  EXPECT_EQ(reader.read_until(2), (Strings{"one", "two"}));
  EXPECT_FALSE(reader.read(0));
  append(path, "three\n");
  EXPECT_EQ(reader.read_until(3).back(), "three");
  EXPECT_EQ(reader.heads, (Strings{"one\ntwo\n"}));
  EXPECT_EQ(reader.last_path, path);
  EXPECT_EQ(reader.trouble(), "");
}

TEST(Follow, WaitsForAPathThatDoesNotExistAndSaysSo) {
  const TestFolder folder;
  const std::string path = folder / "deep/access.log";
  Reader reader({path});
  EXPECT_FALSE(reader.read(0));
  EXPECT_NE(reader.trouble().find("access.log cannot be followed: No such file"), std::string::npos)
      << reader.trouble();
  fs::create_directory(folder / "deep");
  append(path, "one\n");
  EXPECT_EQ(reader.read_until(1), (Strings{"one"}));
  EXPECT_EQ(reader.trouble(), "");
}

TEST(Follow, WaitsForTheEndOfALine) {
  const TestFolder folder;
  const std::string path = folder / "access.log";
  append(path, "o");
  Reader reader({path});
  EXPECT_FALSE(reader.read(30));
  append(path, "ne\ntw");
  EXPECT_EQ(reader.read_until(1), (Strings{"one"}));
  EXPECT_FALSE(reader.read(30));
  append(path, "o\n");
  EXPECT_EQ(reader.read_until(2), (Strings{"one", "two"}));
}

TEST(Follow, TakesALastLineWithoutItsEndWhenTheFileIsFinished) {
  const TestFolder folder;
  const std::string path = folder / "access.log";
  append(path, "one\ntwo");
  Reader reader({path});
  EXPECT_EQ(reader.read_until(1), (Strings{"one"}));
  fs::rename(path, folder / "access.log.1");
  EXPECT_EQ(reader.read_until(2), (Strings{"one", "two"}));
}

TEST(Follow, GoesOnWhereItStopped) {
  const TestFolder folder;
  const std::string path = folder / "access.log";
  append(path, "one\ntwo\nthree\n");
  Reader reader({path}, {{"one", {{0, 4}}}});
  EXPECT_EQ(reader.read_until(2), (Strings{"two", "three"}));
}

TEST(Follow, ReadsRotatedGenerationsOnlyIfItFollowedThem) {
  const auto set_age = [](const std::string& path, int hours) {
    fs::last_write_time(path, fs::file_time_type::clock::now() - std::chrono::hours(hours));
  };
  const TestFolder folder;
  const std::string path = folder / "access.log";
  append(folder / "access.log.3", "very old\n");
  append(folder / "access.log.2", "old\nnot seen\n");
  append(folder / "access.log.1", "younger\n");
  append(folder / "access.log.1.gz", "\x1f\x8b not a log");
  append(folder / "access.log.bak", "not rotated\n");
  append(path, "now\n");
  set_age(folder / "access.log.3", 3);
  set_age(folder / "access.log.2", 2);
  set_age(folder / "access.log.1", 1);
  Reader stranger({path});
  EXPECT_EQ(stranger.read_until(1), (Strings{"now"}));
  EXPECT_FALSE(stranger.read(30));
  Reader again({path}, {{"old", {{0, 4}}}});
  EXPECT_EQ(again.read_until(3), (Strings{"not seen", "younger", "now"}));
  EXPECT_FALSE(again.read(30));
  EXPECT_EQ(again.files.size(), 3u);
  Reader all_known({path}, {{"old", {{0, 13}}}, {"younger", {{0, 8}}}});
  EXPECT_EQ(all_known.read_until(1), (Strings{"now"}));
  EXPECT_FALSE(all_known.read(30));
}

TEST(Follow, ReadsWhatACopyHasAndTheTruncatedFileHasNoMore) {
  const TestFolder folder;
  const std::string path = folder / "access.log";
  append(path, "one\ntw");
  Reader reader({path});
  EXPECT_EQ(reader.read_until(1), (Strings{"one"}));
  append(path, "o\nthree\n");
  fs::copy_file(path, folder / "access.log.1");
  fs::resize_file(path, 0);
  append(path, "four, and longer than everything that was there before\n");
  EXPECT_EQ(
      reader.read_until(4),
      (Strings{"one", "two", "three", "four, and longer than everything that was there before"}));
  EXPECT_FALSE(reader.read(30));
  // Without a copy there is only what comes.
  fs::resize_file(path, 0);
  EXPECT_FALSE(reader.read(30));
  append(path, "five\n");
  EXPECT_EQ(reader.read_until(5).back(), "five");
  EXPECT_EQ(reader.files.size(), 3u);
}

TEST(Follow, FollowsAWriterThatDoesNotAppendThroughCopytruncate) {
  const TestFolder folder;
  const std::string path = folder / "access.log";
  std::ofstream writer(path);
  writer << "one\n" << std::string(60'000, 'x') << "\n" << std::flush;
  Reader reader({path});
  reader.read_until(2);
  writer << "two\n" << std::flush;
  fs::copy_file(path, folder / "access.log.1");
  fs::resize_file(path, 0);
  writer << "three\n" << std::flush;  // behind a hole
  reader.read_until(4);
  ASSERT_EQ(reader.lines.size(), 4u);
  EXPECT_EQ(reader.lines[2], "two");
  EXPECT_EQ(reader.lines[3], "three");
  writer << "four\n" << std::flush;
  EXPECT_EQ(reader.read_until(5).back(), "four");
}

TEST(Follow, FollowsALinkToAnotherFile) {
  const TestFolder folder;
  const std::string path = folder / "current";
  fs::create_directory(folder / "elsewhere");
  append(folder / "elsewhere/a", "one\n");
  append(folder / "elsewhere/b", "two\n");
  fs::create_symlink(folder / "elsewhere/a", path);
  Reader reader({path});
  EXPECT_EQ(reader.read_until(1), (Strings{"one"}));
  fs::create_symlink(folder / "elsewhere/b", folder / "next");
  fs::rename(folder / "next", path);
  EXPECT_EQ(reader.read_until(2), (Strings{"one", "two"}));
  append(folder / "elsewhere/b", "three\n");
  EXPECT_EQ(reader.read_until(3).back(), "three");
}

TEST(Follow, HearsAWriterThatStillHasTheOldFileOpen) {
  const TestFolder folder;
  const std::string path = folder / "access.log";
  std::ofstream writer(path, std::ios::app);
  writer << "one\n" << std::flush;
  Reader reader({path}, {}, {.silent_ms = 60'000, .poll_ms = 20});
  reader.read_until(1);
  fs::rename(path, folder / "access.log.1");
  append(path, "new\n");
  EXPECT_EQ(reader.read_until(2).back(), "new");
  writer << "late\n" << std::flush;
  EXPECT_EQ(reader.read_until(3).back(), "late");
}

TEST(Follow, FindsWhatWasRotatedTwiceBetweenTwoLooks) {
  const TestFolder folder;
  const std::string path = folder / "access.log";
  append(path, "one\n");
  Reader reader({path});
  reader.read_until(1);
  append(path, "two\n");
  fs::rename(path, folder / "access.log.2");
  append(path, "three\n");
  fs::rename(path, folder / "access.log.1");
  append(path, "four\n");
  EXPECT_EQ(reader.read_until(4), (Strings{"one", "two", "three", "four"}));
  EXPECT_FALSE(reader.read(30));
}

TEST(Follow, TellsWhatItCannotRead) {
  const TestFolder folder;
  append(folder / "binary", std::string_view("\x7f"
                                             "ELF\2\1\1\0\0\0\n",
                                             11));
  fs::create_directory(folder / "folder");
  append(folder / "fine", "one\n");
  Reader reader({folder / "binary", folder / "folder", folder / "fine"});
  EXPECT_EQ(reader.read_until(1), (Strings{"one"}));
  EXPECT_FALSE(reader.read(50));
  EXPECT_NE(reader.trouble().find("binary cannot be followed: expected a log"), std::string::npos);
  EXPECT_NE(reader.trouble().find("folder cannot be followed: Is a directory"), std::string::npos);
  EXPECT_EQ(reader.trouble().find("fine"), std::string::npos);
}

TEST(Follow, KnowsTheNamesOfRotatedFiles) {
  for (const std::string name : {"access.log.1", "access.log-20261123", "access.log.2026-11-23",
                                 "access-20261123.log", "access.1.log", "access.log_1763900000"})
    EXPECT_TRUE(is_rotated_name(name, "access.log")) << name;
  for (const std::string name : {"access.log", "access.log.1.gz", "access.log.bak", "access.log.",
                                 "access2.log", "error.log.1", "access.log1", "other-access.log"})
    EXPECT_FALSE(is_rotated_name(name, "access.log")) << name;
}

// ---- under load: a thread writes and rotates, in all ways

class LoadedLog {
 public:
  explicit LoadedLog(std::string path) : path_(std::move(path)) { reopen(); }
  ~LoadedLog() { close(file_); }

  void write(int line) {
    // Two writes, so that many reads see half a line.
    const std::string text = "line " + std::to_string(line) + std::string(line % 50, '.');
    EXPECT_EQ(::write(file_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
    EXPECT_EQ(::write(file_, "\n", 1), 1);
  }
  void reopen() {
    if (file_ >= 0) close(file_);
    file_ = open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  }
  void shift() {
    for (int i = 20; i > 0; --i) {
      const std::string from = path_ + "." + std::to_string(i);
      if (fs::exists(from)) fs::rename(from, path_ + "." + std::to_string(i + 1));
    }
  }
  void rename() {
    shift();
    fs::rename(path_, path_ + ".1");
  }
  void copy_and_truncate() {
    shift();
    fs::copy_file(path_, path_ + ".1");
    fs::resize_file(path_, 0);
  }
  void switch_link(int number) {
    const std::string target = path_ + "-" + std::to_string(20'260'000 + number);
    close(file_);
    file_ = open(target.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    fs::create_symlink(target, path_ + "-next");
    fs::rename(path_ + "-next", path_);
  }

 private:
  std::string path_;
  int file_ = -1;
};

enum class Rotation { rename, rename_late, copytruncate, link };

class FollowUnderLoad : public testing::TestWithParam<Rotation> {};

TEST_P(FollowUnderLoad, DeliversEveryLineOnce) {
  constexpr int kLines = 20'000;
  constexpr int kLinesPerFile = 2'500;
  const TestFolder folder;
  const std::string path = folder / "access.log";
  LoadedLog log(path);
  if (GetParam() == Rotation::link) log.switch_link(99);
  Reader reader({path});
  reader.read(0);  // what is rotated before it is looked at is history
  std::thread writer([&] {
    for (int line = 0; line < kLines; ++line) {
      log.write(line);
      const int in_file = line % kLinesPerFile;
      switch (GetParam()) {
        case Rotation::rename:
          if (in_file == 0) log.rename();
          if (in_file == 0) log.reopen();
          break;
        case Rotation::rename_late:  // as nginx, until it gets its signal
          if (in_file == 0) log.rename();
          if (in_file == 300) log.reopen();
          break;
        case Rotation::copytruncate:
          if (in_file == 0) log.copy_and_truncate();
          break;
        case Rotation::link:
          if (in_file == 0) log.switch_link(line / kLinesPerFile);
          break;
      }
    }
  });
  reader.read_until(kLines);
  writer.join();
  while (reader.read(300)) {
  }
  std::set<std::string> different(reader.lines.begin(), reader.lines.end());
  EXPECT_EQ(reader.lines.size(), static_cast<size_t>(kLines));
  EXPECT_EQ(different.size(), static_cast<size_t>(kLines));
  EXPECT_EQ(reader.trouble(), "");
}

std::string name_of(const testing::TestParamInfo<Rotation>& rotation) {
  switch (rotation.param) {
    case Rotation::rename:
      return "Rename";
    case Rotation::rename_late:
      return "RenameAndReopenLater";
    case Rotation::copytruncate:
      return "Copytruncate";
    case Rotation::link:
      return "LinkSwitched";
  }
  return "";
}
INSTANTIATE_TEST_SUITE_P(Rotations, FollowUnderLoad,
                         testing::Values(Rotation::rename, Rotation::rename_late,
                                         Rotation::copytruncate, Rotation::link),
                         name_of);

// A deleted file is read to its end as long as it was open before.
TEST(Follow, SurvivesDeletingAndCreatingAgainUnderLoad) {
  const TestFolder folder;
  const std::string path = folder / "access.log";
  LoadedLog log(path);
  std::atomic<int> seen_files = 0;
  std::atomic<bool> is_done = false;
  constexpr int kFiles = 8;
  std::thread writer([&] {
    int line = 0;
    for (int file = 1; file <= kFiles; ++file) {
      for (int i = 0; i < 1000; ++i) log.write(line++);
      // Nobody can read what was deleted before it was ever opened.
      while (seen_files < file && !is_done) std::this_thread::yield();
      for (int i = 0; i < 1000; ++i) log.write(line++);
      fs::remove(path);
      log.reopen();
      log.write(line++);
      seen_files.wait(file);
    }
  });
  Reader reader({path});
  const int64_t deadline = monotonic_ns() + int64_t{kLongMs} * 1'000'000;
  while (reader.lines.size() < 2001 * kFiles && monotonic_ns() < deadline) {
    reader.read(100);
    seen_files = static_cast<int>(reader.heads.size());
    seen_files.notify_all();
  }
  is_done = true;
  seen_files = 1000;
  seen_files.notify_all();
  writer.join();
  std::set<std::string> different(reader.lines.begin(), reader.lines.end());
  EXPECT_EQ(reader.lines.size(), 2001u * kFiles);
  EXPECT_EQ(different.size(), 2001u * kFiles);
}

}  // namespace
}  // namespace ballcone
