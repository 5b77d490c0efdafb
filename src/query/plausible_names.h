// What Plausible calls things, and what they are called here.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "query/query.h"

namespace ballcone {

// How our value becomes theirs.
enum class PlausibleValue {
  plain,
  not_set,       // the absent value is "(not set)"
  direct,        // the absent value is "Direct / None"
  referrer,      // and a URL has no scheme and no "www."
  capital,       // "desktop" is "Desktop"
  country_name,  // "DE" is "Germany"
  page_view,     // the absent value is "pageview"
  none,          // the absent value is "(none)"
};

struct PlausibleDimension {
  std::string_view name;    // "event:page"
  std::string_view column;  // "path"
  PlausibleValue value = PlausibleValue::plain;
};
// The error says why there is none of that name, where there is one in Plausible.
Result<const PlausibleDimension*> find_plausible_dimension(std::string_view field,
                                                           std::string_view name);

// "time:day"; Grain::none for "time", whose grain follows from the range. Null if it is no time.
struct PlausibleTime {
  std::string_view name;
  Grain grain;
  std::string_view ours;  // "day"
};
const PlausibleTime* find_plausible_time(std::string_view name);
const PlausibleTime* find_plausible_time(Grain grain);

enum class PlausibleNumber { count, percent, seconds, ratio, of_all };
struct PlausibleMetric {
  std::string_view name;  // "pageviews"
  std::string_view ours;  // "page_views"
  PlausibleNumber number;
};
Result<const PlausibleMetric*> find_plausible_metric(std::string_view field, std::string_view name);

// "" stands for the absent value.
std::string plausible_value(const PlausibleDimension& dimension, std::string_view ours);
// The values of ours that are theirs.
std::vector<std::string> own_values(const PlausibleDimension& dimension, std::string_view theirs);
// Those of ours whose name of theirs contains the text; only for country_name.
std::vector<std::string> own_values_containing(std::string_view text);

}  // namespace ballcone
