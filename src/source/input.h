// A file or stream of lines, decompressed, as blocks of whole lines that know where they lie.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "hit/input.h"
#include "source/lines.h"

namespace ballcone {

// Longest line that is delivered; of a longer one its first kLineBytesMax + 1 bytes come, so that
// it can be counted and shown.
constexpr size_t kLineBytesMax = 64 << 10;
// How much of an input can be looked at before it is read.
constexpr size_t kHeadBytesMax = 256 << 10;

// One thread at a time, but for the figures.
class Input {
 public:
  virtual ~Input() = default;

  // What the content begins with, up to kHeadBytesMax: all there is of a file. Of a pipe: waits for
  // the first whole line that does not begin with #, or its end, or *is_stopping. Does not consume;
  // before the first read(), which ends the view's life.
  virtual Result<std::string_view> head(const std::atomic<bool>* is_stopping = nullptr) = 0;

  // These parts (sorted, apart) are not delivered. Before the first read().
  virtual void skip(std::vector<Range> done) = 0;
  // Deliver lines that begin with # even where they are skipped, as directives: see read().
  virtual void keep_directives() = 0;

  enum class End { more, waiting, end };
  // Appends whole lines, without their line ends (\n or \r\n), to an empty `*lines`, which must
  // have room for the longest, and says in `*range` which bytes they take, line ends included:
  // `more`. A block ends before a range that is skipped. With keep_directives() a line that begins
  // with # comes in a block of its own, and `*range` is empty if it was only repeated from a part
  // that is skipped. The last line counts without a line end too, if the input ends there. Without
  // lines: `end`, or `waiting`, because a pipe had nothing for `wait_ms` or because skipping took
  // that long. The error comes when all whole lines before it have been delivered; it names the
  // input, what was expected (a whole gzip file, …) and the position, and comes again.
  virtual Result<End> read(Lines* lines, Range* range, int wait_ms) = 0;

  virtual const std::string& name() const = 0;
  // Any thread: bytes of the file as it lies on the disk, read so far and in all (0: a pipe).
  virtual uint64_t file_bytes_read() const = 0;
  virtual uint64_t file_bytes() const = 0;
};

// Takes over `file`, which is read from its present position: that is where ranges count from, or
// from the first byte that is not NUL: truncating a log under a writer that does not append leaves
// a hole before what it writes next.
// Recognises gzip (several members too), zstd and bzip2 by their first bytes. The error says what a
// person should do: it is a directory, a binary file, … (of a pipe, head() says so.)
Result<std::unique_ptr<Input>> open_input(int file, std::string name);

}  // namespace ballcone
