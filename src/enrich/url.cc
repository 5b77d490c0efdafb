#include "enrich/url.h"

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "enrich/ahead.h"
#include "enrich/masking.h"

namespace ballcone {
namespace {

constexpr std::array kCampaignColumns{&HitBatch::utm_source, &HitBatch::utm_medium,
                                      &HitBatch::utm_campaign, &HitBatch::utm_content,
                                      &HitBatch::utm_term};
constexpr std::array<std::string_view, 5> kCampaignKeys{"utm_source", "utm_medium", "utm_campaign",
                                                        "utm_content", "utm_term"};

bool is_scheme_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
         c == '-' || c == '.';
}

// "http://host/a" → "/a"; anything else as it is.
std::string_view without_authority(std::string_view uri) {
  const size_t end = uri.find("://");
  if (end == 0 || end == uri.npos) return uri;
  if (!std::all_of(uri.begin(), uri.begin() + end, is_scheme_char)) return uri;
  uri.remove_prefix(end + 3);
  const size_t path = uri.find_first_of("/?");
  return path == uri.npos ? std::string_view() : uri.substr(path);
}

bool needs_repair(std::string_view text) { return text.find('\0') != text.npos || !is_utf8(text); }

// Text of percent-escapes decoded once; what is not UTF-8 then is repaired.
void append_decoded(std::string_view text, std::string* out) {
  const size_t start = out->size();
  append_percent_decoded(text, out);
  if (!needs_repair(std::string_view(*out).substr(start))) return;
  const std::string broken = out->substr(start);
  out->resize(start);
  append_repaired_utf8(broken, out);
}

struct UrlMemory {
  std::string decoded, masked;
};

// The path as stored; a view into `path` where nothing had to be changed, else into `*memory`.
std::string_view stored_path(std::string_view path, bool is_masked, UrlMemory* memory) {
  // An escape is three bytes, so no more than that can matter; a 64 KB path costs no more than
  // this.
  path = path.substr(0, 3 * kPathBytesMax);
  if (path.find('%') != path.npos) {
    memory->decoded.clear();
    append_decoded(path, &memory->decoded);
    path = memory->decoded;
  }
  if (is_masked) path = mask_path(path, &memory->masked);
  return cut_text(path, kPathBytesMax);
}

// The same of the query. It is masked before it is cut: what a secret is told by must be there.
std::string_view stored_query(std::string_view query, bool is_masked, UrlMemory* memory) {
  if (is_masked) query = mask_query(query.substr(0, 2 * kQueryBytesMax), &memory->masked);
  return cut_text(query, kQueryBytesMax);
}

// "a+b%20c " → "a b c"
std::string form_decoded(std::string_view value) {
  std::string spaced(value);
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  std::string decoded;
  append_decoded(spaced, &decoded);
  return std::string(trim(decoded));
}

void take_parameter(std::string_view key, std::string_view value, Campaign* campaign,
                    std::string* source) {
  // Most keys are none of ours: their length or first letter says so.
  const char first = key.empty() ? '\0' : static_cast<char>(key[0] | 0x20);
  if (first == 'u' && key.size() >= 8 && key.size() <= 12) {
    for (size_t i = 0; i < kCampaignKeys.size(); ++i) {
      if (!equal_ignoring_case(key, kCampaignKeys[i])) continue;
      if ((*campaign)[i].empty()) (*campaign)[i] = form_decoded(value);
    }
  } else if (first == 's' || first == 'r') {
    const bool is_source = equal_ignoring_case(key, "source") || equal_ignoring_case(key, "ref");
    if (is_source && source->empty()) *source = form_decoded(value);
  }
}

void fill_campaigns(HitBatch& batch) {
  for (auto column : kCampaignColumns) (batch.*column).reserve(batch.query.distinct().size());
  Campaign campaign;
  for (std::string_view query : batch.query.distinct()) {
    parse_campaign(query, &campaign);
    for (size_t i = 0; i < kCampaignColumns.size(); ++i)
      (batch.*kCampaignColumns[i]).append(campaign[i], batch.arena);
  }
}

}  // namespace

std::string_view cut_text(std::string_view text, size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  while (bytes_max > 0 && (static_cast<uint8_t>(text[bytes_max]) & 0xc0) == 0x80) --bytes_max;
  return text.substr(0, bytes_max);
}

Target split_target(std::string_view uri) {
  uri = uri.substr(0, uri.find('#'));
  if (!uri.empty() && uri[0] != '/') uri = without_authority(uri);
  const size_t mark = uri.find('?');
  Target target{uri.substr(0, mark), {}};
  if (mark != uri.npos) target.query = uri.substr(mark + 1);
  if (target.path.empty()) target.path = "/";
  return target;
}

void parse_campaign(std::string_view query, Campaign* campaign) {
  for (std::string& value : *campaign) value.clear();
  std::string source;
  while (!query.empty()) {
    const size_t end = std::min(query.find('&'), query.size());
    const std::string_view parameter = query.substr(0, end);
    const size_t equals = parameter.find('=');
    if (equals != parameter.npos)
      take_parameter(parameter.substr(0, equals), parameter.substr(equals + 1), campaign, &source);
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  if ((*campaign)[0].empty()) (*campaign)[0] = std::move(source);
}

void fill_url(HitBatch& batch, EnrichContext& context) {
  struct Codes {
    uint32_t path = 0;  // 0: not computed yet, since no path is empty
    uint32_t query = 0;
  };
  const std::vector<std::string_view>& uris = batch.uri.distinct();
  std::vector<Codes> codes(uris.size());
  UrlMemory memory;
  batch.path.reserve(batch.rows());
  batch.query.reserve(batch.rows());
  for (const uint32_t uri : batch.uri.codes()) {
    if (codes[uri].path == 0) {
      fetch_ahead(uris, uri);
      const Target target = split_target(uris[uri]);
      const bool is_masked = context.masks_urls;
      codes[uri] = {
          batch.path.intern(stored_path(target.path, is_masked, &memory), batch.arena),
          batch.query.intern(stored_query(target.query, is_masked, &memory), batch.arena)};
    }
    batch.path.append_code(codes[uri].path);
    batch.query.append_code(codes[uri].query);
  }
  fill_campaigns(batch);
}

}  // namespace ballcone
