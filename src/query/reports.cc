#include "query/reports.h"

#include <fmt/format.h>

#include "query/answer.h"
#include "query/dimensions.h"
#include "query/metrics.h"

namespace ballcone {
namespace {

constexpr Report kReports[] = {
    {"overview", "Overview", "numbers", "Overview",
     R"({"metrics":["visitors","visits","page_views","views_per_visit","bounce_rate","visit_duration","live_visitors","hits","bytes","generation_time_p95","error_rate","bot_share"]})"},
    {"time_line", "Visitors, visits and page views", "series", "Overview",
     R"({"grain":"day","metrics":["visitors","visits","page_views"]})"},
    {"hits_by_day", "Hits and traffic", "series", "Overview",
     R"({"grain":"day","metrics":["hits","bytes"]})"},
    {"generation_time", "Generation time", "series", "Overview",
     R"({"grain":"day","metrics":["generation_time_avg","generation_time_p50","generation_time_p95","generation_time_p99"]})"},
    {"hour_of_week", "Hour of week", "heatmap", "Overview",
     R"({"metrics":["visitors","page_views"],"by":["weekday","hour"],"order":"weekday","limit":168})"},

    {"pages", "Pages", "ranking", "Pages",
     R"({"metrics":["visitors","page_views"],"by":["path"]})"},
    {"entry_pages", "Entry pages", "ranking", "Pages",
     R"({"metrics":["visits","bounce_rate","visit_duration"],"by":["entry_path"]})"},
    {"exit_pages", "Exit pages", "ranking", "Pages",
     R"({"metrics":["visits"],"by":["exit_path"]})"},
    {"script_gap", "Pages without their script", "ranking", "Pages",
     R"({"metrics":["page_views","confirmed","unconfirmed_share"],"by":["path"]})"},

    {"channels", "Channels", "ranking", "Sources",
     R"({"metrics":["visitors","visits","bounce_rate"],"by":["channel"]})"},
    {"sources", "Sources", "ranking", "Sources",
     R"({"metrics":["visitors","visits"],"by":["referrer_name"],"filters":[["is_not","referrer_name",""]]})"},
    {"referrers", "Referring hosts", "ranking", "Sources",
     R"({"metrics":["visitors","visits"],"by":["referrer_host"],"filters":[["is_not","referrer_host",""]]})"},
    {"ai_assistants", "AI assistants", "ranking", "Sources",
     R"({"metrics":["visitors","visits"],"by":["referrer_name"],"filters":[["is","channel","AI Assistant"]]})"},
    {"campaigns", "Campaigns", "ranking", "Sources",
     R"({"metrics":["visitors","visits"],"by":["utm_campaign"],"filters":[["is_not","utm_campaign",""]]})"},
    {"campaign_sources", "Campaign sources", "ranking", "Sources",
     R"({"metrics":["visitors","visits"],"by":["utm_source"],"filters":[["is_not","utm_source",""]]})"},
    {"campaign_mediums", "Campaign mediums", "ranking", "Sources",
     R"({"metrics":["visitors","visits"],"by":["utm_medium"],"filters":[["is_not","utm_medium",""]]})"},
    {"campaign_contents", "Campaign contents", "ranking", "Sources",
     R"({"metrics":["visitors","visits"],"by":["utm_content"],"filters":[["is_not","utm_content",""]]})"},
    {"campaign_terms", "Campaign terms", "ranking", "Sources",
     R"({"metrics":["visitors","visits"],"by":["utm_term"],"filters":[["is_not","utm_term",""]]})"},

    {"countries", "Countries", "ranking", "Visitors",
     R"({"metrics":["visitors","page_views"],"by":["country"]})"},
    {"regions", "Regions", "table", "Visitors",
     R"({"metrics":["visitors","page_views"],"by":["country","region"],"filters":[["is_not","region",""]]})"},
    {"cities", "Cities", "table", "Visitors",
     R"({"metrics":["visitors","page_views"],"by":["country","city"],"filters":[["is_not","city",""]]})"},
    {"browsers", "Browsers", "ranking", "Visitors",
     R"({"metrics":["visitors","page_views"],"by":["browser"]})"},
    {"browser_versions", "Browser versions", "table", "Visitors",
     R"({"metrics":["visitors","page_views"],"by":["browser","browser_version"]})"},
    {"operating_systems", "Operating systems", "ranking", "Visitors",
     R"({"metrics":["visitors","page_views"],"by":["os"]})"},
    {"devices", "Devices", "ranking", "Visitors",
     R"({"metrics":["visitors","page_views"],"by":["device"]})"},

    {"goals", "Goals", "ranking", "Events",
     R"({"metrics":["visitors","actions","conversion_rate"],"by":["goal"]})"},
    {"events", "Events", "table", "Events",
     R"({"metrics":["events","visitors","conversion_rate"],"by":["event"],"filters":[["is_not","event",""]]})"},
    {"outbound_links", "Outbound links", "ranking", "Events",
     R"({"metrics":["events","visitors","conversion_rate"],"by":["event:props:url"],"filters":[["is","event","Outbound Link: Click"]]})"},
    {"file_downloads", "Files downloaded", "ranking", "Events",
     R"({"metrics":["events","visitors","conversion_rate"],"by":["event:props:url"],"filters":[["is","event","File Download"]]})"},
    {"pages_not_found", "Pages not found", "ranking", "Events",
     R"({"metrics":["events","visitors"],"by":["event:props:path"],"filters":[["is","event","404"]]})"},
    {"form_submissions", "Forms submitted", "ranking", "Events",
     R"({"metrics":["events","visitors","conversion_rate"],"by":["path"],"filters":[["is","event","Form: Submission"]]})"},

    {"status_codes", "Status codes", "ranking", "Server",
     R"({"metrics":["hits"],"by":["status"],"include":["bots"]})"},
    {"not_found", "Not found", "ranking", "Server",
     R"({"metrics":["hits"],"by":["path"],"filters":[["is","status","404"]]})"},
    {"broken_links", "Broken links", "table", "Server",
     R"({"metrics":["hits"],"by":["path","referrer"],"filters":[["is","status","404"],["is_not","referrer",""]]})"},
    {"slow_pages", "Slow pages", "ranking", "Server",
     R"({"metrics":["generation_time_p95","generation_time_avg","hits"],"by":["path"],"filters":[["is","kind","page"]]})"},
    {"heaviest", "Heaviest paths", "ranking", "Server",
     R"({"metrics":["bytes","hits"],"by":["path"],"include":["bots"]})"},
    {"hotlinking", "Hotlinking", "table", "Server",
     R"({"metrics":["bytes","hits"],"by":["referrer_host","path"],"filters":[["is","kind","asset"],["is","referrer_origin","foreign"]]})"},
    {"kinds", "Kinds of request", "ranking", "Server",
     R"({"metrics":["hits","bytes"],"by":["kind"],"include":["bots"]})"},
    {"hosts", "Hosts", "ranking", "Server",
     R"({"metrics":["hits","bytes"],"by":["host"],"include":["bots"]})"},
    {"methods", "Methods and protocols", "table", "Server",
     R"({"metrics":["hits","bytes"],"by":["method","protocol"],"include":["bots"]})"},
    {"cache_status", "Cache", "ranking", "Server",
     R"({"metrics":["hits","bytes"],"by":["cache_status"],"filters":[["is_not","cache_status",""]],"include":["bots"]})"},
    {"feeds", "Feeds", "ranking", "Server",
     R"({"metrics":["hits","bytes"],"by":["path"],"filters":[["is","kind","feed"]],"include":["bots"]})"},
    {"downloads", "Downloads", "ranking", "Server",
     R"({"metrics":["hits","bytes"],"by":["path"],"filters":[["is","kind","download"]]})"},

    {"bots", "Bots", "table", "Bots",
     R"({"metrics":["hits","bytes"],"by":["bot","bot_kind"],"filters":[["is_not","bot",""]],"include":["bots"]})"},
    {"ai_crawlers", "AI crawlers", "table", "Bots",
     R"({"metrics":["hits","bot_pages","bytes","robots_unasked"],"by":["bot","bot_kind"],"filters":[["matches","bot_kind","ai-*"]],"include":["bots"]})"},
    {"bot_reasons", "Why they are bots", "ranking", "Bots",
     R"({"metrics":["hits","bytes"],"by":["bot_reason"],"filters":[["is_not","bot",""]],"include":["bots"]})"},
    {"probes", "Probed paths", "ranking", "Bots",
     R"({"metrics":["hits","bytes"],"by":["path"],"filters":[["is","kind","probe"]],"include":["bots"]})"},
    {"scanners", "Scanners", "table", "Bots",
     R"({"metrics":["hits","bytes"],"by":["bot","bot_reason"],"filters":[["is","bot_kind","scanner"]],"include":["bots"]})"},
};

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
    append_object(
        {{"name", row.name}, {"title", row.title}, {"kind", row.kind}, {"group", row.group}}, &out);
    std::string query(row.query);
    const bool has_limit = row.kind == "ranking" || row.kind == "table";
    if (has_limit) query.insert(query.size() - 1, fmt::format(R"(,"limit":{})", top_limit));
    out += R"(,"query":)" + query + "},";
  }
  out.back() = ']';
  out += R"(,"metrics":[)";
  for (const Metric& row : metrics()) {
    append_object({{"name", row.name},
                   {"title", row.title},
                   {"unit", row.unit},
                   {"definition", row.definition}},
                  &out);
    out += "},";
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
