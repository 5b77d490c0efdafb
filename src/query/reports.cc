#include "query/reports.h"

#include "query/answer.h"
#include "query/dimensions.h"
#include "query/metrics.h"

namespace ballcone {
namespace {

constexpr Report kReports[] = {
    {"overview", "Overview", "numbers", "Overview",
     R"({"metrics":["visitors","page_views","hits","bytes","error_rate","generation_time_avg","bot_share"]})"},
    {"visitors_by_day", "Visitors and page views", "series", "Overview",
     R"({"grain":"day","metrics":["visitors","page_views"]})"},
    {"hits_by_day", "Hits", "series", "Overview", R"({"grain":"day","metrics":["hits"]})"},
    {"generation_time", "Generation time", "series", "Overview",
     R"({"grain":"day","metrics":["generation_time_avg","generation_time_p50","generation_time_p95","generation_time_p99"]})"},

    {"pages", "Top pages", "ranking", "Pages",
     R"({"metrics":["visitors","page_views"],"by":["path"],"limit":10})"},
    {"slow_pages", "Slow pages", "ranking", "Pages",
     R"({"metrics":["generation_time_p95","generation_time_avg","hits"],"by":["path"],"filters":[["is","kind","page"]],"limit":10})"},
    {"heaviest", "Heaviest paths", "ranking", "Pages",
     R"({"metrics":["bytes","hits"],"by":["path"],"limit":10})"},
    {"not_found", "Not found", "ranking", "Pages",
     R"({"metrics":["hits"],"by":["path"],"filters":[["is","status","404"]],"limit":10})"},

    {"channels", "Channels", "ranking", "Sources",
     R"({"metrics":["visitors","page_views"],"by":["channel"],"limit":10})"},
    {"referrers", "Referrers", "ranking", "Sources",
     R"({"metrics":["visitors","page_views"],"by":["referrer_name"],"filters":[["is_not","referrer_name",""]],"limit":10})"},
    {"campaigns", "Campaigns", "ranking", "Sources",
     R"({"metrics":["visitors","page_views"],"by":["utm_campaign"],"filters":[["is_not","utm_campaign",""]],"limit":10})"},

    {"countries", "Countries", "ranking", "Visitors",
     R"({"metrics":["visitors","page_views"],"by":["country"],"limit":10})"},
    {"browsers", "Browsers", "ranking", "Visitors",
     R"({"metrics":["visitors","page_views"],"by":["browser"],"limit":10})"},
    {"browser_versions", "Browser versions", "table", "Visitors",
     R"({"metrics":["visitors","page_views"],"by":["browser","browser_version"],"limit":10})"},
    {"operating_systems", "Operating systems", "ranking", "Visitors",
     R"({"metrics":["visitors","page_views"],"by":["os"],"limit":10})"},
    {"devices", "Devices", "ranking", "Visitors",
     R"({"metrics":["visitors","page_views"],"by":["device"],"limit":10})"},

    {"status_codes", "Status codes", "ranking", "Server",
     R"({"metrics":["hits"],"by":["status"],"include":["bots"],"limit":20})"},
    {"kinds", "Kinds of request", "ranking", "Server",
     R"({"metrics":["hits","bytes"],"by":["kind"],"include":["bots"],"limit":10})"},
    {"hosts", "Hosts", "ranking", "Server",
     R"({"metrics":["hits","bytes"],"by":["host"],"include":["bots"],"limit":10})"},
    {"methods", "Methods", "ranking", "Server",
     R"({"metrics":["hits"],"by":["method"],"include":["bots"],"limit":10})"},
    {"protocols", "Protocols", "ranking", "Server",
     R"({"metrics":["hits"],"by":["protocol"],"include":["bots"],"limit":10})"},
    {"cache_status", "Cache", "ranking", "Server",
     R"({"metrics":["hits","bytes"],"by":["cache_status"],"filters":[["is_not","cache_status",""]],"include":["bots"],"limit":10})"},

    {"bots", "Bots", "table", "Bots",
     R"({"metrics":["hits","bytes"],"by":["bot","bot_kind"],"filters":[["is_not","bot",""]],"include":["bots"],"limit":10})"},
    {"ai_crawlers", "AI crawlers", "table", "Bots",
     R"({"metrics":["hits","bytes"],"by":["bot","bot_kind"],"filters":[["matches","bot_kind","ai-*"]],"include":["bots"],"limit":10})"},
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

std::string reports_json() {
  std::string out = R"({"reports":[)";
  for (const Report& row : kReports) {
    append_object(
        {{"name", row.name}, {"title", row.title}, {"kind", row.kind}, {"group", row.group}}, &out);
    out += R"(,"query":)" + std::string(row.query) + "},";
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
