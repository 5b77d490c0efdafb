#include "query/reports.h"

#include <fmt/format.h>

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
     R"({"metrics":["visitors","page_views"],"by":["path"]})"},
    {"slow_pages", "Slow pages", "ranking", "Pages",
     R"({"metrics":["generation_time_p95","generation_time_avg","hits"],"by":["path"],"filters":[["is","kind","page"]]})"},
    {"heaviest", "Heaviest paths", "ranking", "Pages",
     R"({"metrics":["bytes","hits"],"by":["path"]})"},
    {"not_found", "Not found", "ranking", "Pages",
     R"({"metrics":["hits"],"by":["path"],"filters":[["is","status","404"]]})"},

    {"channels", "Channels", "ranking", "Sources",
     R"({"metrics":["visitors","page_views"],"by":["channel"],"filters":[["is_not","channel","Internal"]]})"},
    {"referrers", "Referrers", "ranking", "Sources",
     R"({"metrics":["visitors","page_views"],"by":["referrer_host"],"filters":[["is_not","referrer_host",""],["is_not","channel","Internal"]]})"},
    {"campaigns", "Campaigns", "ranking", "Sources",
     R"({"metrics":["visitors","page_views"],"by":["utm_campaign"],"filters":[["is_not","utm_campaign",""]]})"},

    {"countries", "Countries", "ranking", "Visitors",
     R"({"metrics":["visitors","page_views"],"by":["country"]})"},
    {"browsers", "Browsers", "ranking", "Visitors",
     R"({"metrics":["visitors","page_views"],"by":["browser"]})"},
    {"browser_versions", "Browser versions", "table", "Visitors",
     R"({"metrics":["visitors","page_views"],"by":["browser","browser_version"]})"},
    {"operating_systems", "Operating systems", "ranking", "Visitors",
     R"({"metrics":["visitors","page_views"],"by":["os"]})"},
    {"devices", "Devices", "ranking", "Visitors",
     R"({"metrics":["visitors","page_views"],"by":["device"]})"},

    {"status_codes", "Status codes", "ranking", "Server",
     R"({"metrics":["hits"],"by":["status"],"include":["bots"]})"},
    {"kinds", "Kinds of request", "ranking", "Server",
     R"({"metrics":["hits","bytes"],"by":["kind"],"include":["bots"]})"},
    {"hosts", "Hosts", "ranking", "Server",
     R"({"metrics":["hits","bytes"],"by":["host"],"include":["bots"]})"},
    {"methods", "Methods", "ranking", "Server",
     R"({"metrics":["hits"],"by":["method"],"include":["bots"]})"},
    {"protocols", "Protocols", "ranking", "Server",
     R"({"metrics":["hits"],"by":["protocol"],"include":["bots"]})"},
    {"cache_status", "Cache", "ranking", "Server",
     R"({"metrics":["hits","bytes"],"by":["cache_status"],"filters":[["is_not","cache_status",""]],"include":["bots"]})"},

    {"bots", "Bots", "table", "Bots",
     R"({"metrics":["hits","bytes"],"by":["bot","bot_kind"],"filters":[["is_not","bot",""]],"include":["bots"]})"},
    {"ai_crawlers", "AI crawlers", "table", "Bots",
     R"({"metrics":["hits","bytes"],"by":["bot","bot_kind"],"filters":[["matches","bot_kind","ai-*"]],"include":["bots"]})"},
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
