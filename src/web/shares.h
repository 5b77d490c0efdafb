// Share links: made, listed and taken away by the operator; looked up when somebody follows one.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/shares.h"
#include "store/store.h"

namespace ballcone {

constexpr size_t kSharesMax = 1'000;  // of all services
constexpr size_t kShareNameBytesMax = 100;
constexpr size_t kEmbedOriginsMax = 10;  // of a share

// Where threads find those of now, so that a wrong link costs no question to the store.
class ShareRegistry {
 public:
  void set(std::vector<Share> all);
  // By the token of its link. Nothing if there is none, or if it has ended.
  std::optional<Share> find(std::string_view token, int64_t now_us) const;

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const std::vector<Share>> shares_ = std::make_shared<const std::vector<Share>>();
};

// {"shares": [{"id": 1, "service": "shop", "name": "Press", "has_password": false, "embed_on":
// ["*"], "created": "2026-11-23T12:00:00Z", "until": null, "has_ended": false}]}; of one service,
// or of all if it is empty.
Result<std::string> shares_json(Store& store, const std::string& service, int64_t now_us);

// {"action": "add", "service": "shop", "name": "Press", "password": "…", "until": "30d" or
// "2026-12-31", "embed_on": ["https://example.com"]}; all but the first two may be absent.
// {"action": "remove", "id": 1}
// {"action": "list", "service": "shop"}
// Returns the shares of that service as shares_json() shows them; after "add" with the new one's
// {"id": 2, "path": "/share/<token>"}, which nobody can be told again. The error's field names what
// is wrong.
Result<std::string> change_shares(Store& store, std::string_view json, int64_t now_us);
// By the clock.
Result<std::string> change_shares(Store& store, std::string_view json);

}  // namespace ballcone
