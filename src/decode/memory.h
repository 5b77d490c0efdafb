// What one thread's decoding keeps between lines; inside this room only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "decode/field.h"
#include "decode/format.h"
#include "decode/json_tokens.h"

namespace ballcone {

// Text that a decoder had to make anew: it lives until the next clear(), and never moves.
class TextMemory {
 public:
  // Empty again, and able to hold `bytes` until the next clear().
  void clear(size_t bytes) {
    used_ = 0;
    if (buffer_.size() < bytes) buffer_.resize(bytes);
  }
  // Where the next text goes; commit() with its size makes it stay.
  char* next() { return buffer_.data() + used_; }
  std::string_view commit(size_t size) {
    const std::string_view text(next(), size);
    used_ += size;
    return text;
  }

 private:
  std::vector<char> buffer_;
  size_t used_ = 0;
};

struct DecodeMemory {
  JsonTokens tokens;
  std::string line;  // repaired
  TextMemory text;   // unescaped, lower-cased

  // Neighbouring lines are mostly of the same second, or at least day: the last answer is kept.
  Field time_field = Field::ignored;
  std::string time_text;
  int64_t time_us = 0;
  std::string date_text;
  int64_t date_day = 0;
  std::string clf_day;     // "23/Nov/2026:"
  std::string clf_offset;  // " +0100"
  int64_t clf_us = 0;      // when that day began

  Mismatch mismatch;
};

}  // namespace ballcone
