#include "source/input.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "source/content.h"
#include "source/decompress.h"
#include "source/file_bytes.h"
#include "source/line_reader.h"

namespace ballcone {
namespace {

// How often a wait for a pipe looks whether it should stop.
constexpr int kLookAroundMs = 100;

class FileInput final : public Input {
 public:
  FileInput(int file, std::string name)
      : name_(std::move(name)), file_(file), reader_(std::make_unique<Decompressed>(&file_)) {}

  Result<std::string_view> head(const std::atomic<bool>* is_stopping) override {
    while (!is_looked_at_) {
      const auto got = reader_.look_ahead(kHeadBytesMax, file_.is_pipe() ? kLookAroundMs : 0);
      if (!got) return named(got.error());
      const std::string_view ahead = reader_.ahead();
      // What is nothing now is the end, or an error that waits behind what is there.
      const bool is_all = got->is_end || !file_.is_pipe() || ahead.size() >= kHeadBytesMax;
      if (!is_all && !has_line(ahead) && !is_true(is_stopping)) continue;
      const std::string fault = describe_if_not_text(ahead);
      if (!fault.empty()) return named({fault});
      is_looked_at_ = true;
    }
    return reader_.ahead();
  }

  void skip(std::vector<Range> done) override { reader_.skip(std::move(done)); }
  void keep_directives() override { reader_.keep_directives(); }

  Result<End> read(Lines* lines, Range* range, int wait_ms) override {
    auto end = reader_.read(lines, range, wait_ms);
    if (!end) return named(end.error());
    return end;
  }

  const std::string& name() const override { return name_; }
  uint64_t file_bytes_read() const override { return file_.bytes_read(); }
  uint64_t file_bytes() const override { return file_.bytes_in_all(); }
  bool is_pipe() const { return file_.is_pipe(); }

 private:
  static bool is_true(const std::atomic<bool>* flag) { return flag != nullptr && *flag; }
  tl::unexpected<Error> named(const Error& error) const {
    return failure(fmt::format("{} {}", name_, error.message));
  }

  std::string name_;
  FileBytes file_;
  LineReader reader_;
  bool is_looked_at_ = false;
};

}  // namespace

Result<std::unique_ptr<Input>> open_input(int file, std::string name) {
  struct stat info {};
  const int code = fstat(file, &info) == 0 ? 0 : errno;
  if (code != 0) {
    if (file >= 0) close(file);
    return failure(fmt::format("{} cannot be read: {}", name, strerror(code)));
  }
  auto input = std::make_unique<FileInput>(file, std::move(name));
  if (S_ISDIR(info.st_mode)) {
    return failure(fmt::format("{0} is a directory: expected a file; name the files in it: {0}/*",
                               input->name()));
  }
  if (!input->is_pipe()) {
    if (const auto head = input->head(nullptr); !head) return tl::unexpected<Error>(head.error());
  }
  return input;
}

}  // namespace ballcone
