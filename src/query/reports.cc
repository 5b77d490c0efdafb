#include "query/reports.h"

#include <fmt/format.h>

#include "query/answer.h"
#include "query/dimensions.h"
#include "query/metrics.h"

namespace ballcone {
namespace {

constexpr Report kReports[] = {
    {"overview", "Overview", "numbers", "Overview", "Key figures",
     R"({"metrics":["visitors","visits","page_views","views_per_visit","bounce_rate","visit_duration","live_visitors","hits","bytes","generation_time_p95","error_rate","bot_share"]})"},
    {"time_line", "Over time", "series", "Overview", "Over time",
     R"({"grain":"day","metrics":["visitors"]})"},

    {"pages", "Pages", "ranking", "Pages", "Top",
     R"({"metrics":["visitors","page_views"],"by":["path"]})"},
    {"entry_pages", "Entry pages", "ranking", "Pages", "Entry",
     R"({"metrics":["visits","bounce_rate","visit_duration"],"by":["entry_path"]})"},
    {"exit_pages", "Exit pages", "ranking", "Pages", "Exit",
     R"({"metrics":["visits"],"by":["exit_path"]})"},
    {"not_found", "Paths", "ranking", "Pages", "Not found",
     R"({"metrics":["hits"],"by":["path"],"filters":[["is","status","404"]]})"},
    {"broken_links", "Links to them", "table", "Pages", "Not found",
     R"({"metrics":["hits"],"by":["path","referrer"],"filters":[["is","status","404"],["is_not","referrer",""]]})"},
    {"slow_pages", "Slow pages", "ranking", "Pages", "Slow",
     R"({"metrics":["generation_time_p95","generation_time_avg","hits"],"by":["path"],"filters":[["is","kind","page"]]})"},
    {"heaviest", "Heaviest paths", "ranking", "Pages", "Heavy",
     R"({"metrics":["bytes","hits"],"by":["path"],"include":["bots"]})"},
    {"script_gap", "Pages without their script", "ranking", "Pages", "No script",
     R"({"metrics":["page_views","confirmed","unconfirmed_share"],"by":["path"]})"},

    {"channels", "Channels", "ranking", "Sources", "Channels",
     R"({"metrics":["visitors","visits","bounce_rate"],"by":["channel"]})"},
    {"sources", "Sites", "ranking", "Sources", "Sources",
     R"({"metrics":["visitors","visits"],"by":["referrer_name"],"filters":[["is_not","referrer_name",""]]})"},
    {"referrers", "Hosts", "ranking", "Sources", "Sources",
     R"({"metrics":["visitors","visits"],"by":["referrer_host"],"filters":[["is_not","referrer_host",""]]})"},
    {"referring_pages", "Pages", "ranking", "Sources", "Sources",
     R"({"metrics":["visitors","visits"],"by":["referrer"],"filters":[["is_not","referrer",""]]})"},
    {"campaigns", "Campaign", "ranking", "Sources", "Campaigns",
     R"({"metrics":["visitors","visits"],"by":["utm_campaign"],"filters":[["is_not","utm_campaign",""]]})"},
    {"campaign_sources", "Source", "ranking", "Sources", "Campaigns",
     R"({"metrics":["visitors","visits"],"by":["utm_source"],"filters":[["is_not","utm_source",""]]})"},
    {"campaign_mediums", "Medium", "ranking", "Sources", "Campaigns",
     R"({"metrics":["visitors","visits"],"by":["utm_medium"],"filters":[["is_not","utm_medium",""]]})"},
    {"campaign_contents", "Content", "ranking", "Sources", "Campaigns",
     R"({"metrics":["visitors","visits"],"by":["utm_content"],"filters":[["is_not","utm_content",""]]})"},
    {"campaign_terms", "Term", "ranking", "Sources", "Campaigns",
     R"({"metrics":["visitors","visits"],"by":["utm_term"],"filters":[["is_not","utm_term",""]]})"},
    {"ai_assistants", "AI assistants", "ranking", "Sources", "AI assistants",
     R"({"metrics":["visitors","visits"],"by":["referrer_name"],"filters":[["is","channel","AI Assistant"]]})"},

    {"map", "World map", "map", "Places", "Map",
     R"({"metrics":["visitors","page_views"],"by":["country"],"limit":250})"},
    {"countries", "Countries", "ranking", "Places", "Countries",
     R"({"metrics":["visitors","page_views"],"by":["country"]})"},
    {"regions", "Regions", "table", "Places", "Regions",
     R"({"metrics":["visitors","page_views"],"by":["country","region"],"filters":[["is_not","region",""]]})"},
    {"cities", "Cities", "table", "Places", "Cities",
     R"({"metrics":["visitors","page_views"],"by":["country","city"],"filters":[["is_not","city",""]]})"},

    {"browsers", "Browsers", "ranking", "Devices", "Browsers",
     R"({"metrics":["visitors","page_views"],"by":["browser"]})"},
    {"browser_versions", "Versions", "table", "Devices", "Browsers",
     R"({"metrics":["visitors","page_views"],"by":["browser","browser_version"]})"},
    {"operating_systems", "Systems", "ranking", "Devices", "Systems",
     R"({"metrics":["visitors","page_views"],"by":["os"]})"},
    {"os_versions", "Versions", "table", "Devices", "Systems",
     R"({"metrics":["visitors","page_views"],"by":["os","os_version"]})"},
    {"devices", "Devices", "ranking", "Devices", "Devices",
     R"({"metrics":["visitors","page_views"],"by":["device"]})"},
    {"screens", "Screens", "ranking", "Devices", "Screens",
     R"({"metrics":["visitors","page_views"],"by":["outer_resolution"],"filters":[["is_not","outer_resolution",""]]})"},
    {"languages", "Languages", "ranking", "Devices", "Languages",
     R"({"metrics":["visitors","page_views"],"by":["language"],"filters":[["is_not","language",""]]})"},

    {"goals", "Goals", "ranking", "Events", "Goals",
     R"({"metrics":["visitors","actions","conversion_rate"],"by":["goal"]})"},
    {"events", "Events", "ranking", "Events", "Events",
     R"({"metrics":["events","visitors","conversion_rate"],"by":["event"],"filters":[["is_not","event",""]]})"},
    {"properties", "Properties", "table", "Events", "Properties",
     R"({"metrics":["events","visitors"],"by":["event","property"],"filters":[["is_not","event",""]]})",
     kPropertyStart},
    {"outbound_links", "Outbound links", "ranking", "Events", "Outbound",
     R"({"metrics":["events","visitors","conversion_rate"],"by":["event:props:url"],"filters":[["is","event","Outbound Link: Click"]]})"},
    {"file_downloads", "Files downloaded", "ranking", "Events", "Downloads",
     R"({"metrics":["events","visitors","conversion_rate"],"by":["event:props:url"],"filters":[["is","event","File Download"]]})"},
    {"pages_not_found", "Pages not found", "ranking", "Events", "404",
     R"({"metrics":["events","visitors"],"by":["event:props:path"],"filters":[["is","event","404"]]})"},
    {"form_submissions", "Forms submitted", "ranking", "Events", "Forms",
     R"({"metrics":["events","visitors","conversion_rate"],"by":["path"],"filters":[["is","event","Form: Submission"]]})"},

    {"hour_of_week", "Hour of week", "heatmap", "Times", "Hour of week",
     R"({"metrics":["visitors","page_views"],"by":["weekday","hour"],"order":"weekday","limit":168})"},
    {"weekdays", "Weekdays", "ranking", "Times", "Weekdays",
     R"({"metrics":["visitors","page_views"],"by":["weekday"],"order":"weekday","limit":7})"},
    {"hours", "Hours", "table", "Times", "Hours",
     R"({"metrics":["visitors","page_views","hits"],"by":["hour"],"order":"hour","limit":24})"},

    {"generation_time", "Generation time", "series", "Server", "Times",
     R"({"grain":"day","metrics":["generation_time_avg","generation_time_p50","generation_time_p95","generation_time_p99"]})"},
    {"hits_by_day", "Hits and traffic", "series", "Server", "Traffic",
     R"({"grain":"day","metrics":["hits","bytes"]})"},
    {"status_codes", "Status codes", "ranking", "Server", "Status",
     R"({"metrics":["hits"],"by":["status"],"include":["bots"]})"},
    {"errors_by_day", "Errors over time", "series", "Server", "Status",
     R"({"grain":"day","metrics":["error_rate_4xx","error_rate_5xx"]})"},
    {"cache_status", "Cache", "ranking", "Server", "Cache",
     R"({"metrics":["hits","bytes"],"by":["cache_status"],"filters":[["is_not","cache_status",""]],"include":["bots"]})"},
    {"methods", "Methods and protocols", "table", "Server", "Methods",
     R"({"metrics":["hits","bytes"],"by":["method","protocol"],"include":["bots"]})"},
    {"hosts", "Hosts", "ranking", "Server", "Hosts",
     R"({"metrics":["hits","bytes"],"by":["host"],"include":["bots"]})"},
    {"kinds", "Kinds of request", "ranking", "Server", "Kinds",
     R"({"metrics":["hits","bytes"],"by":["kind"],"include":["bots"]})"},
    {"downloads", "Downloads", "ranking", "Server", "Files",
     R"({"metrics":["hits","bytes"],"by":["path"],"filters":[["is","kind","download"]]})"},
    {"feeds", "Feeds", "ranking", "Server", "Files",
     R"({"metrics":["hits","bytes"],"by":["path"],"filters":[["is","kind","feed"]],"include":["bots"]})"},
    {"hotlinking", "Hotlinking", "table", "Server", "Files",
     R"({"metrics":["bytes","hits"],"by":["referrer_host","path"],"filters":[["is","kind","asset"],["is","referrer_origin","foreign"]]})"},

    {"ai_crawlers", "Crawlers", "table", "Bots", "AI",
     R"({"metrics":["hits","bot_pages","bytes","robots_unasked"],"by":["bot","bot_kind"],"filters":[["matches","bot_kind","ai-*"]],"include":["bots"]})"},
    {"ai_purposes", "Purposes", "ranking", "Bots", "AI",
     R"({"metrics":["hits","bot_pages","bytes"],"by":["bot_kind"],"filters":[["matches","bot_kind","ai-*"]],"include":["bots"]})"},
    {"ai_pages", "Pages they read", "ranking", "Bots", "AI",
     R"({"metrics":["hits","bytes"],"by":["path"],"filters":[["matches","bot_kind","ai-*"]],"include":["bots"]})"},
    {"search_engines", "Search engines", "ranking", "Bots", "Search",
     R"({"metrics":["hits","bot_pages","bytes"],"by":["bot"],"filters":[["is","bot_kind","search"]],"include":["bots"]})"},
    {"bots", "Bots", "table", "Bots", "All",
     R"({"metrics":["hits","bytes"],"by":["bot","bot_kind"],"filters":[["is_not","bot",""]],"include":["bots"]})"},
    {"bot_kinds", "Kinds", "ranking", "Bots", "All",
     R"({"metrics":["hits","bytes"],"by":["bot_kind"],"filters":[["is_not","bot",""]],"include":["bots"]})"},
    {"bot_share", "Share of the traffic", "series", "Bots", "Share",
     R"({"grain":"day","metrics":["bot_share"]})"},
    {"scanners", "Scanners", "table", "Bots", "Scanners",
     R"({"metrics":["hits","bytes"],"by":["bot","bot_reason"],"filters":[["is","bot_kind","scanner"]],"include":["bots"]})"},
    {"probes", "Probed paths", "ranking", "Bots", "Scanners",
     R"({"metrics":["hits","bytes"],"by":["path"],"filters":[["is","kind","probe"]],"include":["bots"]})"},
    {"bot_reasons", "Why they are bots", "ranking", "Bots", "Reasons",
     R"({"metrics":["hits","bytes"],"by":["bot_reason"],"filters":[["is_not","bot",""]],"include":["bots"]})"},
};

constexpr std::string_view kBetter[] = {"more", "less", "neither"};

// {"name": "value", …} of texts, without the closing brace.
void append_object(std::initializer_list<std::pair<std::string_view, std::string_view>> members,
                   std::string* out) {
  char before = '{';
  for (const auto& [name, value] : members) {
    *out += before;
    append_json_string(name, out);
    *out += ':';
    append_json_string(value, out);
    before = ',';
  }
}

}  // namespace

std::span<const Report> reports() { return kReports; }

const Report* find_report(std::string_view name) {
  for (const Report& report : kReports) {
    if (report.name == name) return &report;
  }
  return nullptr;
}

std::string reports_json(int top_limit) {
  std::string out = R"({"reports":[)";
  for (const Report& row : kReports) {
    append_object({{"name", row.name},
                   {"title", row.title},
                   {"kind", row.kind},
                   {"group", row.group},
                   {"tab", row.tab}},
                  &out);
    if (!row.opens.empty()) out += fmt::format(R"(,"opens":"{}")", row.opens);
    std::string query(row.query);
    const bool is_list = row.kind == "ranking" || row.kind == "table";
    const bool has_limit = is_list && query.find(R"("limit":)") == query.npos;
    if (has_limit) query.insert(query.size() - 1, fmt::format(R"(,"limit":{})", top_limit));
    out += R"(,"query":)" + query + "},";
  }
  out.back() = ']';
  out += R"(,"metrics":[)";
  for (const Metric& row : metrics()) {
    append_object({{"name", row.name},
                   {"title", row.title},
                   {"unit", row.unit},
                   {"better", kBetter[static_cast<size_t>(row.better)]},
                   {"definition", row.definition}},
                  &out);
    out += fmt::format(R"(,"is_over_time":{}}},)", is_over_time(row));
  }
  out.back() = ']';
  out += R"(,"dimensions":[)";
  for (const Dimension& row : dimensions()) {
    append_object({{"name", row.name}, {"title", row.title}, {"doc", row.doc}}, &out);
    out += "},";
  }
  out.back() = ']';
  return out + "}";
}

}  // namespace ballcone
