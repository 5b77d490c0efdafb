// The table data.shares: links by which others look at one service without a password of ours.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/store.h"

namespace ballcone {

struct Share {
  int64_t id = 0;  // what a person removes it by; never given twice
  std::string service;
  std::string name;           // what a person calls it; may be empty
  std::string token_digest;   // hexadecimal; the token itself is in the link alone
  std::string password_hash;  // empty: the link is enough
  std::string embed_on;       // origins whose pages may frame it, between spaces; "*": all
  int64_t created_us = 0;
  int64_t ends_us = 0;  // 0: when it is removed

  bool operator==(const Share&) const = default;
};

// Oldest first.
Result<std::vector<Share>> read_shares(Store& store);
// Gives it an id.
Result<void> add_share(Store& store, Share* share);
// False if there was none.
Result<bool> remove_share(Store& store, int64_t id);

}  // namespace ballcone
