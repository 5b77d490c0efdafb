// User-Agent → browser, system and kind of device, by the rules of uap-core and of device.cc.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "enrich/device.h"
#include "enrich/enrich.h"
#include "enrich/text_cache.h"
#include "enrich/uap_rules.h"

namespace ballcone {

// Empty: not known.
struct UserAgent {
  std::string browser;          // "Mobile Safari"
  std::string browser_version;  // "17.2", "120.0.6099": as many parts as the rules find, at most 3
  std::string os;               // "Mac OS X"
  std::string os_version;       // "10.15.7"
  std::string_view device;      // "desktop", …; lives for ever
};

// Has caches: one per thread. About 7 MB, and at most 24 MB more when its cache is full.
class UserAgentParser {
 public:
  UserAgentParser(UapRules browsers, UapRules systems);

  // Pure but for the cache. The reference is good until the next call.
  const UserAgent& parse(std::string_view user_agent);
  // The same, without looking into the cache or filling it.
  UserAgent parse_anew(std::string_view user_agent);

 private:
  UapRules browsers_;
  UapRules systems_;
  DeviceClasses devices_;
  TextCache<UserAgent> cache_;
};

// `path` is uap-core's regexes.yaml. Takes about 60 ms, so do it beside the start, not in its way.
Result<std::unique_ptr<UserAgentParser>> open_user_agents(const std::string& path);

// The step "user_agent": browser, browser_version, os, os_version and device of user_agent.
void fill_user_agent(HitBatch& batch, EnrichContext& context);

}  // namespace ballcone
