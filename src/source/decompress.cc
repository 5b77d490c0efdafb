#include "source/decompress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "source/content.h"

namespace ballcone {
namespace {

// Read at a time; 256 KiB of gzip are 1.5 MiB of log.
constexpr size_t kInBytes = 256 << 10;

}  // namespace

Decompressed::Decompressed(FileBytes* file)
    : file_(file), memory_(std::make_unique<char[]>(kInBytes)) {}

tl::unexpected<Error> Decompressed::fail(std::string message) {
  state_ = State::failed;
  error_ = {std::move(message)};
  return tl::unexpected<Error>(error_);
}

// Reads behind what is there already. A failure does not last here: what is there is used first.
Result<Got> Decompressed::fill(int wait_ms) {
  if (!in_.empty() && in_.data() != memory_.get())
    std::memmove(memory_.get(), in_.data(), in_.size());
  const size_t used = in_.size();
  auto got = file_->read(memory_.get() + used, kInBytes - used, wait_ms);
  if (!got) return fail(got.error().message);
  in_ = {memory_.get(), used + got->bytes};
  is_file_end_ = got->is_end;
  return got;
}

// False if more bytes are needed to tell.
bool Decompressed::recognize(bool is_end) {
  const std::string_view head(in_.data(), in_.size());
  if (!is_end && is_too_short_to_tell(head)) return false;
  state_ = State::between_members;
  switch (find_compression(head)) {
    case Compression::none:
      state_ = State::plain;
      break;
    case Compression::gzip:
      codec_ = make_gzip_codec();
      what_ = "gzip";
      break;
    case Compression::zstd:
      codec_ = make_zstd_codec();
      what_ = "zstd";
      break;
    case Compression::bzip2:
      codec_ = make_bzip2_codec();
      what_ = "bzip2";
      break;
  }
  return true;
}

// Whether one begins at the front of in_, which is not empty.
Result<bool> Decompressed::begin_member() {
  const auto first = static_cast<unsigned char>(in_.front());
  // Old tapes fill their last block with zeros, and gzip lets that pass.
  if (first == 0) return false;
  const bool is_known = what_ == "gzip"   ? first == 0x1f
                        : what_ == "zstd" ? first == 0x28 || (first & 0xf0) == 0x50
                                          : first == 'B';
  if (is_known) return true;
  return fail(
      fmt::format("has something else behind its {} data: expected the end of the file or another "
                  "{} member after byte {}, got the byte 0x{:02x}; what was before it is read",
                  what_, what_, position(), first));
}

Result<Got> Decompressed::read_member(std::span<char> out) {
  const size_t in_before = in_.size();
  const size_t room = out.size();
  const auto is_member_end = codec_->run(&in_, &out);
  const Got got{room - out.size(), false};
  if (!is_member_end) {
    auto error =
        fail(fmt::format("is damaged: expected {} data up to byte {}, got {}; copy it again", what_,
                         position(), is_member_end.error().message));
    if (got.bytes > 0) return got;
    return error;
  }
  if (*is_member_end) {
    state_ = State::between_members;
  } else if (got.bytes == 0 && in_.size() == in_before && in_before > 0) {
    return fail(fmt::format("is damaged: expected {} data after byte {}, got what leads nowhere",
                            what_, position()));
  }
  return got;
}

Result<Got> Decompressed::read(char* to, size_t size, int wait_ms) {
  for (;;) {
    switch (state_) {
      case State::failed:
        return tl::unexpected<Error>(error_);
      case State::end:
        return Got{0, true};
      case State::unknown:
        if (recognize(is_file_end_)) continue;
        break;
      case State::plain: {
        if (in_.empty()) {
          memory_.reset();
          return file_->read(to, size, wait_ms);
        }
        const size_t count = std::min(size, in_.size());
        std::memcpy(to, in_.data(), count);
        in_ = in_.subspan(count);
        return Got{count, false};
      }
      case State::between_members: {
        if (in_.empty()) break;
        const auto begins = begin_member();
        if (!begins) return tl::unexpected<Error>(begins.error());
        state_ = *begins ? State::in_member : State::padding;
        continue;
      }
      case State::padding: {
        const auto other = std::ranges::find_if(in_, [](char c) { return c != 0; });
        in_ = in_.subspan(static_cast<size_t>(other - in_.begin()));
        if (!in_.empty())
          return fail(
              fmt::format("has something else behind its {} data: expected zeros up to the "
                          "end of the file, got another byte after byte {}",
                          what_, position()));
        break;
      }
      case State::in_member: {
        auto got = read_member({to, size});
        if (!got || got->bytes > 0) return got;
        if (state_ != State::in_member || !in_.empty()) continue;
        if (is_file_end_)
          return fail(
              fmt::format("is cut off: expected the rest of a {} member after byte {}, got "
                          "the end of the file; copy it again",
                          what_, position()));
        break;
      }
    }
    // More is needed.
    if (is_file_end_) {
      state_ = State::end;
      continue;
    }
    const auto got = fill(wait_ms);
    if (!got) return got;
    if (got->bytes == 0 && !got->is_end) return Got{};
  }
}

bool Decompressed::skip(uint64_t bytes) {
  if (state_ != State::plain) return false;
  if (file_->is_pipe() && bytes > in_.size()) return false;
  const size_t at_hand = std::min<uint64_t>(bytes, in_.size());
  in_ = in_.subspan(at_hand);
  return bytes == at_hand || file_->skip(bytes - at_hand);
}

}  // namespace ballcone
