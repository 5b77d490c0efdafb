#include "enrich/channel.h"

#include <algorithm>

namespace ballcone {
namespace {

template <class... Words>
bool is_one_of(std::string_view text, Words... words) {
  return ((text == words) || ...);
}

bool contains(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

// GA4: ^(.*cp.*|ppc|retargeting|paid.*)$
bool is_paid(const Arrival& a) {
  return a.is_paid_click || contains(a.medium, "cp") || is_one_of(a.medium, "ppc", "retargeting") ||
         a.medium.starts_with("paid");
}

// GA4: ^(.*(([^a-df-z]|^)shop|shopping).*)$, so "eshop" and "spring shop" but not "workshop".
bool is_shopping_campaign(std::string_view campaign) {
  if (contains(campaign, "shopping")) return true;
  for (size_t at = campaign.find("shop"); at != campaign.npos; at = campaign.find("shop", at + 1)) {
    const char before = at == 0 ? ' ' : campaign[at - 1];
    if (before == 'e' || before < 'a' || before > 'z') return true;
  }
  return false;
}

bool is_shopping(const Arrival& a) {
  return a.site == SiteKind::shopping || is_shopping_campaign(a.campaign);
}

bool is_email_word(std::string_view text) {
  return is_one_of(text, "email", "e-mail", "e_mail", "e mail");
}

bool is_untagged(const Arrival& a) {
  return !a.is_paid_click && is_one_of(a.medium, "", "(not set)", "(none)") && a.campaign.empty();
}

// Source lists and regular expressions as Google documents them for GA4's default channel group
// (read 2025). Where GA4 takes only a tag for an answer, the referrer's site answers here too: a
// log has no session to inherit from.
constexpr ChannelRule kRules[] = {
    {"Internal", "From a page of the same site, without campaign tags: not a source",
     [](const Arrival& a) { return a.is_internal && is_untagged(a); }},
    {"Direct", "No referrer and no tags: typed, bookmarked, or hidden by an app or a policy",
     [](const Arrival& a) {
       return is_one_of(a.source, "", "(direct)") && a.site == SiteKind::unknown && is_untagged(a);
     }},
    {"Cross-network", "Campaign's name contains cross-network",
     [](const Arrival& a) { return contains(a.campaign, "cross-network"); }},
    {"Paid Shopping", "Paid, and a shopping site or a campaign named shop",
     [](const Arrival& a) { return is_paid(a) && is_shopping(a); }},
    {"Paid Search", "Paid, and a search engine",
     [](const Arrival& a) { return is_paid(a) && a.site == SiteKind::search; }},
    {"Paid Social", "Paid, and a social network",
     [](const Arrival& a) { return is_paid(a) && a.site == SiteKind::social; }},
    {"Paid Video", "Paid, and a video site",
     [](const Arrival& a) { return is_paid(a) && a.site == SiteKind::video; }},
    {"Display",
     "Medium display, banner, expandable, interstitial or cpm; or an advertising network",
     [](const Arrival& a) {
       return is_one_of(a.medium, "display", "banner", "expandable", "interstitial", "cpm") ||
              a.site == SiteKind::paid;
     }},
    {"Paid Other", "Paid, and none of the above", is_paid},
    {"AI Assistant", "ChatGPT, Perplexity, Claude, Gemini, …; or medium ai",
     [](const Arrival& a) {
       return a.site == SiteKind::ai || is_one_of(a.medium, "ai", "ai-assistant", "llm", "chatbot");
     }},
    {"Organic Shopping", "A shopping site or a campaign named shop", is_shopping},
    {"Organic Social", "A social network, or medium social",
     [](const Arrival& a) {
       return a.site == SiteKind::social ||
              is_one_of(a.medium, "social", "social-network", "social-media", "sm",
                        "social network", "social media");
     }},
    {"Organic Video", "A video site, or medium contains video",
     [](const Arrival& a) { return a.site == SiteKind::video || contains(a.medium, "video"); }},
    {"Organic Search", "A search engine, or medium organic",
     [](const Arrival& a) { return a.site == SiteKind::search || a.medium == "organic"; }},
    {"Email", "Source or medium email, or a mail service on the web",
     [](const Arrival& a) {
       return is_email_word(a.source) || is_email_word(a.medium) || a.site == SiteKind::email;
     }},
    {"Affiliates", "Medium affiliate",
     [](const Arrival& a) { return is_one_of(a.medium, "affiliate", "affiliates"); }},
    {"Audio", "Medium audio", [](const Arrival& a) { return a.medium == "audio"; }},
    {"SMS", "Source or medium sms",
     [](const Arrival& a) { return a.source == "sms" || a.medium == "sms"; }},
    {"Mobile Push Notifications", "Medium ends in push, or contains mobile or notification",
     [](const Arrival& a) {
       return a.medium.ends_with("push") || contains(a.medium, "mobile") ||
              contains(a.medium, "notification") || a.source == "firebase";
     }},
    {"Referral", "Another site, or medium referral, app or link",
     [](const Arrival& a) {
       return is_one_of(a.medium, "referral", "app", "link") ||
              (a.medium.empty() && !a.source.empty());
     }},
    {"Unassigned", "Tagged with a medium that no rule knows", [](const Arrival&) { return true; }},
};

}  // namespace

std::span<const ChannelRule> channel_rules() { return kRules; }

std::string_view channel_of(const Arrival& arrival) {
  return std::find_if(std::begin(kRules), std::end(kRules) - 1,
                      [&](const ChannelRule& rule) { return rule.matches(arrival); })
      ->name;
}

}  // namespace ballcone
