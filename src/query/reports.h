// The pictures of a service's page: one row per report. The page draws kinds, not reports, so a new
// row here is a new picture there. Reports of a group share a panel, in which each `tab` is one of
// its tabs; several reports of one tab are chosen from by their titles.
#pragma once

#include <span>
#include <string_view>

namespace ballcone {

struct Report {
  std::string_view name;  // in the API: ?report=pages
  std::string_view title;
  std::string_view kind;   // numbers, series, ranking, table, heatmap or map
  std::string_view group;  // the panel; the group of numbers is the head of the page
  std::string_view tab;    // a word or two
  std::string_view query;  // as in the API, without service, range and limit
  // Values of the last dimension are names of others: this and such a value is one to ask by, of
  // the row's other values. "" if they are values like any other, which one filters by.
  std::string_view opens = {};
};

std::span<const Report> reports();
const Report* find_report(std::string_view name);  // null if there is none

}  // namespace ballcone
