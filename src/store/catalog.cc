#include "store/catalog.h"

#include <algorithm>
#include <array>
#include <utility>

#include "store/ddl.h"
#include "store/ownstats.h"

namespace ballcone {
namespace {

struct Doc {
  std::string_view view, column, text;
};

constexpr std::array kViewDocs{
    Doc{"hits", "", "A request, of people and of bots"},
    Doc{"page_views", "", "A page that a person saw"},
    Doc{"visits", "", "A visit of a person"},
    Doc{"access_logs", "", "A request in a log, in the words of CloudFront's"},
    Doc{"edge_locations", "", "An edge of a CDN, and where it is"},
};

// What for_each_column does not say, or says of something else. The first that fits.
constexpr std::array kDocs{
    Doc{"hits", "is_page_view", "A page that a person asked for"},
    Doc{"page_views", "time", "When the page was asked for, UTC"},
    Doc{"page_views", "path", "The page"},
    Doc{"page_views", "visitor",
        "The visitor's number of this day; NULL where there is no address"},
    Doc{"page_views", "visit", "1, 2, … for the visitor's visits of the day"},
    Doc{"page_views", "is_bounce", "Whether its visit was this page view alone, and no event"},
    Doc{"page_views", "is_confirmed", "Whether the page's script ran"},
    Doc{"page_views", "entry_path", "Where its visit began"},
    Doc{"page_views", "exit_path", "Where its visit ended"},
    Doc{"page_views", "channel", "How the visit came: Direct, Organic Search, AI Assistant, …"},
    Doc{"page_views", "day", "Day in the service's time zone"},
    Doc{"page_views", "page_query", "Query of the page's own URL"},
    Doc{"visits", "visitor", "The visitor's number of this day"},
    Doc{"visits", "visit", "1, 2, … for the visitor's visits of the day"},
    Doc{"visits", "start", "When it began, UTC"},
    Doc{"visits", "duration", "Seconds from its first page view to its last"},
    Doc{"visits", "views", "How many page views it had"},
    Doc{"visits", "is_bounce", "Whether it was one page view and no event"},
    Doc{"visits", "entry_path", "Where it began"},
    Doc{"visits", "exit_path", "Where it ended"},
    Doc{"visits", "channel", "How the visit came: Direct, Organic Search, AI Assistant, …"},
    Doc{"visits", "day", "Day in the service's time zone"},
};

// The Python original's names, by what the view hits calls them.
constexpr std::array<std::pair<std::string_view, std::string_view>, 11> kOriginalNames{{
    {"datetime", "time"},
    {"host", "host"},
    {"path", "path"},
    {"status", "status"},
    {"length", "bytes"},
    {"generation_time", "generation_time"},
    {"referer", "referrer"},
    {"ip", "address"},
    {"country_iso_code", "country"},
    {"platform_name", "os"},
    {"platform_version", "os_version"},
}};

std::string hits_doc(std::string_view column) {
  std::string doc;
  for_each_column([&](const auto& row) {
    std::string_view name = row.name;
    if (row.unit == Unit::us) name.remove_suffix(3);
    if (name != column) return;
    doc = row.doc;
    if (row.unit == Unit::us) doc += ", in seconds";
  });
  return doc;
}

std::string service_doc(std::string_view column) {
  if (column == "is_robot") return "Whether it was a bot";
  if (column == "browser_name") return hits_doc("browser");
  if (column == "browser_version") return hits_doc("browser_version");
  for (const auto& [name, in_hits] : kOriginalNames)
    if (name == column) return hits_doc(in_hits);
  return "";
}

std::string view_doc(std::string_view view) {
  for (const Doc& doc : kViewDocs)
    if (doc.view == view) return std::string(doc.text);
  return "";
}

// `from`: the view as a statement names it.
Result<std::vector<ColumnInfo>> columns_of(Connection& connection, const std::string& from,
                                           std::string_view view) {
  auto described = connection.table({"DESCRIBE " + from, {}});
  if (!described) return tl::unexpected(described.error());
  std::vector<ColumnInfo> columns;
  for (const auto& row : described->rows) {
    const auto& name = std::get<std::string>(row[0]);
    columns.push_back({name, std::get<std::string>(row[1]), column_doc(view, name)});
  }
  return columns;
}

bool is_word(std::string_view name) {
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

}  // namespace

std::string column_doc(std::string_view view, std::string_view column) {
  if (view.empty()) return service_doc(column);
  for (const Doc& doc : kDocs)
    if (doc.view == view && doc.column == column) return std::string(doc.text);
  const OwnstatsDoc doc = ownstats_doc(view, column);
  return doc.text.empty() ? hits_doc(doc.in_hits.empty() ? column : doc.in_hits)
                          : std::string(doc.text);
}

Result<Table> read_schema(Connection& connection, ConsoleNames& names,
                          const std::map<std::string, int64_t>& services, ConsoleSchema* schema) {
  for (const std::string& view : view_names()) {
    auto columns = columns_of(connection, "ballcone.main." + view, view);
    if (!columns) return tl::unexpected(columns.error());
    schema->views.push_back({view, view_doc(view), std::move(*columns)});
  }
  for (const auto& [name, code] : services) schema->services.push_back(name);
  if (!services.empty()) {
    const std::string first = "ballcone.services." + quote_name(services.begin()->first);
    auto columns = columns_of(connection, first, "");
    if (!columns) return tl::unexpected(columns.error());
    schema->service_columns = std::move(*columns);
  }
  const auto known = names.read(connection);
  if (!known) return tl::unexpected(known.error());
  // Operators are functions too: "+", "!~~".
  for (const std::string& name : (*known)->functions)
    if (is_word(name)) schema->functions.push_back(name);
  return Table{};
}

}  // namespace ballcone
