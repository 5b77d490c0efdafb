// uri → path, query and the query's campaign tags.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "enrich/enrich.h"
#include "hit/batch.h"

namespace ballcone {

// Longer ones are cut on a character's boundary: what comes after tells pages apart for no one.
constexpr size_t kPathBytesMax = 2048;
constexpr size_t kQueryBytesMax = 2048;

// Views into the uri; still percent-encoded, not yet cut to length.
struct Target {
  std::string_view path;
  std::string_view query;  // without the question mark
};

// The four forms of RFC 9112, section 3.2: "/a?b" (origin), "http://host/a?b" (absolute),
// "host:443" (authority, for CONNECT: kept as the path), "*" (asterisk). Fragments are dropped. No
// path: "/".
Target split_target(std::string_view uri);

// The first `bytes_max` bytes, or fewer so that no UTF-8 character is cut apart.
std::string_view cut_text(std::string_view text, size_t bytes_max);

// utm_source, utm_medium, utm_campaign, utm_content, utm_term, in this order: decoded ("%20" and
// "+"), UTF-8 repaired, trimmed. Keys in any case; the first that is not empty wins. `source` and
// `ref` are taken for utm_source where that is absent.
using Campaign = std::array<std::string, 5>;
void parse_campaign(std::string_view query, Campaign* campaign);

// Step: fills path (percent-decoded once, dot segments and double slashes kept), query (as sent)
// and utm_*, once per distinct uri; masked (enrich/masking.h) if the context says so.
void fill_url(HitBatch& batch, EnrichContext& context);

}  // namespace ballcone
