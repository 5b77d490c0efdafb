// The random salts of visitors' hashes, per service and its local day, in a small file of their own
// beside the database: not in it, so that no SQL can ever read one, and so that a deleted salt is
// gone from the disk and not merely from a table. 0600; replaced as a whole (write, fsync, rename);
// the old bytes are overwritten first.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ballcone {

// Any thread.
class Salts {
 public:
  virtual ~Salts() = default;
  // The salt of that service's day, made when it is asked for the first time.
  virtual std::array<uint8_t, 16> salt(std::string_view service, int64_t day, int64_t now_us) = 0;
  // Makes durable what salt() made: call before the rows hashed with it are committed.
  virtual Result<void> save() = 0;
  // Deletes salts not used for 48 hours. Returns how many.
  virtual Result<int> expire(int64_t now_us) = 0;
};

constexpr int64_t kSaltLife_us = int64_t{48} * 3600 * 1'000'000;

// `path` empty: kept in memory only.
Result<std::unique_ptr<Salts>> open_salts(const std::string& path);

}  // namespace ballcone
