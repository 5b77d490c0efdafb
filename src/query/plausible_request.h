// Plausible's request → what to ask of us. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time_zone.h"
#include "query/plausible_names.h"
#include "query/query.h"

namespace ballcone {

struct PlausibleOrder {
  size_t at = 0;  // in dimensions or in metrics
  bool is_metric = false;
  bool is_descending = false;
};

struct PlausibleRequest {
  std::string site_id;
  TimeZone zone;  // of that service
  TimeRange range;
  std::vector<const PlausibleMetric*> metrics;
  std::vector<std::string> own_metrics;           // that our question asks for, each once
  std::vector<std::string> dimensions;            // as they were asked for, times among them
  std::vector<const PlausibleDimension*> values;  // beside them: null for the time
  Grain grain = Grain::none;
  std::vector<PlausibleOrder> order;  // never empty
  bool has_time_labels = false;
  bool has_total_rows = false;
  bool has_imports = false;
  int64_t limit = kRowsMax;
  int64_t offset = 0;
  // The engine orders and cuts by itself; otherwise all rows are asked for, ordered and cut here.
  bool is_cut_by_engine = false;
  std::string question;  // ours, as POST /api/v1/query takes it
  std::string echo;      // theirs, as the answer repeats it, without date_range
};

// {"site_id": "example", "metrics": ["visitors"], "date_range": "7d"} → the request. Errors name
// Plausible's fields.
Result<PlausibleRequest> parse_plausible(std::string_view body, const TimeZones& zones,
                                         int64_t now_us);

// The steps of the range as Plausible writes them: "2026-11-23", or "2026-11-23 12:00:00" for hours
// and minutes, in local time; a week that began before the range has the range's first day.
std::string plausible_time_label(const PlausibleRequest& request, int64_t time_us);
std::vector<std::string> plausible_time_labels(const PlausibleRequest& request);

}  // namespace ballcone
