// A file or a pipe as it is.
#pragma once

#include <atomic>
#include <cstdint>

#include "source/bytes.h"

namespace ballcone {

class FileBytes final : public Bytes {
 public:
  // Takes over `file`, which is read from its present position.
  explicit FileBytes(int file);
  ~FileBytes() override;
  FileBytes(const FileBytes&) = delete;
  FileBytes& operator=(const FileBytes&) = delete;

  Result<Got> read(char* to, size_t size, int wait_ms) override;
  bool skip(uint64_t bytes) override;

  bool is_pipe() const { return is_pipe_; }
  // Any thread.
  uint64_t bytes_read() const { return bytes_read_.load(std::memory_order_relaxed); }
  uint64_t bytes_in_all() const { return bytes_in_all_; }  // 0: a pipe

 private:
  int file_;
  bool is_pipe_ = false;  // or a terminal, a socket: what one waits for and cannot go back in
  uint64_t bytes_in_all_ = 0;
  std::atomic<uint64_t> bytes_read_{0};
};

}  // namespace ballcone
