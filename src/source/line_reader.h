// A stream of bytes → blocks of whole lines that know where they lie; parts are left out.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "source/bytes.h"
#include "source/input.h"
#include "source/lines.h"

namespace ballcone {

class LineReader {
 public:
  explicit LineReader(std::unique_ptr<Bytes> bytes) : bytes_(std::move(bytes)) {}

  // As Input says of its own.
  void skip(std::vector<Range> done);
  void keep_directives() { keeps_directives_ = true; }
  // If the stream's end is not the end for good (the default), a last line without a line end
  // waits.
  void set_growing(bool is_growing) { is_growing_ = is_growing; }

  // As Input::read(). Bytes are read straight into the memory of `*lines`. After an `end` of a
  // growing stream it may go on. `waiting` comes too when much was skipped, so that a caller can
  // look around.
  Result<Input::End> read(Lines* lines, Range* range, int wait_ms);

  // Reads on until `bytes_max` are looked at, and says what the stream had last. Before the first
  // read().
  Result<Got> look_ahead(size_t bytes_max, int wait_ms);
  std::string_view ahead() const { return std::string_view(ahead_).substr(ahead_begin_); }

  // Of the first byte that is neither delivered nor skipped.
  uint64_t position() const { return position_; }

 private:
  // Why there are no more bytes in a block.
  enum class Stop { full, limit, nothing_now, end, failed };
  struct Block {
    char* begin;
    size_t room;
    size_t used;
  };
  struct Rest {
    char* begin;
    bool is_partial;  // no line end in it
  };

  Result<Got> read_content(char* to, size_t size, int wait_ms);
  Got pull(char* to, size_t size, int wait_ms);
  size_t ahead_bytes_wanted(size_t size) const;
  Stop fill(Block* block, uint64_t limit, int64_t deadline_ns);
  Rest split(const Block& block, Lines* lines);
  Result<Input::End> read_block(Lines* lines, uint64_t limit, int64_t deadline_ns);
  void keep_rest(const Block& block, char* rest);
  const Range* next_skip();
  bool jump(uint64_t to);

  std::unique_ptr<Bytes> bytes_;
  bool has_begun_ = false;        // something else than NUL bytes has come
  std::optional<Error> failure_;  // told when all that was before it is delivered

  uint64_t position_ = 0;
  // Read and not delivered: [position_, position_ + ahead().size()), if no long line is under way.
  std::string ahead_;
  size_t ahead_begin_ = 0;
  // Of a line that is too long and has not ended: its first kLineBytesMax + 1 bytes, and how many
  // more went by.
  std::string long_line_;
  uint64_t dropped_ = 0;
  // position_ is inside a line whose beginning was skipped.
  bool is_mid_line_ = false;

  std::vector<Range> skips_;
  size_t next_skip_ = 0;
  bool keeps_directives_ = false;
  bool is_growing_ = false;
};

}  // namespace ballcone
