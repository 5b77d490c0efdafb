// What derivation must come to, in plain C++: maps and sorts over a list of hits, clocks from a
// table of three zones. It shares no code with derivation and knows no SQL; of bots it knows those
// that are listed and the rule of probes.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "base/check.h"
#include "derive/tables.h"
#include "derive/test_rows.h"

namespace ballcone {

inline int64_t model_offset_us(const std::string& zone, int64_t time_us) {
  constexpr int64_t kHour_us = 3'600 * kSecond_us;
  if (zone == "UTC") return 0;
  if (zone == "Asia/Kolkata") return 5 * kHour_us + kHour_us / 2;
  CHECK(zone == "America/New_York");
  const int64_t forward_us = days_of_civil(2026, 3, 8) * kDay_us + 7 * kHour_us;
  const int64_t back_us = days_of_civil(2026, 11, 1) * kDay_us + 6 * kHour_us;
  CHECK(time_us > forward_us - 60 * kDay_us && time_us < back_us + 60 * kDay_us);
  return time_us >= forward_us && time_us < back_us ? -4 * kHour_us : -5 * kHour_us;
}

class Model {
 public:
  Model(const std::vector<Row>& rows, const std::string& zone) {
    for (const Row& row : rows) hits_.push_back(hit_of(row, zone));
    judge();
    make_visits();
  }

  std::string page_views() const {
    std::vector<std::string> lines;
    for (const View& view : views_) {
      const Texts& own = view.hit->texts;
      const Texts& first = view.visit != nullptr ? view.visit->texts : own;
      const bool is_bounce = view.visit != nullptr && view.visit->is_bounce();
      const Counted* script = view.hit->row->via == "script" ? view.hit : partner_of(view.hit);
      const std::string facts = script != nullptr ? script->row->browser_facts() : "";
      std::string edge = view.hit->row->edge_location;
      if (edge.empty() && script != nullptr) edge = script->row->edge_location;
      lines.push_back(fmt::format(
          "{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|true|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}",
          view.hit->day, view.hit->time_us, view.hit->visitor,
          view.visit != nullptr ? view.visit->number : 0, is_bounce,
          view.visit != nullptr ? view.visit->duration_s() : 0, view.is_only_view,
          view.is_only_of_path, script != nullptr, own.at("status"), own.at("service"),
          shown(own, "host"), shown(own, "path"), view.visit ? shown(first, "entry_path") : "NULL",
          view.visit ? shown(first, "exit_path") : "NULL", shown(first, "query"),
          shown(first, "referrer"), shown(first, "channel"), shown(own, "user_agent"),
          shown(own, "address"), shown(own, "method"), shown(own, "cache_status"),
          shown(own, "via"), facts.empty() ? "NULL" : facts, edge.empty() ? "NULL" : edge,
          shown(own, "query")));
    }
    return sorted(std::move(lines));
  }

  std::string visits() const {
    std::vector<std::string> lines;
    for (const auto& [key, list] : visits_) {
      for (const Visit& visit : list) {
        const Texts& texts = visit.texts;
        lines.push_back(fmt::format(
            "{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}", std::get<1>(key),
            std::get<2>(key), visit.number, visit.views.front()->time_us, visit.duration_s(),
            visit.views.size(), visit.is_bounce(), list.size() == 1, texts.at("service"),
            shown(texts, "host"), shown(texts, "entry_path"), shown(texts, "exit_path"),
            shown(texts, "query"), shown(texts, "referrer"), shown(texts, "channel"),
            shown(texts, "user_agent"), shown(texts, "address")));
      }
    }
    return sorted(std::move(lines));
  }

  std::string bots() const {
    std::vector<std::string> lines;
    for (const auto& [service, day, visitor] : scanners_)
      lines.push_back(fmt::format("{}|{}|{}|Unnamed scanner", day, visitor, service));
    return sorted(std::move(lines));
  }

  std::string sums_of(const Totals& table) const {
    if (table.family == Family::views) return sums_of_views(table);
    return table.family == Family::times ? sums_of_times(table) : sums_of_hits(table);
  }

  size_t visit_count() const {
    size_t count = 0;
    for (const auto& [key, list] : visits_) count += list.size();
    return count;
  }

  static std::string sorted(std::vector<std::string> lines) {
    std::sort(lines.begin(), lines.end());
    return fmt::format("{}\n", fmt::join(lines, "\n"));
  }

 private:
  using Texts = std::map<std::string, std::string>;
  using Person = std::tuple<std::string, int64_t, uint64_t>;  // service, local day, visitor

  struct Counted {
    const Row* row;
    int64_t time_us;
    int64_t day;
    uint64_t visitor;
    Texts texts;  // numbers too
  };
  struct Visit {
    int64_t number = 0;
    std::vector<const Counted*> views;
    Texts texts;  // of the first page view; entry_path and exit_path
    bool has_event = false;
    bool is_bounce() const { return views.size() == 1 && !has_event; }
    int64_t duration_s() const {
      return (views.back()->time_us - views.front()->time_us) / kSecond_us;
    }
  };
  struct View {
    const Counted* hit;
    const Visit* visit;  // null: nobody's
    bool is_only_view = false;
    bool is_only_of_path = false;
  };

  static std::string shown(const Texts& texts, const std::string& name) {
    const std::string& text = texts.at(name);
    return text.empty() ? "NULL" : text;
  }

  static Counted hit_of(const Row& row, const std::string& zone) {
    const int64_t local_us = row.time_us + model_offset_us(zone, row.time_us);
    const int64_t hour = local_us % kDay_us / (3'600 * kSecond_us);
    return {&row,
            row.time_us,
            local_us / kDay_us,
            row.visitor,
            {{"service", row.service},
             {"host", row.host},
             {"path", row.path},
             {"query", row.query},
             {"referrer", row.referrer},
             {"channel", row.channel},
             {"user_agent", row.user_agent()},
             {"address", row.address()},
             {"kind", row.kind},
             {"bot", row.bot},
             {"method", row.method},
             {"protocol", ""},
             {"scheme", ""},
             {"content_type", ""},
             {"fetch_dest", ""},
             {"cache_status", row.cache_status},
             {"via", row.via},
             {"status", row.status == kAbsent<uint16_t> ? "NULL" : fmt::to_string(row.status)},
             {"hour", fmt::to_string(hour)}}};
  }

  static Person person_of(const Counted& hit) {
    return {hit.texts.at("service"), hit.day, hit.visitor};
  }

  // Two probe paths, or nothing but probes.
  void judge() {
    std::map<Person, std::vector<const Counted*>> people;
    for (const Counted& hit : hits_)
      if (hit.visitor > 0 && hit.row->bot.empty()) people[person_of(hit)].push_back(&hit);
    for (const auto& [person, list] : people) {
      std::set<std::string> paths;
      bool is_all = true;
      for (const Counted* hit : list) {
        if (hit->row->kind == "probe")
          paths.insert(hit->row->path);
        else
          is_all = false;
      }
      if (paths.size() >= 2 || is_all) scanners_.insert(person);
    }
    for (Counted& hit : hits_)
      if (hit.row->bot.empty() && scanners_.count(person_of(hit)) > 0)
        hit.texts["bot"] = "Unnamed scanner";
  }

  static auto order_of(const Counted* hit) {
    const Row& row = *hit->row;
    return std::tie(row.time_us, row.path, row.query, row.referrer, row.channel, row.host);
  }

  static Visit visit_of(int64_t number, std::vector<const Counted*> views) {
    Visit visit{number, std::move(views), {}, false};
    visit.texts = visit.views.front()->texts;
    visit.texts["entry_path"] = visit.views.front()->row->path;
    visit.texts["exit_path"] = visit.views.back()->row->path;
    if (visit.texts["channel"] == "Internal") {
      visit.texts["channel"] = "Direct";
      visit.texts["referrer"] = "";
    }
    return visit;
  }

  static auto details_of(const Counted* hit) {
    const Row& row = *hit->row;
    const int status = row.status == kAbsent<uint16_t> ? -1 : row.status;
    return std::make_tuple(row.time_us, status, row.query, row.referrer, row.channel, row.host,
                           row.method, row.cache_status, row.edge_location);
  }

  // Of a visitor and path; of what both have seen only the log's stays in `list`.
  void join_path(std::vector<const Counted*> of_path, std::set<const Counted*>* gone) {
    std::sort(of_path.begin(), of_path.end(),
              [](const Counted* a, const Counted* b) { return details_of(a) < details_of(b); });
    std::vector<const Counted*> logs;
    std::vector<const Counted*> scripts;
    for (size_t i = 0; i < of_path.size(); ++i) {
      if (of_path[i]->row->via.empty()) logs.push_back(of_path[i]);
      if (of_path[i]->row->via == "script") scripts.push_back(of_path[i]);
      const bool is_last =
          i + 1 == of_path.size() || of_path[i + 1]->time_us - of_path[i]->time_us > kMinute_us;
      if (!is_last) continue;
      for (size_t n = 0; n < std::min(logs.size(), scripts.size()); ++n) {
        if (std::abs(logs[n]->time_us - scripts[n]->time_us) > kMinute_us) continue;
        partners_[logs[n]] = scripts[n];
        gone->insert(scripts[n]);
      }
      logs.clear();
      scripts.clear();
    }
  }

  void join(std::vector<const Counted*>* list) {
    std::map<std::string, std::vector<const Counted*>> paths;
    for (const Counted* hit : *list)
      if (hit->row->via.empty() || hit->row->via == "script") paths[hit->row->path].push_back(hit);
    std::set<const Counted*> gone;
    for (const auto& [path, hits] : paths) join_path(hits, &gone);
    std::erase_if(*list, [&](const Counted* hit) { return gone.count(hit) > 0; });
  }

  const Counted* partner_of(const Counted* hit) const {
    const auto found = partners_.find(hit);
    return found == partners_.end() ? nullptr : found->second;
  }

  void note_events(const Person& person, std::vector<Visit>* visits) const {
    for (const Counted& hit : hits_) {
      if (hit.visitor == 0 || hit.row->kind != "event" || person_of(hit) != person) continue;
      if (hit.row->event.empty() || hit.row->event == "engagement") continue;
      for (Visit& visit : *visits) {
        const int64_t after_us = hit.time_us - visit.views.front()->time_us;
        visit.has_event |= after_us >= 0 && after_us < 30 * kMinute_us;
      }
    }
  }

  void make_visits() {
    std::map<Person, std::vector<const Counted*>> people;
    for (const Counted& hit : hits_) {
      if (hit.row->kind != "page" || !hit.row->purpose.empty() || !hit.texts.at("bot").empty())
        continue;
      if (hit.visitor == 0)
        views_.push_back({&hit, nullptr});
      else
        people[person_of(hit)].push_back(&hit);
    }
    for (auto& [person, list] : people) {
      join(&list);
      std::sort(list.begin(), list.end(),
                [](const Counted* a, const Counted* b) { return order_of(a) < order_of(b); });
      std::vector<Visit>& visits = visits_[person];
      std::vector<const Counted*> views;
      for (size_t i = 0; i < list.size(); ++i) {
        views.push_back(list[i]);
        if (i + 1 < list.size() && list[i + 1]->time_us - list[i]->time_us < 30 * kMinute_us)
          continue;
        visits.push_back(visit_of(static_cast<int64_t>(visits.size()) + 1, std::move(views)));
        views.clear();
      }
      note_events(person, &visits);
      add_views(visits, list);
    }
  }

  void add_views(const std::vector<Visit>& visits, const std::vector<const Counted*>& all) {
    for (const Visit& visit : visits) {
      for (const Counted* hit : visit.views) {
        const auto of_path = std::count_if(all.begin(), all.end(), [&](const Counted* other) {
          return other->row->path == hit->row->path;
        });
        views_.push_back({hit, &visit, all.size() == 1, of_path == 1});
      }
    }
  }

  static std::string key_of(const Counted& hit, const Texts& texts, const Totals& table) {
    std::string key = fmt::format("{}|{}", hit.texts.at("service"), hit.day);
    for (const TotalsKey& one : table.keys) {
      const std::string& text = texts.at(std::string(one.column));
      if (one.attributes.empty()) key += "|" + (text.empty() ? "NULL" : text);
      for (const std::string_view attribute : one.attributes) {
        const std::string value = attribute_of(attribute, text);
        key += "|" + (value.empty() ? "NULL" : value);
      }
    }
    return key;
  }

  std::string sums_of_views(const Totals& table) const {
    struct Sum {
      std::set<uint64_t> visitors;
      std::set<const Visit*> visits;
      int64_t views = 0;
    };
    std::map<std::string, Sum> sums;
    for (const View& view : views_) {
      // Its own where a visit has several; all else is as the visit began.
      Texts texts = view.visit != nullptr ? view.visit->texts : view.hit->texts;
      if (view.visit == nullptr) texts["entry_path"] = texts["exit_path"] = "";
      if (table.is_of_page_views)
        for (const char* own : {"host", "path", "hour", "status", "method", "cache_status"})
          texts[own] = view.hit->texts.at(own);
      Sum& sum = sums[key_of(*view.hit, texts, table)];
      ++sum.views;
      if (view.visit == nullptr) continue;
      sum.visitors.insert(view.hit->visitor);
      sum.visits.insert(view.visit);
    }
    std::vector<std::string> lines;
    for (const auto& [key, sum] : sums) {
      int64_t bounces = 0;
      int64_t duration_s = 0;
      for (const Visit* visit : sum.visits) {
        bounces += visit->is_bounce();
        duration_s += visit->duration_s();
      }
      lines.push_back(fmt::format("{}|{}|{}|{}|{}|{}", key, sum.visitors.size(), sum.visits.size(),
                                  sum.views, bounces, duration_s));
    }
    return sorted(std::move(lines));
  }

  std::string sums_of_hits(const Totals& table) const {
    struct Sum {
      int64_t hits = 0, bytes = 0, time_us = 0, answered = 0, errors_4xx = 0, errors_5xx = 0,
              not_found = 0, cache_asked = 0, cache_hits = 0;
    };
    static const std::set<std::string> kFromCache = {"HIT", "STALE", "UPDATING", "REVALIDATED"};
    std::map<std::string, Sum> sums;
    for (const Counted& hit : hits_) {
      const Row& row = *hit.row;
      Sum& sum =
          sums[fmt::format("{}|{}", key_of(hit, hit.texts, table), !hit.texts.at("bot").empty())];
      ++sum.hits;
      sum.bytes += row.bytes();
      sum.time_us += row.generation_time_us();
      if (row.status != kAbsent<uint16_t>) {
        ++sum.answered;
        sum.errors_4xx += row.status / 100 == 4;
        sum.errors_5xx += row.status / 100 == 5;
        sum.not_found += row.status == 404;
      }
      sum.cache_asked += !row.cache_status.empty();
      sum.cache_hits += kFromCache.count(row.cache_status) > 0;
    }
    std::vector<std::string> lines;
    for (const auto& [key, sum] : sums)
      lines.push_back(fmt::format("{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}", key, sum.hits, sum.bytes,
                                  sum.hits, sum.time_us, sum.answered, sum.errors_4xx,
                                  sum.errors_5xx, sum.not_found, sum.cache_asked, sum.cache_hits));
    return sorted(std::move(lines));
  }

  std::string sums_of_times(const Totals& table) const {
    std::map<std::string, int64_t> sums;
    for (const Counted& hit : hits_) {
      const auto time = static_cast<double>(hit.row->generation_time_us());
      ++sums[fmt::format("{}|{}|{}", key_of(hit, hit.texts, table), !hit.texts.at("bot").empty(),
                         std::round(std::log(time) / std::log(1.02)))];
    }
    std::vector<std::string> lines;
    for (const auto& [key, sum] : sums) lines.push_back(fmt::format("{}|{}", key, sum));
    return sorted(std::move(lines));
  }

  std::vector<Counted> hits_;
  std::set<Person> scanners_;
  std::map<Person, std::vector<Visit>> visits_;
  std::vector<View> views_;
  std::map<const Counted*, const Counted*> partners_;  // of a log's page view: the script's
};

}  // namespace ballcone
