// The pictures of a service's page: one row per report. The page draws kinds, not reports, so a new
// row here is a new picture there.
#pragma once

#include <span>
#include <string_view>

namespace ballcone {

struct Report {
  std::string_view name;  // in the API: ?report=pages
  std::string_view title;
  std::string_view kind;   // numbers, series, ranking, table or heatmap
  std::string_view group;  // heading on the page
  std::string_view query;  // as in the API, without service, range and limit
};

std::span<const Report> reports();
const Report* find_report(std::string_view name);  // null if there is none

}  // namespace ballcone
