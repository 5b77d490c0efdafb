// A file without a name: its bytes are gone when it is closed, and when the program dies.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ballcone {

class Spool {
 public:
  Spool() = default;
  Spool(Spool&& other) noexcept;
  Spool& operator=(Spool&& other) noexcept;
  ~Spool();

  // In `folder`, whose file system has to have `bytes` bytes free.
  static Result<Spool> make(const std::string& folder, uint64_t bytes);
  // In memory, for what is small.
  static Result<Spool> make_in_memory();

  uint64_t bytes() const { return bytes_; }
  Result<void> append(std::string_view piece);
  // The file, at its beginning, for the caller to close; nothing is left here.
  int release();

 private:
  explicit Spool(int file) : file_(file) {}

  int file_ = -1;
  uint64_t bytes_ = 0;
};

}  // namespace ballcone
