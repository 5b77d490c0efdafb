// The views that ownstats has: columns of page_views, access_logs and edge_locations by its names;
// inside this room only. Pure text. docs/sql.md says what each column holds.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ballcone {

// A column of a view over a table h: data.hits or a derived one, with texts joined.
struct ViewColumn {
  std::string name;
  std::string expression;          // over h and data.text_x t_x
  std::vector<std::string> texts;  // the x it needs, in the order of their joins
};

// The place of an edge, as a text that columns need behind edge_location.
constexpr const char* kEdgePlace = "edge_place";
std::string join_edge_place();

// Of main.page_views, beside our own: over derived.page_views.
std::vector<ViewColumn> ownstats_page_columns();
// Of main.access_logs, over the rows of data.hits that logs have.
std::vector<ViewColumn> access_log_columns();
constexpr const char* kIsOfLog = "h.via = 0";

// SELECT prefix, city, state, country, latitude, longitude FROM (VALUES …)
std::string select_edge_locations();

// What a column of these means: a sentence, or what it is called in the view hits. Both are empty
// if it is called the same there.
struct OwnstatsDoc {
  std::string_view text, in_hits;
};
OwnstatsDoc ownstats_doc(std::string_view view, std::string_view column);

}  // namespace ballcone
