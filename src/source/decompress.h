// The content of a file, whatever it is compressed by, which shows in its first bytes.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "source/bytes.h"
#include "source/codec.h"
#include "source/file_bytes.h"

namespace ballcone {

class Decompressed final : public Bytes {
 public:
  // `file` outlives this.
  explicit Decompressed(FileBytes* file);

  Result<Got> read(char* to, size_t size, int wait_ms) override;
  // Possible in a plain file only.
  bool skip(uint64_t bytes) override;

 private:
  enum class State { unknown, plain, between_members, in_member, padding, end, failed };

  Result<Got> fill(int wait_ms);
  bool recognize(bool is_end);
  Result<bool> begin_member();
  Result<Got> read_member(std::span<char> out);
  tl::unexpected<Error> fail(std::string message);
  uint64_t position() const { return file_->bytes_read() - in_.size(); }

  FileBytes* file_;
  std::unique_ptr<char[]> memory_;  // given back when the file turns out to be plain
  std::span<const char> in_;        // what is read and not used yet, in memory_
  State state_ = State::unknown;
  bool is_file_end_ = false;
  std::unique_ptr<Codec> codec_;
  std::string_view what_;  // "gzip"
  Error error_;            // when failed
};

}  // namespace ballcone
