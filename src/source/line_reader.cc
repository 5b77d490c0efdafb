#include "source/line_reader.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "base/check.h"
#include "base/clock.h"

namespace ballcone {
namespace {

constexpr size_t kLongLineBytes = kLineBytesMax + 1;

char* find_line_end(char* begin, char* end) {
  return begin == end
             ? nullptr
             : static_cast<char*>(std::memchr(begin, '\n', static_cast<size_t>(end - begin)));
}

int milliseconds_until(int64_t deadline_ns) {
  const int64_t left_ms = (deadline_ns - monotonic_ns() + 999'999) / 1'000'000;
  return static_cast<int>(std::clamp<int64_t>(left_ms, 0, std::numeric_limits<int>::max()));
}

}  // namespace

void LineReader::skip(std::vector<Range> done) {
  skips_ = std::move(done);
  next_skip_ = 0;
}

const Range* LineReader::next_skip() {
  while (next_skip_ < skips_.size() && skips_[next_skip_].end <= position_) ++next_skip_;
  return next_skip_ < skips_.size() ? &skips_[next_skip_] : nullptr;
}

// Without the hole that it may begin with.
Result<Got> LineReader::read_content(char* to, size_t size, int wait_ms) {
  for (;;) {
    auto got = bytes_->read(to, size, wait_ms);
    if (has_begun_ || !got || got->bytes == 0) return got;
    const char* const end = to + got->bytes;
    const char* const first = std::find_if<const char*>(to, end, [](char c) { return c != 0; });
    if (first == end) continue;
    has_begun_ = true;
    got->bytes = static_cast<size_t>(end - first);
    std::memmove(to, first, got->bytes);
    return got;
  }
}

// From what was read ahead, then from the stream. A failure is kept, and looks like nothing.
Got LineReader::pull(char* to, size_t size, int wait_ms) {
  if (ahead_begin_ < ahead_.size()) {
    const size_t count = ahead_bytes_wanted(size);
    std::memcpy(to, ahead_.data() + ahead_begin_, count);
    ahead_begin_ += count;
    return {count, false};
  }
  if (failure_) return {};
  auto got = read_content(to, size, wait_ms);
  if (got) return *got;
  failure_ = got.error();
  return {};
}

// Where directives stand alone, no more than one block's bytes are taken, so that the rest of what
// was read ahead need not be copied to and fro for each of them.
size_t LineReader::ahead_bytes_wanted(size_t size) const {
  const std::string_view ahead = this->ahead().substr(0, size);
  if (!keeps_directives_) return ahead.size();
  const size_t end = ahead.starts_with('#') ? ahead.find('\n') : ahead.find("\n#");
  return end == ahead.npos ? ahead.size() : end + 1;
}

LineReader::Stop LineReader::fill(Block* block, uint64_t limit, int64_t deadline_ns) {
  size_t searched = block->used;
  for (;;) {
    const uint64_t at = position_ + dropped_ + block->used;
    if (at >= limit) return Stop::limit;
    const size_t wanted = std::min<uint64_t>(block->room - block->used, limit - at);
    if (wanted == 0) return Stop::full;
    const bool was_ahead = ahead_begin_ < ahead_.size();
    Got got = pull(block->begin + block->used, wanted, 0);
    if (got.bytes == 0 && !got.is_end && !failure_) {
      // Nothing now. What is whole is not kept waiting.
      if (find_line_end(block->begin + searched, block->begin + block->used) != nullptr)
        return Stop::nothing_now;
      searched = block->used;
      const int wait_ms = milliseconds_until(deadline_ns);
      if (wait_ms == 0) return Stop::nothing_now;
      got = pull(block->begin + block->used, wanted, wait_ms);
      if (got.bytes == 0 && !got.is_end && !failure_) return Stop::nothing_now;
    }
    block->used += got.bytes;
    if (got.is_end) return Stop::end;
    if (got.bytes == 0) return Stop::failed;
    if (was_ahead && keeps_directives_) return Stop::full;
  }
}

LineReader::Rest LineReader::split(const Block& block, Lines* lines) {
  char* line = block.begin;
  char* const end = block.begin + block.used;
  if (!long_line_.empty()) {
    char* const line_end = find_line_end(line + kLongLineBytes, end);
    if (line_end == nullptr) return {line, true};
    lines->append_in_place(line, kLongLineBytes);
    line = line_end + 1;
  }
  while (char* const line_end = find_line_end(line, end)) {
    const bool is_directive = keeps_directives_ && *line == '#';
    if (is_directive && lines->count() > 0) return {line, false};
    size_t size = static_cast<size_t>(line_end - line);
    if (size > 0 && line_end[-1] == '\r') --size;
    // A line that was done without its end, because the file ended there: only its end is new.
    const bool is_only_an_end = is_mid_line_ && size == 0;
    is_mid_line_ = false;
    if (!is_only_an_end) lines->append_in_place(line, std::min(size, kLongLineBytes));
    line = line_end + 1;
    if (is_directive) return {line, false};
  }
  return {line, true};
}

// The bytes from `rest` on come first in the next block.
void LineReader::keep_rest(const Block& block, char* rest) {
  const size_t size = static_cast<size_t>(block.begin + block.used - rest);
  if (ahead_begin_ < ahead_.size()) {
    CHECK(ahead_begin_ >= size);
    ahead_begin_ -= size;
  } else {
    ahead_.assign(rest, size);
    ahead_begin_ = 0;
  }
}

Result<Input::End> LineReader::read_block(Lines* lines, uint64_t limit, int64_t deadline_ns) {
  Block block{lines->free_memory(), lines->free_bytes(), long_line_.size()};
  CHECK(lines->count() == 0 && block.room > kLongLineBytes);
  std::memcpy(block.begin, long_line_.data(), long_line_.size());
  for (;;) {
    const Stop stop = fill(&block, limit, deadline_ns);
    Rest rest = split(block, lines);
    char* const end = block.begin + block.used;
    const bool is_last = stop == Stop::limit || (stop == Stop::end && !is_growing_);
    if (is_last && rest.is_partial && rest.begin < end) {
      lines->append_in_place(rest.begin,
                             std::min(static_cast<size_t>(end - rest.begin), kLongLineBytes));
      is_mid_line_ = true;
      rest.begin = end;
    }
    if (rest.begin > block.begin) {
      position_ += dropped_ + static_cast<uint64_t>(rest.begin - block.begin);
      dropped_ = 0;
      long_line_.clear();
      keep_rest(block, rest.begin);
      lines->use_until(rest.begin);
      return Input::End::more;
    }
    // Not one line end so far.
    if (block.used > kLongLineBytes) {
      if (long_line_.empty()) long_line_.assign(block.begin, kLongLineBytes);
      dropped_ += block.used - kLongLineBytes;
      block.used = kLongLineBytes;
    }
    if (stop == Stop::full) continue;
    if (long_line_.empty()) keep_rest(block, block.begin);
    if (stop == Stop::failed) return tl::unexpected<Error>(*failure_);
    return stop == Stop::end ? Input::End::end : Input::End::waiting;
  }
}

// Goes on at `to` without reading what is between; false: it must be read.
bool LineReader::jump(uint64_t to) {
  CHECK(long_line_.empty());
  // The byte before tells whether a line begins at `to`.
  uint64_t distance = to - 1 - position_;
  const uint64_t at_hand = std::min<uint64_t>(distance, ahead().size());
  if (distance > at_hand && (failure_ || !bytes_->skip(distance - at_hand))) return false;
  ahead_begin_ += at_hand;
  char before = '\n';
  if (pull(&before, 1, 0).bytes == 0) bytes_->skip(1);  // the file is shorter, at the moment
  is_mid_line_ = before != '\n';
  position_ = to;
  return true;
}

Result<Input::End> LineReader::read(Lines* lines, Range* range, int wait_ms) {
  const int64_t deadline_ns = monotonic_ns() + int64_t{1'000'000} * wait_ms;
  for (;;) {
    const Range* skip = next_skip();
    const bool is_skipping = skip != nullptr && skip->begin <= position_;
    if (is_skipping && !keeps_directives_ && long_line_.empty() && jump(skip->end)) continue;
    const uint64_t limit = is_skipping       ? skip->end
                           : skip != nullptr ? skip->begin
                                             : std::numeric_limits<uint64_t>::max();
    const uint64_t begin = position_;
    auto end = read_block(lines, limit, deadline_ns);
    if (!end || *end != Input::End::more) return end;
    const bool is_directive =
        keeps_directives_ && lines->count() > 0 && lines->line(0).starts_with('#');
    if (!is_skipping && lines->count() > 0) {
      *range = {begin, position_};
      return end;
    }
    if (is_directive) {
      *range = {begin, begin};
      return end;
    }
    lines->clear();
    if (monotonic_ns() > deadline_ns) return Input::End::waiting;
  }
}

Result<Got> LineReader::look_ahead(size_t bytes_max, int wait_ms) {
  CHECK(position_ == 0 && long_line_.empty() && ahead_begin_ == 0);
  Got got;
  while (ahead_.size() < bytes_max && !failure_) {
    const size_t used = ahead_.size();
    ahead_.resize(bytes_max);
    auto read = read_content(ahead_.data() + used, bytes_max - used, wait_ms);
    got = read.value_or(Got{});
    ahead_.resize(used + got.bytes);
    if (!read) failure_ = read.error();
    if (got.bytes == 0) break;
    wait_ms = 0;
  }
  if (failure_ && ahead_.empty()) return tl::unexpected<Error>(*failure_);
  return got;
}

}  // namespace ballcone
