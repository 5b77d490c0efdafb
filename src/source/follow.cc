#include "source/follow.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <deque>
#include <filesystem>
#include <list>
#include <mutex>
#include <utility>

#include "base/clock.h"
#include "source/content.h"
#include "source/followed_bytes.h"
#include "source/line_reader.h"
#include "source/rotated.h"
#include "source/watch.h"

namespace ballcone {
namespace {

constexpr int64_t kNsPerMs = 1'000'000;

struct Generation {
  Generation(FollowedFile f, std::unique_ptr<FollowedBytes> b)
      : file(std::move(f)), bytes(b.get()), reader(std::move(b)), heard_ns(monotonic_ns()) {
    reader.set_growing(true);
  }

  FollowedFile file;
  FollowedBytes* bytes;  // reader's
  LineReader reader;
  int64_t heard_ns;
  bool is_known = false;  // `opened` was asked
  bool is_refused = false;
  bool is_finished = false;  // nothing can come any more
  int watched = -1;
};
using Generations = std::list<std::unique_ptr<Generation>>;

// A file that is done with. An inode is given to another file some day: the beginning tells.
struct SeenFile {
  FileIdentity identity;
  std::string beginning;
};
constexpr size_t kSeenFilesMax = 128;
constexpr size_t kSeenBytes = 256;

struct FollowedPath {
  std::string path;
  Generations old;  // lost the name, oldest first
  std::unique_ptr<Generation> current;
  bool is_started = false;
  std::deque<SeenFile> seen;     // lay beside the path at the start, or are read to their end
  int64_t there_ns = 0;          // when it was last there; 0: never
  int64_t missed_since_ns = -1;  // what was written last then or later may have gone unseen
  std::string trouble;
};

class FileFollower final : public Follower {
 public:
  FileFollower(std::vector<std::string> paths, Opened opened, FollowOptions options)
      : opened_(std::move(opened)), options_(options) {
    for (std::string& path : paths) {
      paths_.emplace_back();
      paths_.back().path = std::move(path);
    }
  }

  bool read(Lines* lines, FollowedFile* file, Range* range, int wait_ms) override;
  std::map<std::string, std::string> troubles() const override {
    const std::lock_guard lock(troubles_mutex_);
    return troubles_;
  }

 private:
  std::unique_ptr<Generation> make_generation(const FollowedPath& path,
                                              std::unique_ptr<FollowedBytes> bytes);
  bool read_generation(Generation& generation, bool is_last, Lines* lines, Range* range);
  bool ask(Generation& generation, bool is_last);
  Generation* read_path(FollowedPath& path, Lines* lines, Range* range);
  void close(FollowedPath& path, const Generation& generation);

  void check_all();
  void check(FollowedPath& path);
  void open_current(FollowedPath& path);
  void retire(FollowedPath& path, bool is_same_file);
  void take_up_rotated(FollowedPath& path);
  void take_up_missed(FollowedPath& path);
  bool continue_in_copy(FollowedPath& path, Generation& generation);
  bool is_known(const FollowedPath& path, const FollowedBytes& bytes) const;
  void note_troubles();

  const Opened opened_;
  const FollowOptions options_;
  Watch watch_;
  std::vector<FollowedPath> paths_;
  size_t next_path_ = 0;
  uint64_t next_id_ = 1;
  int64_t next_check_ns_ = 0;

  mutable std::mutex troubles_mutex_;
  std::map<std::string, std::string> troubles_;
};

// ---- reading

std::unique_ptr<Generation> FileFollower::make_generation(const FollowedPath& path,
                                                          std::unique_ptr<FollowedBytes> bytes) {
  return std::make_unique<Generation>(FollowedFile{next_id_++, path.path}, std::move(bytes));
}

// False as long as there is nothing to ask about.
bool FileFollower::ask(Generation& generation, bool is_last) {
  if (!generation.reader.look_ahead(kHeadBytesMax, 0)) return false;
  const std::string_view ahead = generation.reader.ahead();
  const bool is_enough = has_line(ahead) || ahead.size() >= kHeadBytesMax || is_last;
  if (!is_enough || ahead.empty()) return false;
  generation.is_refused =
      find_compression(ahead) != Compression::none || !describe_if_not_text(ahead).empty();
  if (generation.is_refused) return false;
  const size_t whole = whole_lines_bytes(ahead);
  generation.reader.skip(
      opened_(generation.file, ahead.substr(0, whole > 0 ? whole : ahead.size())));
  generation.is_known = true;
  return true;
}

bool FileFollower::read_generation(Generation& generation, bool is_last, Lines* lines,
                                   Range* range) {
  if (generation.is_refused) return false;
  generation.reader.set_growing(!is_last);
  if (!generation.is_known && !ask(generation, is_last)) return false;
  const auto end = generation.reader.read(lines, range, 0);
  return end.has_value() && *end == Input::End::more;
}

// The generation that brought lines, if any did.
Generation* FileFollower::read_path(FollowedPath& path, Lines* lines, Range* range) {
  for (auto it = path.old.begin(); it != path.old.end();) {
    Generation& old = **it;
    if (read_generation(old, false, lines, range)) {
      old.heard_ns = monotonic_ns();
      return &old;
    }
    const bool is_silent = monotonic_ns() - old.heard_ns >= options_.silent_ms * kNsPerMs;
    if (!is_silent && !old.is_finished && !old.bytes->is_replaced()) {
      ++it;
      continue;
    }
    if (read_generation(old, true, lines, range)) return &old;
    close(path, old);
    it = path.old.erase(it);
  }
  if (path.current != nullptr && read_generation(*path.current, false, lines, range))
    return path.current.get();
  return nullptr;
}

bool FileFollower::read(Lines* lines, FollowedFile* file, Range* range, int wait_ms) {
  const int64_t deadline_ns = monotonic_ns() + wait_ms * kNsPerMs;
  for (;;) {
    if (watch_.wait(0) || monotonic_ns() >= next_check_ns_) check_all();
    bool is_replaced = false;
    int64_t until_ns = std::min(deadline_ns, next_check_ns_);
    for (size_t i = 0; i < paths_.size(); ++i) {
      FollowedPath& path = paths_[(next_path_ + i) % paths_.size()];
      if (const Generation* generation = read_path(path, lines, range)) {
        *file = generation->file;
        next_path_ = (next_path_ + i + 1) % paths_.size();
        return true;
      }
      is_replaced |= path.current != nullptr && path.current->bytes->is_replaced();
      for (const auto& old : path.old)
        until_ns = std::min(until_ns, old->heard_ns + options_.silent_ms * kNsPerMs);
    }
    if (is_replaced) {
      next_check_ns_ = 0;
      continue;
    }
    const int64_t now_ns = monotonic_ns();
    if (now_ns >= deadline_ns) return false;
    const int64_t left_ms = std::max<int64_t>(0, (until_ns - now_ns + kNsPerMs - 1) / kNsPerMs);
    if (watch_.wait(static_cast<int>(std::min<int64_t>(left_ms, options_.poll_ms))))
      next_check_ns_ = 0;
  }
}

void note_seen(FollowedPath& path, const FollowedBytes& bytes) {
  path.seen.push_back({bytes.identity(), bytes.beginning().substr(0, kSeenBytes)});
  if (path.seen.size() > kSeenFilesMax) path.seen.pop_front();
}

void FileFollower::close(FollowedPath& path, const Generation& generation) {
  watch_.remove(generation.watched);
  if (!generation.bytes->is_replaced()) note_seen(path, *generation.bytes);
}

// ---- looking after names

void FileFollower::check_all() {
  next_check_ns_ = monotonic_ns() + options_.poll_ms * kNsPerMs;
  for (FollowedPath& path : paths_) check(path);
  note_troubles();
}

void FileFollower::check(FollowedPath& path) {
  const auto folder = std::filesystem::path(path.path).parent_path();
  watch_.add_folder(folder.empty() ? "." : folder.string());
  struct stat info {};
  const bool is_there = stat(path.path.c_str(), &info) == 0;
  const int error = is_there ? 0 : errno;
  if (path.current != nullptr) {
    const bool is_same_file = is_there && identity_of(info) == path.current->bytes->identity();
    if (!is_same_file || path.current->bytes->is_replaced()) retire(path, is_same_file);
  }
  path.trouble.clear();
  if (is_there && path.current == nullptr) open_current(path);
  if (!std::exchange(path.is_started, true)) take_up_rotated(path);
  if (path.missed_since_ns >= 0) take_up_missed(path);
  if (is_there) {
    path.there_ns = monotonic_ns();
    return;
  }
  // Between two generations there is none for a moment.
  const bool is_gone_for_long =
      path.there_ns == 0 || monotonic_ns() - path.there_ns > options_.silent_ms * kNsPerMs;
  if (error != ENOENT || is_gone_for_long)
    path.trouble = fmt::format("{} cannot be followed: {}; it is tried again every second",
                               path.path, std::strerror(error));
}

void FileFollower::open_current(FollowedPath& path) {
  auto bytes = FollowedBytes::open(path.path);
  if (bytes == nullptr) {
    const int error = errno;
    if (error == ENOENT) return;
    path.trouble =
        fmt::format("{} cannot be followed: {}; expected a log file, readable by this user",
                    path.path, std::strerror(error));
    return;
  }
  if (path.missed_since_ns < 0) path.missed_since_ns = bytes->modified_ns();
  // A file may be there, and be read, before the name is given to it.
  const auto is_it = [&](const auto& old) {
    return old->bytes->identity() == bytes->identity() && !old->bytes->is_replaced();
  };
  if (const auto old = std::ranges::find_if(path.old, is_it); old != path.old.end()) {
    path.current = std::move(*old);
    path.old.erase(old);
  } else {
    path.current = make_generation(path, std::move(bytes));
  }
  path.current->watched = watch_.add_file(path.current->bytes->file());
}

// The current generation has lost its name, or its file holds another one now.
void FileFollower::retire(FollowedPath& path, bool is_same_file) {
  path.old.push_back(std::move(path.current));
  Generation& old = *path.old.back();
  old.heard_ns = monotonic_ns();
  // What came before this one may not all have been looked for yet.
  if (path.missed_since_ns < 0) path.missed_since_ns = old.bytes->modified_ns();
  if (is_same_file || old.bytes->is_replaced()) {
    old.watched = -1;  // goes on with the next generation
    old.is_finished = !continue_in_copy(path, old);
  }
}

bool FileFollower::continue_in_copy(FollowedPath& path, Generation& generation) {
  if (generation.bytes->head().empty()) return false;
  auto rotated = open_rotated(path.path);
  for (auto copy = rotated.rbegin(); copy != rotated.rend(); ++copy) {
    if (!(*copy)->beginning().starts_with(generation.bytes->head()) ||
        static_cast<uint64_t>((*copy)->info().st_size) < generation.bytes->position())
      continue;
    generation.bytes->continue_in(std::move(*copy));
    return true;
  }
  return false;
}

// A copy that is being made of what is followed is no generation of its own.
bool FileFollower::is_known(const FollowedPath& path, const FollowedBytes& bytes) const {
  const std::string beginning = bytes.beginning();
  if (beginning.empty()) return true;  // perhaps to become one
  const auto is_it = [&](const Generation& generation) {
    if (generation.bytes->identity() == bytes.identity()) return true;
    std::string other(generation.bytes->head());
    if (other.empty()) other = generation.bytes->beginning();
    const size_t size = std::min(beginning.size(), other.size());
    return size > 0 && beginning.compare(0, size, other, 0, size) == 0;
  };
  const auto is_seen = [&](const SeenFile& seen) {
    return seen.identity == bytes.identity() && beginning.starts_with(seen.beginning);
  };
  return std::ranges::any_of(path.seen, is_seen) ||
         std::ranges::any_of(path.old, [&](const auto& old) { return is_it(*old); }) ||
         (path.current != nullptr && is_it(*path.current));
}

// Had the name and lost it between two looks: younger than the one that was followed. Looked for
// until something of the next one is read, so that none slips through between the two.
void FileFollower::take_up_missed(FollowedPath& path) {
  for (auto& missed : open_rotated(path.path)) {
    if (missed->modified_ns() < path.missed_since_ns || is_known(path, *missed)) continue;
    path.old.push_back(make_generation(path, std::move(missed)));
  }
  if (path.current != nullptr && !path.current->bytes->head().empty()) path.missed_since_ns = -1;
}

void FileFollower::take_up_rotated(FollowedPath& path) {
  bool is_any_known = false;
  for (auto& file : open_rotated(path.path)) {
    if (path.current != nullptr && file->identity() == path.current->bytes->identity()) continue;
    note_seen(path, *file);
    auto rotated = make_generation(path, std::move(file));
    if (!rotated->reader.look_ahead(kHeadBytesMax, 0)) continue;
    const std::string_view ahead = rotated->reader.ahead();
    if (!has_line(ahead) || find_compression(ahead) != Compression::none ||
        !describe_if_not_text(ahead).empty())
      continue;
    auto done = opened_(rotated->file, ahead.substr(0, whole_lines_bytes(ahead)));
    is_any_known |= !done.empty();
    if (!is_any_known) continue;
    const auto size = static_cast<uint64_t>(rotated->bytes->info().st_size);
    if (done.size() == 1 && done[0].begin == 0 && done[0].end >= size) continue;
    rotated->is_known = true;
    rotated->reader.skip(std::move(done));
    path.old.push_back(std::move(rotated));
  }
}

void FileFollower::note_troubles() {
  std::map<std::string, std::string> all;
  for (const FollowedPath& path : paths_) {
    std::string trouble = path.trouble;
    if (trouble.empty() && path.current != nullptr) {
      const Generation& current = *path.current;
      if (!current.bytes->trouble().empty()) {
        trouble = fmt::format("{} {}", path.path, current.bytes->trouble());
      } else if (current.is_refused) {
        trouble = fmt::format(
            "{} cannot be followed: expected a log in plain text that is being written, got a "
            "compressed or binary file; `ballcone import` reads compressed ones",
            path.path);
      }
    }
    if (!trouble.empty()) all[path.path] = std::move(trouble);
  }
  const std::lock_guard lock(troubles_mutex_);
  troubles_ = std::move(all);
}

}  // namespace

std::unique_ptr<Follower> follow(std::vector<std::string> paths, Follower::Opened opened,
                                 FollowOptions options) {
  return std::make_unique<FileFollower>(std::move(paths), std::move(opened), options);
}

}  // namespace ballcone
