#include "store/salts.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "base/check.h"
#include "base/hash.h"

namespace ballcone {
namespace {

// The file is text, one salt per line, and a checksum, so that half a file is never taken for one:
//   ballcone salts 1
//   20780 1795435200000000 0f1e2d3c4b5a69788796a5b4c3d2e1f0 example
//   sum 89abcdef01234567
// day since 1970, last use in microseconds, salt, service (the rest of the line).
constexpr std::string_view kHeader = "ballcone salts 1\n";

// A salt's use is written down when it is later than the one in the file by this much; so a
// restart makes a salt live shorter by at most an hour, never longer.
constexpr int64_t kUseStep_us = int64_t{3600} * 1'000'000;

struct Salt {
  std::array<uint8_t, 16> bytes{};
  int64_t last_use_us = 0;
  int64_t saved_use_us = 0;  // 0: not in the file
};
using Key = std::pair<std::string, int64_t>;  // service, day

std::string io_message(const char* what, const std::string& path) {
  return fmt::format("cannot {} {}: {}", what, path, std::strerror(errno));
}

// A file descriptor that closes itself.
class File {
 public:
  File(const std::string& path, int flags) : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  bool is_open() const { return fd_ >= 0; }
  bool write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(written));
    }
    return true;
  }
  bool sync() { return ::fsync(fd_) == 0; }
  std::optional<std::string> read_all() {
    std::string out;
    char buffer[4096];
    ssize_t got = 0;
    while ((got = ::read(fd_, buffer, sizeof(buffer))) > 0) out.append(buffer, got);
    explicit_bzero(buffer, sizeof(buffer));
    if (got < 0) return {};
    return out;
  }
  size_t bytes() const {
    struct stat status {};
    return ::fstat(fd_, &status) == 0 ? static_cast<size_t>(status.st_size) : 0;
  }

 private:
  int fd_;
};

// Renaming and unlinking are durable once the folder is.
bool sync_folder(const std::string& path) {
  const auto parent = std::filesystem::path(path).parent_path();
  File folder(parent.empty() ? "." : parent.string(), O_RDONLY | O_DIRECTORY);
  return folder.is_open() && folder.sync();
}

// Zeros in place of the file's bytes, on the disk too. What a copy-on-write file system or a flash
// drive keeps elsewhere is out of reach.
bool overwrite(const std::string& path) {
  File file(path, O_WRONLY | O_NOFOLLOW);
  if (!file.is_open()) return errno == ENOENT;
  return file.write(std::string(file.bytes(), '\0')) && file.sync();
}

void append_hex(const std::array<uint8_t, 16>& bytes, std::string* out) {
  for (const uint8_t byte : bytes) {
    *out += "0123456789abcdef"[byte >> 4];
    *out += "0123456789abcdef"[byte & 15];
  }
}

bool parse_hex(std::string_view text, std::array<uint8_t, 16>* bytes) {
  if (text.size() != 32) return false;
  for (size_t i = 0; i < 16; ++i) {
    const char* digits = text.data() + 2 * i;
    const auto parsed = std::from_chars(digits, digits + 2, (*bytes)[i], 16);
    if (parsed.ec != std::errc() || parsed.ptr != digits + 2) return false;
  }
  return true;
}

// Up to the next `end`, which is taken off too.
std::string_view take(std::string_view* text, char end) {
  const size_t size = std::min(text->find(end), text->size());
  const std::string_view taken = text->substr(0, size);
  text->remove_prefix(std::min(size + 1, text->size()));
  return taken;
}

template <class T>
bool parse_number(std::string_view text, T* number, int base = 10) {
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), *number, base);
  return parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
}

// Nothing if the text is not whole.
std::optional<std::map<Key, Salt>> parse(std::string_view text) {
  constexpr size_t kSumBytes = 4 + 16 + 1;  // "sum 89abcdef01234567\n"
  if (!text.starts_with(kHeader) || text.size() < kHeader.size() + kSumBytes) return {};
  std::string_view body = text.substr(0, text.size() - kSumBytes);
  uint64_t sum = 0;
  const std::string_view last = text.substr(body.size());
  if (!last.starts_with("sum ") || !parse_number(last.substr(4, 16), &sum, 16) ||
      sum != hash64(body))
    return {};
  body.remove_prefix(kHeader.size());
  std::map<Key, Salt> salts;
  while (!body.empty()) {
    std::string_view line = take(&body, '\n');
    Salt salt;
    int64_t day = 0;
    if (!parse_number(take(&line, ' '), &day) ||
        !parse_number(take(&line, ' '), &salt.last_use_us) ||
        !parse_hex(take(&line, ' '), &salt.bytes))
      return {};
    salt.saved_use_us = salt.last_use_us;
    salts[{std::string(line), day}] = salt;
  }
  return salts;
}

class FileSalts : public Salts {
 public:
  explicit FileSalts(std::string path) : path_(std::move(path)), new_path_(path_ + ".new") {}
  ~FileSalts() override {
    for (auto& [key, salt] : salts_) explicit_bzero(salt.bytes.data(), salt.bytes.size());
  }

  // A crash between the steps of save() leaves the file whole, or zeros and its whole successor.
  Result<void> load() {
    if (path_.empty()) return {};
    auto current = read(path_);
    if (!current) return tl::unexpected(current.error());
    auto next = read(new_path_);
    if (!next) return tl::unexpected(next.error());
    const bool is_there = std::filesystem::exists(path_);
    if (auto salts = parse(*current)) {
      salts_ = std::move(*salts);
    } else if (auto newer = parse(*next)) {
      salts_ = std::move(*newer);
      has_changed_ = true;
    } else if (is_there && current->find_first_not_of('\0') != std::string::npos) {
      return failure(
          fmt::format("{} is damaged; delete it (today's visitors are then counted anew)", path_));
    }
    explicit_bzero(current->data(), current->size());
    explicit_bzero(next->data(), next->size());
    if (auto saved = save(); !saved) return saved;
    if (overwrite(new_path_)) ::unlink(new_path_.c_str());
    return {};
  }

  std::array<uint8_t, 16> salt(std::string_view service, int64_t day, int64_t now_us) override {
    CHECK(service.find('\n') == service.npos);
    const std::lock_guard lock(mutex_);
    Salt& salt = salts_[{std::string(service), day}];
    const bool is_new = salt.last_use_us == 0 || is_expired(salt, now_us);
    if (is_new) {
      CHECK(getrandom(salt.bytes.data(), salt.bytes.size(), 0) ==
            static_cast<ssize_t>(salt.bytes.size()));
      salt.saved_use_us = 0;
      has_changed_ = true;
    }
    salt.last_use_us = is_new ? now_us : std::max(salt.last_use_us, now_us);
    if (salt.last_use_us - salt.saved_use_us > kUseStep_us) has_changed_ = true;
    return salt.bytes;
  }

  // The successor is written and synced, the old bytes are overwritten, and only then renamed.
  Result<void> save() override {
    const std::lock_guard lock(mutex_);
    return save_locked();
  }

  Result<int> expire(int64_t now_us) override {
    const std::lock_guard lock(mutex_);
    int count = 0;
    for (auto it = salts_.begin(); it != salts_.end();) {
      if (!is_expired(it->second, now_us)) {
        ++it;
        continue;
      }
      explicit_bzero(it->second.bytes.data(), it->second.bytes.size());
      it = salts_.erase(it);
      has_changed_ = true;
      ++count;
    }
    if (auto saved = save_locked(); !saved) return tl::unexpected(saved.error());
    return count;
  }

 private:
  Result<void> save_locked() {
    if (!has_changed_) return {};
    if (!path_.empty())
      if (auto written = write(); !written) return written;
    for (auto& [key, salt] : salts_) salt.saved_use_us = salt.last_use_us;
    has_changed_ = false;
    return {};
  }

  static bool is_expired(const Salt& salt, int64_t now_us) {
    return now_us - salt.last_use_us >= kSaltLife_us;
  }

  static Result<std::string> read(const std::string& path) {
    File file(path, O_RDONLY | O_NOFOLLOW);
    if (!file.is_open() && errno == ENOENT) return std::string();
    std::optional<std::string> text;
    if (file.is_open()) text = file.read_all();
    if (!text) return failure(io_message("read", path));
    return *std::move(text);
  }

  Result<void> write() {
    std::string text = to_text();
    // A leftover of a crash may hold salts as well.
    if (!overwrite(new_path_)) return failure(io_message("overwrite", new_path_));
    ::unlink(new_path_.c_str());
    bool is_written = false;
    {
      File file(new_path_, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW);
      is_written = file.is_open() && file.write(text) && file.sync();
    }
    explicit_bzero(text.data(), text.size());
    if (!is_written || !sync_folder(path_)) return failure(io_message("write", new_path_));
    if (!overwrite(path_)) return failure(io_message("overwrite", path_));
    if (::rename(new_path_.c_str(), path_.c_str()) != 0)
      return failure(io_message("replace", path_));
    if (!sync_folder(path_)) return failure(io_message("sync the folder of", path_));
    return {};
  }

  std::string to_text() const {
    std::string text(kHeader);
    text.reserve(kHeader.size() + 64 + salts_.size() * 160);  // no copies left by growing
    for (const auto& [key, salt] : salts_) {
      text += fmt::format("{} {} ", key.second, salt.last_use_us);
      append_hex(salt.bytes, &text);
      text += " " + key.first + "\n";
    }
    return text + fmt::format("sum {:016x}\n", hash64(text));
  }

  const std::string path_;  // empty: memory only
  const std::string new_path_;
  std::mutex mutex_;  // of what follows
  std::map<Key, Salt> salts_;
  bool has_changed_ = false;
};

}  // namespace

Result<std::unique_ptr<Salts>> open_salts(const std::string& path) {
  auto salts = std::make_unique<FileSalts>(path);
  if (auto loaded = salts->load(); !loaded) return tl::unexpected(loaded.error());
  return salts;
}

}  // namespace ballcone
