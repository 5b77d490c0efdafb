#include "web/cookie.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace ballcone {

std::string_view cookie_value(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    const std::string_view pair = trim(header.substr(0, header.find(';')));
    header.remove_prefix(std::min(header.find(';'), header.size() - 1) + 1);
    const size_t equals = pair.find('=');
    if (equals != pair.npos && trim(pair.substr(0, equals)) == name)
      return trim(pair.substr(equals + 1));
  }
  return {};
}

std::string set_cookie(const Cookie& cookie) {
  const bool is_for_frames = cookie.is_for_frames && cookie.is_secure;
  return fmt::format("{}={}; Max-Age={}; HttpOnly; SameSite={}{}{}", cookie.name, cookie.value,
                     cookie.seconds, is_for_frames ? "None" : "Lax",
                     cookie.is_secure ? "; Secure" : "", is_for_frames ? "; Partitioned" : "");
}

}  // namespace ballcone
