// The tables data.markers and data.segments: what people have noted about a service, beside its
// numbers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/store.h"

namespace ballcone {

// A moment that explains what comes after it: a deploy, a campaign.
struct Marker {
  std::string service;
  int64_t time_us = 0;
  std::string text;

  bool operator==(const Marker&) const = default;
};

// Filters that are kept under a name.
struct Segment {
  std::string service;
  std::string name;     // one per service
  std::string filters;  // JSON, as in a question

  bool operator==(const Segment&) const = default;
};

// Of one service, or of all if it is empty; by service and time.
Result<std::vector<Marker>> read_markers(Store& store, const std::string& service,
                                         const QueryLimits& limits = {});
// Once, however often the same is written.
Result<void> write_marker(Store& store, const Marker& marker);
// False if there was none.
Result<bool> remove_marker(Store& store, const Marker& marker);

// Of one service, or of all if it is empty; by service and name.
Result<std::vector<Segment>> read_segments(Store& store, const std::string& service,
                                           const QueryLimits& limits = {});
// In place of the service's one of that name.
Result<void> write_segment(Store& store, const Segment& segment);
// False if there was none.
Result<bool> remove_segment(Store& store, const std::string& service, const std::string& name);

}  // namespace ballcone
