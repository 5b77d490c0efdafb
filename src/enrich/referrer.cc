#include "enrich/referrer.h"

#include <libpsl.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <span>

#include "base/ip.h"
#include "base/text.h"
#include "enrich/masking.h"
#include "enrich/referrer_sites.h"
#include "enrich/url.h"

namespace ballcone {
namespace {

constexpr std::string_view kHostEnd = "/?#";

// "Yahoo! Mail" and "yahoo-mail" → "yahoomail"; bytes beyond ASCII stay.
std::string plain_name(std::string_view name) {
  std::string plain = to_lower_ascii(name);
  std::erase_if(plain, [](char c) {
    return !((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c & 0x80) != 0);
  });
  return plain;
}

SiteKind kind_of_medium(std::string_view medium) {
  if (medium == "search") return SiteKind::search;
  if (medium == "social") return SiteKind::social;
  if (medium == "email") return SiteKind::email;
  if (medium == "paid") return SiteKind::paid;
  return SiteKind::unknown;  // "referral", "unknown"
}

// A source named "Google" is the search engine, not the mail: the smallest wins.
int rank(SiteKind kind) {
  switch (kind) {
    case SiteKind::search:
      return 0;
    case SiteKind::social:
      return 1;
    case SiteKind::video:
      return 2;
    case SiteKind::ai:
      return 3;
    case SiteKind::shopping:
      return 4;
    case SiteKind::email:
      return 5;
    case SiteKind::paid:
      return 6;
    case SiteKind::unknown:
      return 7;
  }
  return 7;
}

std::string_view without_www(std::string_view host) {
  return host.starts_with("www.") && host.size() > 4 ? host.substr(4) : host;
}

// "user:x@Example.com:8443" → "Example.com:8443"
std::string_view without_user(std::string_view authority) {
  return authority.substr(authority.rfind('@') + 1);  // npos + 1 is 0
}

// "example.com:8443" → "example.com"; "[2001:db8::1]:80" → "[2001:db8::1]"
std::string_view without_port(std::string_view authority) {
  const size_t bracket = authority.rfind(']');
  const size_t colon = authority.find(':', bracket == authority.npos ? 0 : bracket);
  std::string_view host = authority.substr(0, colon);
  if (host.ends_with('.')) host.remove_suffix(1);
  return host;
}

bool is_host(std::string_view host) {
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_' ||
           c == '[' || c == ']' || c == ':' || (c & 0x80) != 0;
  };
  return !host.empty() && host.size() <= 255 && host[0] != '.' &&
         std::all_of(host.begin(), host.end(), is_allowed);
}

// "www.example.com/a": some clients leave the scheme out. A word without a dot is no host.
bool is_bare_url(std::string_view text) {
  const std::string_view host = text.substr(0, text.find_first_of(kHostEnd));
  const size_t dot = host.find('.');
  return dot != host.npos && dot + 1 < host.size() && is_host(to_lower_ascii(host));
}

bool is_scheme(std::string_view text) {
  return !text.empty() && text.size() <= 32 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '+' || c == '.';
  });
}

}  // namespace

void parse_referrer(std::string_view referrer, Referrer* parsed) {
  parsed->text.clear();
  parsed->host.clear();
  parsed->path = {};
  const size_t scheme = referrer.find("://");
  const bool has_scheme = scheme != referrer.npos && is_scheme(referrer.substr(0, scheme));
  if (!has_scheme && !is_bare_url(referrer)) {
    // Not a URL: "about:blank", spam. Nothing of a query is kept here either.
    parsed->text = cut_text(referrer.substr(0, referrer.find_first_of("?#")), kReferrerBytesMax);
    return;
  }
  if (has_scheme) {
    parsed->text = to_lower_ascii(referrer.substr(0, scheme + 3));
    referrer.remove_prefix(scheme + 3);
  }
  const size_t end = std::min(referrer.find_first_of(kHostEnd), referrer.size());
  const std::string authority = to_lower_ascii(without_user(referrer.substr(0, end)));
  const std::string_view host = without_www(without_port(authority));
  if (is_host(host)) parsed->host = host;
  std::string_view path = referrer.substr(end);
  path = path.substr(0, path.find_first_of("?#"));
  parsed->text += authority;
  const size_t path_at = std::min(parsed->text.size(), kReferrerBytesMax);
  parsed->text += path;
  parsed->text.resize(cut_text(parsed->text, kReferrerBytesMax).size());
  parsed->path = std::string_view(parsed->text).substr(std::min(path_at, parsed->text.size()));
}

std::string site_of(std::string_view host) {
  const std::string name(host);
  if (host.empty() || parse_ip(host)) return name;
  const char* site = psl_registrable_domain(psl_builtin(), name.c_str());
  return site ? site : name;
}

ReferrerList::ReferrerList() {
  for (const KnownSite& site : kKnownSites) add(site.host, site.name, site.kind);
  for (const SourceAlias& alias : kSourceAliases)
    names_.insert_or_assign(std::string(alias.source), *find(alias.host, {}));
}

void ReferrerList::add(std::string_view host_and_path, std::string_view name, SiteKind kind) {
  const size_t slash = std::min(host_and_path.find('/'), host_and_path.size());
  const std::string host = to_lower_ascii(without_www(host_and_path.substr(0, slash)));
  const std::string_view path = host_and_path.substr(slash);
  std::vector<Entry>& entries = hosts_[host];
  const bool is_known = std::any_of(entries.begin(), entries.end(),
                                    [&](const Entry& entry) { return entry.path == path; });
  if (is_known) return;
  const Site site{std::string(name), kind};
  entries.push_back({std::string(path), site});
  std::stable_sort(entries.begin(), entries.end(),
                   [](const Entry& a, const Entry& b) { return a.path.size() > b.path.size(); });
  const auto [known, is_new] = names_.try_emplace(plain_name(name), site);
  if (!is_new && rank(kind) < rank(known->second.kind)) known->second.kind = kind;
}

Result<void> ReferrerList::add_json(std::string_view json) {
  using Json = nlohmann::json;
  const Json list = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!list.is_object()) return failure("expected a JSON object of referring sites");
  for (const auto& [host, site] : list.items()) {
    const auto text = [&](const char* key) {
      const auto value = site.is_object() ? site.find(key) : site.end();
      return value != site.end() && value->is_string() ? value->get<std::string>() : std::string();
    };
    const std::string name = text("source");
    if (name.empty()) return failure("expected {\"medium\", \"source\"} for " + host);
    add(host, name, kind_of_medium(text("medium")));
  }
  return {};
}

const Site* ReferrerList::find(std::string_view host, std::string_view path) const {
  // maps.example.com, example.com; a name without a dot is looked up only if it was given so.
  while (!host.empty()) {
    if (const auto entries = hosts_.find(host); entries != hosts_.end()) {
      for (const Entry& entry : entries->second)
        if (path.starts_with(entry.path)) return &entry.site;
    }
    const size_t dot = host.find('.');
    if (dot == host.npos) return nullptr;
    host.remove_prefix(dot + 1);
    if (host.find('.') == host.npos) return nullptr;
  }
  return nullptr;
}

const Site* ReferrerList::find_source(std::string_view source) const {
  const std::string lower = to_lower_ascii(trim(source));
  if (lower.find('.') != lower.npos) {
    if (const Site* site = find(without_www(lower), {})) return site;
  }
  const auto site = names_.find(plain_name(lower));
  return site == names_.end() ? nullptr : &site->second;
}

Result<std::unique_ptr<ReferrerList>> open_referrers(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return failure("expected the list of referring sites in " + path);
  const std::string json{std::istreambuf_iterator<char>(file), {}};
  auto list = std::make_unique<ReferrerList>();
  if (auto added = list->add_json(json); !added)
    return failure(path + ": " + added.error().message);
  return list;
}

void fill_referrer(HitBatch& batch, EnrichContext& context) {
  const std::vector<std::string_view>& referrers = batch.referrer.distinct();
  Referrer parsed;
  std::string memory;
  for (uint32_t code = 0; code < referrers.size(); ++code) {
    const std::string_view original = referrers[code];
    parse_referrer(original, &parsed);
    const std::string_view kept =
        context.masks_urls ? mask_path(parsed.text, &memory) : std::string_view(parsed.text);
    // Mostly the text kept is the original's front, and needs no copy.
    if (kept != original) {
      const bool is_front = original.starts_with(kept);
      batch.referrer.replace_distinct(
          code, is_front ? original.substr(0, kept.size()) : batch.arena.copy(kept));
    }
    const Site* site =
        context.referrers ? context.referrers->find(parsed.host, parsed.path) : nullptr;
    batch.referrer_host.append(parsed.host, batch.arena);
    batch.referrer_name.append(site ? std::string_view(site->name) : "", batch.arena);
  }
}

}  // namespace ballcone
