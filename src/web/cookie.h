// Cookies (RFC 6265): of the operator's login and of shared pages with a password. Visitors of the
// sites that are counted never get one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ballcone {

// The first of that name in a Cookie header, which a browser sends most specific path first; ""
// if there is none.
std::string_view cookie_value(std::string_view header, std::string_view name);

// No Path is ever given: a browser then takes the folder of the URL that it asked for, as it sees
// that URL, so it is right behind a proxy that mounts us under a path.
struct Cookie {
  std::string_view name, value;
  int64_t seconds = 0;     // to keep it; 0 takes it away
  bool is_secure = false;  // for https alone
  // Also within a frame on a page of another site, by a store of that site's own (CHIPS).
  // Browsers want it to be secure.
  bool is_for_frames = false;
};
// The value of a Set-Cookie header. No script can read it, and no other site's request carries it.
std::string set_cookie(const Cookie& cookie);

}  // namespace ballcone
