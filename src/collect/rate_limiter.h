// So many hits from one address, and no more: a token bucket for each, in a table of fixed size.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <string_view>
#include <vector>

namespace ballcone {

class RateLimiter {
 public:
  // A full bucket holds what a minute allows. 0: no limit.
  explicit RateLimiter(uint32_t per_minute);

  // Takes a token. Any thread. An IPv6 client counts with its whole /64, which is what it is given.
  bool allow(std::string_view address, int64_t now_us);

 private:
  // 65,536 addresses, 1.5 MB. Of the four places that an address may have the one that was used
  // least lately is taken from its owner, who then begins with a full bucket: whoever has so many
  // addresses is not held back by a limit per address anyway.
  static constexpr size_t kSets = 1 << 14;
  static constexpr size_t kWays = 4;
  struct Bucket {
    uint64_t address = 0;  // its hash; 0: free
    int64_t last_us = 0;
    double tokens = 0;
  };

  const double per_us_;
  const double burst_;
  std::mutex mutex_;
  std::vector<std::array<Bucket, kWays>> sets_;
};

}  // namespace ballcone
