// The step "channel": what the rules need, put together once per distinct query, referrer and host,
// and a verdict once per combination of them.
#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/text.h"
#include "enrich/channel.h"

namespace ballcone {
namespace {

struct ClickId {
  std::string_view key;
  SiteKind site;
  bool is_paid;
};

// What networks add to the links they send people through. fbclid and igshid come with every link
// out of Facebook and Instagram, paid or not, so they name the source and no more.
constexpr ClickId kClickIds[] = {
    {"gclid", SiteKind::search, true},       // Google Ads
    {"gbraid", SiteKind::search, true},      // Google Ads, from an app
    {"wbraid", SiteKind::search, true},      // Google Ads, from iOS
    {"dclid", SiteKind::paid, true},         // Google Display & Video 360
    {"gad_source", SiteKind::search, true},  // Google Ads
    {"msclkid", SiteKind::search, true},     // Microsoft Advertising
    {"yclid", SiteKind::search, true},       // Yandex Direct
    {"ttclid", SiteKind::social, true},      // TikTok Ads
    {"twclid", SiteKind::social, true},      // X Ads
    {"li_fat_id", SiteKind::social, true},   // LinkedIn Ads
    {"rdt_cid", SiteKind::social, true},     // Reddit Ads
    {"sccid", SiteKind::social, true},       // Snapchat Ads
    {"epik", SiteKind::social, true},        // Pinterest Ads
    {"fbclid", SiteKind::social, false},     // Facebook
    {"igshid", SiteKind::social, false},     // Instagram
    {"srsltid", SiteKind::shopping, false},  // Google Merchant Center, free listings
};

// 1 + index into kClickIds; 0: none.
uint32_t find_click_id(std::string_view query) {
  while (!query.empty()) {
    const size_t end = std::min(query.find('&'), query.size());
    const std::string_view key = query.substr(0, std::min(query.find('='), end));
    if (key.size() >= 4 && key.size() <= 10 && key.size() < end) {
      for (uint32_t i = 0; i < std::size(kClickIds); ++i) {
        const bool may_be = (key[0] | 0x20) == kClickIds[i].key[0];
        if (may_be && equal_ignoring_case(key, kClickIds[i].key)) return i + 1;
      }
    }
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return 0;
}

// What the rules need of a query. Queries are many, but share few of these; most have nothing.
struct Tags {
  std::string source;
  std::string medium;
  std::string campaign;
  const ClickId* click = nullptr;
};

// The same of one distinct referrer.
struct Origin {
  std::string_view host;
  SiteKind site_kind = SiteKind::unknown;
};

class ChannelStep {
 public:
  ChannelStep(HitBatch& batch, const ReferrerList* list) : batch_(batch), list_(list) {
    read_queries();
    read_referrers();
    read_hosts();
  }

  void run() {
    batch_.channel.reserve(batch_.rows());
    const auto& referrers = batch_.referrer.codes();
    const auto& queries = batch_.query.codes();
    const auto& hosts = batch_.host.codes();
    for (size_t row = 0; row < batch_.rows(); ++row) {
      const uint32_t referrer = referrers[row];
      const bool is_internal =
          referrer_sites_[referrer] != 0 && referrer_sites_[referrer] == host_sites_[hosts[row]];
      const uint32_t tags = query_tags_[queries[row]];
      batch_.channel.append_code(tags == 0 ? untagged(referrer, is_internal)
                                           : tagged(referrer, tags, is_internal));
    }
  }

 private:
  // Code that fits none: not computed yet.
  static constexpr uint32_t kUnknown = UINT32_MAX;

  uint32_t untagged(uint32_t referrer, bool is_internal) {
    uint32_t& code = untagged_[referrer * 2 + is_internal];
    if (code == kUnknown) code = compute(referrer, 0, is_internal);
    return code;
  }

  uint32_t tagged(uint32_t referrer, uint32_t tags, bool is_internal) {
    const uint64_t key = (uint64_t{referrer} << 33) | (uint64_t{tags} << 1) | is_internal;
    const auto [code, is_new] = tagged_.try_emplace(key);
    if (is_new) code->second = compute(referrer, tags, is_internal);
    return code->second;
  }

  uint32_t compute(uint32_t referrer, uint32_t tags_index, bool is_internal) {
    const Tags& tags = tags_[tags_index];
    const Origin& origin = origins_[referrer];
    Arrival arrival{.source = tags.source.empty() ? origin.host : tags.source,
                    .medium = tags.medium,
                    .campaign = tags.campaign,
                    .is_paid_click = tags.click && tags.click->is_paid,
                    .is_internal = is_internal};
    const Site* named = list_ && !tags.source.empty() ? list_->find_source(tags.source) : nullptr;
    if (named) arrival.site = named->kind;
    if (arrival.site == SiteKind::unknown && tags.click) arrival.site = tags.click->site;
    // A source that nobody knows ("ref=footer") does not hide that a search engine sent the
    // visitor.
    if (arrival.site == SiteKind::unknown && !is_internal && tags.medium.empty())
      arrival.site = origin.site_kind;
    return batch_.channel.intern(channel_of(arrival), batch_.arena);
  }

  void read_queries() {
    const auto& queries = batch_.query.distinct();
    query_tags_.reserve(queries.size());
    for (uint32_t query = 0; query < queries.size(); ++query) {
      const std::array<uint32_t, 4> codes{
          batch_.utm_source.codes()[query], batch_.utm_medium.codes()[query],
          batch_.utm_campaign.codes()[query], find_click_id(queries[query])};
      const auto [tags, is_new] =
          tags_by_codes_.try_emplace(codes, static_cast<uint32_t>(tags_.size()));
      if (is_new) tags_.push_back(make_tags(codes));
      query_tags_.push_back(tags->second);
    }
  }

  Tags make_tags(const std::array<uint32_t, 4>& codes) const {
    return {.source = to_lower_ascii(batch_.utm_source.distinct()[codes[0]]),
            .medium = to_lower_ascii(batch_.utm_medium.distinct()[codes[1]]),
            .campaign = to_lower_ascii(batch_.utm_campaign.distinct()[codes[2]]),
            .click = codes[3] == 0 ? nullptr : &kClickIds[codes[3] - 1]};
  }

  void read_referrers() {
    Referrer parsed;
    for (uint32_t code = 0; code < batch_.referrer.distinct().size(); ++code) {
      Origin origin{.host = batch_.referrer_host.at(code)};
      if (!origin.host.empty()) {
        parse_referrer(batch_.referrer.distinct()[code], &parsed);
        const Site* site = list_ ? list_->find(origin.host, parsed.path) : nullptr;
        if (site) origin.site_kind = site->kind;
      }
      referrer_sites_.push_back(site_number(origin.host));
      origins_.push_back(std::move(origin));
    }
    untagged_.assign(origins_.size() * 2, kUnknown);
  }

  void read_hosts() {
    for (const std::string_view host : batch_.host.distinct())
      host_sites_.push_back(site_number(host));
  }

  // Equal numbers: the same registrable domain. 0: none.
  uint32_t site_number(std::string_view host) {
    if (host.empty()) return 0;
    const auto [number, is_new] = numbers_by_host_.try_emplace(host, 0);
    if (is_new) {
      const auto next = static_cast<uint32_t>(numbers_by_site_.size() + 1);
      number->second = numbers_by_site_.try_emplace(site_of(host), next).first->second;
    }
    return number->second;
  }

  HitBatch& batch_;
  const ReferrerList* list_;
  std::vector<Tags> tags_;  // the first has none
  std::map<std::array<uint32_t, 4>, uint32_t> tags_by_codes_;
  std::vector<uint32_t> query_tags_;  // per distinct query: index into tags_
  std::vector<Origin> origins_;       // per distinct referrer
  std::vector<uint32_t> referrer_sites_;
  std::vector<uint32_t> host_sites_;
  std::unordered_map<std::string_view, uint32_t> numbers_by_host_;
  std::unordered_map<std::string, uint32_t> numbers_by_site_;
  std::vector<uint32_t> untagged_;  // channel codes by referrer and whether it is internal
  std::unordered_map<uint64_t, uint32_t> tagged_;
};

}  // namespace

void fill_channel(HitBatch& batch, EnrichContext& context) {
  ChannelStep(batch, context.referrers).run();
}

}  // namespace ballcone
