#include "query/plausible_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>

#include "base/text.h"
#include "query/country_names.h"
#include "query/dimensions.h"
#include "query/names.h"

namespace ballcone {
namespace {

using enum PlausibleValue;

constexpr std::string_view kNotSet = "(not set)";
constexpr std::string_view kDirect = "Direct / None";
constexpr std::string_view kPageView = "pageview";
constexpr std::string_view kNone = "(none)";

constexpr PlausibleDimension kDimensions[] = {
    {"event:page", "path"},
    {"event:hostname", "host"},
    {"visit:entry_page", "entry_path"},
    {"visit:exit_page", "exit_path"},
    {"visit:source", "referrer_host", direct},
    {"visit:referrer", "referrer", referrer},
    {"visit:channel", "channel", not_set},
    {"visit:utm_medium", "utm_medium", not_set},
    {"visit:utm_source", "utm_source", not_set},
    {"visit:utm_campaign", "utm_campaign", not_set},
    {"visit:utm_content", "utm_content", not_set},
    {"visit:utm_term", "utm_term", not_set},
    {"visit:device", "device", capital},
    {"visit:screen", "device", capital},  // the older name
    {"visit:browser", "browser", not_set},
    {"visit:browser_version", "browser_version", not_set},
    {"visit:os", "os", not_set},
    {"visit:os_version", "os_version", not_set},
    {"visit:country", "country"},
    {"visit:country_name", "country", country_name},
    {"visit:region", "region"},
    {"visit:region_name", "region"},
    {"visit:city", "city"},
    {"visit:city_name", "city"},
    {"event:goal", "goal"},
    {"event:name", "event", page_view},
};

// What Plausible has beside them, and why it is not here.
constexpr struct {
  std::string_view start;
  std::string_view why;
} kAbsentDimensions[] = {
    {"visit:entry_page_hostname", "take event:hostname"},
    {"visit:exit_page_hostname", "take event:hostname"},
    {"segment", "there are no saved segments"},
};

constexpr PlausibleTime kTimes[] = {
    {"time", Grain::none, "none"},      {"time:minute", Grain::minute, "minute"},
    {"time:hour", Grain::hour, "hour"}, {"time:day", Grain::day, "day"},
    {"time:week", Grain::week, "week"}, {"time:month", Grain::month, "month"},
};

constexpr PlausibleMetric kMetrics[] = {
    {"visitors", "visitors", PlausibleNumber::count},
    {"visits", "visits", PlausibleNumber::count},
    {"pageviews", "page_views", PlausibleNumber::count},
    {"events", "actions", PlausibleNumber::count},
    {"views_per_visit", "views_per_visit", PlausibleNumber::ratio},
    {"bounce_rate", "bounce_rate", PlausibleNumber::percent},
    {"visit_duration", "visit_duration", PlausibleNumber::seconds},
    {"percentage", "visitors", PlausibleNumber::of_all},
    {"conversion_rate", "conversion_rate", PlausibleNumber::percent},
    {"group_conversion_rate", "group_conversion_rate", PlausibleNumber::percent},
};

constexpr struct {
  std::string_view name;
  std::string_view why;
} kAbsentMetrics[] = {
    {"average_revenue", "take events with a filter on event:props:revenue"},
    {"total_revenue", "take events with a filter on event:props:revenue"},
    {"scroll_depth", "logs do not say how far a page was read"},
    {"time_on_page", "logs do not say when a page was left; take visit_duration"},
    {"exit_rate", "take visits by visit:exit_page"},
};

template <class Row>
std::vector<std::string_view> names_of(std::span<const Row> rows) {
  std::vector<std::string_view> names;
  for (const Row& row : rows) names.push_back(row.name);
  return names;
}

tl::unexpected<Error> absent_failure(std::string_view field, std::string_view name,
                                     std::string_view why) {
  return field_failure(field, fmt::format("{} is not supported: {}", in_quotes(name), why));
}

std::string_view without_scheme(std::string_view url) {
  for (const std::string_view start : {"https://", "http://", "www."}) {
    if (url.starts_with(start)) url.remove_prefix(start.size());
  }
  return url;
}

std::string_view name_of_country(std::string_view code) {
  const auto* row = std::find_if(std::begin(kCountryNames), std::end(kCountryNames),
                                 [&](const CountryName& one) { return one.code == code; });
  return row == std::end(kCountryNames) ? code : row->name;
}

// Kept for as long as find_dimension() keeps its own, which are as few.
const PlausibleDimension* find_property(std::string_view name) {
  static std::mutex mutex;
  static std::map<std::string_view, PlausibleDimension> known;
  const Dimension* ours = find_dimension(name);
  if (ours == nullptr) return nullptr;
  const std::lock_guard lock(mutex);
  return &known.try_emplace(ours->name, PlausibleDimension{ours->name, ours->name, none})
              .first->second;
}

}  // namespace

Result<const PlausibleDimension*> find_plausible_dimension(std::string_view field,
                                                           std::string_view name) {
  for (const PlausibleDimension& row : kDimensions) {
    if (row.name == name) return &row;
  }
  if (name.starts_with(kPropertyStart)) {
    if (const PlausibleDimension* property = find_property(name)) return property;
  }
  for (const auto& row : kAbsentDimensions) {
    if (name.starts_with(row.start)) return absent_failure(field, name, row.why);
  }
  return name_failure(field, "a dimension", name,
                      names_of(std::span<const PlausibleDimension>(kDimensions)));
}

const PlausibleTime* find_plausible_time(std::string_view name) {
  const auto* row = std::find_if(std::begin(kTimes), std::end(kTimes),
                                 [&](const PlausibleTime& one) { return one.name == name; });
  return row == std::end(kTimes) ? nullptr : row;
}

const PlausibleTime* find_plausible_time(Grain grain) {
  return std::find_if(std::begin(kTimes), std::end(kTimes),
                      [&](const PlausibleTime& one) { return one.grain == grain; });
}

Result<const PlausibleMetric*> find_plausible_metric(std::string_view field,
                                                     std::string_view name) {
  for (const PlausibleMetric& row : kMetrics) {
    if (row.name == name) return &row;
  }
  for (const auto& row : kAbsentMetrics) {
    if (row.name == name) return absent_failure(field, name, row.why);
  }
  return name_failure(field, "a metric", name,
                      names_of(std::span<const PlausibleMetric>(kMetrics)));
}

std::string plausible_value(const PlausibleDimension& dimension, std::string_view ours) {
  switch (dimension.value) {
    case plain:
      return std::string(ours);
    case not_set:
      return std::string(ours.empty() ? kNotSet : ours);
    case direct:
      return std::string(ours.empty() ? kDirect : ours);
    case referrer:
      return std::string(ours.empty() ? kDirect : without_scheme(ours));
    case capital: {
      if (ours == "tv") return "TV";
      std::string value(ours.empty() ? kNotSet : ours);
      if (value[0] >= 'a' && value[0] <= 'z') value[0] = static_cast<char>(value[0] - 'a' + 'A');
      return value;
    }
    case country_name:
      return std::string(name_of_country(ours));
    case page_view:
      return std::string(ours.empty() ? kPageView : ours);
    case none:
      return std::string(ours.empty() ? kNone : ours);
  }
  return std::string(ours);
}

std::vector<std::string> own_values(const PlausibleDimension& dimension, std::string_view theirs) {
  const bool has_absent = dimension.value != plain && dimension.value != country_name;
  if (has_absent && (theirs == kNotSet || theirs == kDirect)) return {""};
  if (dimension.value == page_view && theirs == kPageView) return {""};
  if (dimension.value == none && theirs == kNone) return {""};
  if (theirs.empty()) return {""};
  const std::string text(theirs);
  switch (dimension.value) {
    case referrer:
      if (theirs.find("://") != theirs.npos) return {text};
      return {"https://" + text, "http://" + text, "https://www." + text, "http://www." + text,
              text};
    case capital:
      return {to_lower_ascii(theirs)};
    case country_name: {
      for (const CountryName& row : kCountryNames) {
        if (row.name == theirs) return {std::string(row.code)};
      }
      return {text};  // a country that we cannot name: no hit has it
    }
    default:
      return {text};
  }
}

std::vector<std::string> own_values_containing(std::string_view text) {
  std::vector<std::string> codes;
  const std::string wanted = to_lower_ascii(text);
  for (const CountryName& row : kCountryNames) {
    if (to_lower_ascii(row.name).find(wanted) != std::string::npos) codes.emplace_back(row.code);
  }
  return codes;
}

}  // namespace ballcone
