#include "query/shared.h"

#include <algorithm>

#include "query/answer.h"
#include "query/funnel.h"
#include "query/names.h"
#include "query/parse_json.h"

namespace ballcone {
namespace {

constexpr std::string_view kOfPersons[] = {"address", "user_agent", "query", "browser_facts",
                                           "props"};

std::string_view hidden_one(const std::vector<Filter>& filters) {
  for (const Filter& filter : filters) {
    if (filter.condition && !is_shared(filter.condition->column)) return filter.condition->column;
    for (const auto* part : {&filter.all, &filter.any})
      if (const auto name = hidden_one(*part); !name.empty()) return name;
  }
  return {};
}

tl::unexpected<Error> not_shared(std::string_view field, std::string_view name) {
  return field_failure(field, "expected a dimension that this link shows; " + in_quotes(name) +
                                  " is not shown, because it may tell one person from another");
}

// A question that cannot be read is answered by whoever runs it.
Result<void> check_shared(const Result<Query>& query) {
  if (!query) return {};
  for (const std::string& name : query->by)
    if (!is_shared(name)) return not_shared("by", name);
  if (!is_shared(query->order)) return not_shared("order", query->order);
  if (const auto name = hidden_one(query->filters); !name.empty())
    return not_shared("filters", name);
  return {};
}

// A service without hits has no answers, and the usual error would name others.
Result<void> check_service(const SharedView& view) {
  const auto services = view.store.services();
  if (std::find(services.begin(), services.end(), view.service) != services.end()) return {};
  return field_failure("service", "nothing has been counted here yet");
}

Result<Json> read(const SharedView& view, std::string_view body) {
  if (auto done = check_service(view); !done) return tl::unexpected<Error>(done.error());
  return parse_json(body, "");
}

std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// Written anew with the service in it, so that what was read here is what is asked: of a name that
// stood twice, one is left.
Result<std::string> ask_one(const SharedView& view, Json question) {
  if (!question.is_object()) return expected_failure("", "a JSON object", question);
  question["service"] = view.service;
  const std::string text = text_of(question);
  const auto query = parse_query(text, view.now_us, view.zones);
  if (auto done = check_shared(query); !done) return tl::unexpected<Error>(done.error());
  return query_json(view.store, text, view.now_us, view.limits, view.zones);
}

bool asks_shared(const Json& report) {
  const Json by = report.value("query", Json::object()).value("by", Json::array());
  return std::all_of(by.begin(), by.end(),
                     [](const Json& name) { return is_shared(name.get<std::string>()); });
}

}  // namespace

bool is_shared(std::string_view dimension) {
  return std::find(std::begin(kOfPersons), std::end(kOfPersons), dimension) == std::end(kOfPersons);
}

Result<std::string> shared_query_json(const SharedView& view, const Parameters& parameters) {
  if (auto done = check_service(view); !done) return tl::unexpected<Error>(done.error());
  Parameters forced = parameters;
  std::erase_if(forced, [](const auto& one) { return one.first == "service"; });
  forced.emplace_back("service", view.service);
  const auto query = parse_query(forced, view.now_us, view.zones);
  if (auto done = check_shared(query); !done) return tl::unexpected<Error>(done.error());
  return query_json(view.store, forced, view.now_us, view.limits, view.zones);
}

// A wrong one of several has its error in its place, as usual.
Result<std::string> shared_query_json(const SharedView& view, std::string_view body) {
  auto json = read(view, body);
  if (!json) return tl::unexpected<Error>(json.error());
  if (!json->is_array()) return ask_one(view, std::move(*json));
  if (json->empty() || json->size() > kQueriesMax)
    return query_json(view.store, body, view.now_us, view.limits, view.zones);  // says why not
  std::string answers;
  for (Json& one : *json) {
    const auto answer = ask_one(view, std::move(one));
    answers += answers.empty() ? '[' : ',';
    answers += answer ? *answer : error_json(answer.error());
  }
  return answers + ']';
}

Result<std::string> shared_funnel_json(const SharedView& view, std::string_view body) {
  auto json = read(view, body);
  if (!json) return tl::unexpected<Error>(json.error());
  if (!json->is_object()) return expected_failure("", "a JSON object", *json);
  (*json)["service"] = view.service;
  Json question{{"service", view.service}, {"metrics", {"visitors"}}};
  for (const char* name : {"range", "filters"})
    if (json->contains(name)) question[name] = (*json)[name];
  const auto query = parse_query(text_of(question), view.now_us, view.zones);
  if (auto done = check_shared(query); !done) return tl::unexpected<Error>(done.error());
  return funnel_json(view.store, text_of(*json), view.now_us, view.limits, view.zones);
}

// Only what is known to be of this service goes out: whatever else the list will say one day stays.
Result<std::string> shared_services_json(const SharedView& view) {
  const auto text = services_json(view.store, view.now_us, 30, view.limits, view.zones);
  if (!text) return text;
  const Json all = Json::parse(*text);
  Json own{{"today", all.value("today", "")}, {"services", Json::array()}};
  for (const Json& one : all.value("services", Json::array()))
    if (one.value("name", "") == view.service) own["services"].push_back(one);
  return own.dump();
}

std::string shared_reports_json(int top_limit) {
  Json json = Json::parse(reports_json(top_limit));
  Json reports = Json::array(), dimensions = Json::array();
  for (const Json& one : json["reports"])
    if (asks_shared(one)) reports.push_back(one);
  for (const Json& one : json["dimensions"])
    if (is_shared(one.value("name", ""))) dimensions.push_back(one);
  json["reports"] = std::move(reports);
  json["dimensions"] = std::move(dimensions);
  return json.dump();
}

}  // namespace ballcone
