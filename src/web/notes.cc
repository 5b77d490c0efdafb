#include "web/notes.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/time.h"
#include "hit/drop.h"
#include "hit/service.h"
#include "query/names.h"
#include "query/parse.h"
#include "store/notes.h"
#include "web/handlers.h"
#include "web/http.h"
#include "web/json.h"

namespace ballcone {
namespace {

using Json = nlohmann::json;

constexpr size_t kMarkersMax = 1'000;  // of a service
constexpr size_t kSegmentsMax = 100;
constexpr size_t kNameBytesMax = 100;
constexpr size_t kTextBytesMax = 200;

std::string text_at(const Json& request, const char* name) {
  const auto it = request.is_object() ? request.find(name) : request.end();
  return it != request.end() && it->is_string() ? it->get<std::string>() : std::string();
}

Result<std::string> service_of(const Json& request) {
  const auto service = service_name(text_at(request, "service"));
  if (!service) return field_failure("name", std::string(text_of(Drop::bad_service).help));
  return *service;
}

// "add" or "remove"; "list" is told apart before.
Result<std::string> action_of(const Json& request) {
  std::string action = text_at(request, "action");
  if (action == "add" || action == "remove" || action == "list") return action;
  return field_failure("action",
                       "expected {\"action\": \"add\", \"remove\" or \"list\", \"service\": …, …}");
}

Result<Marker> read_marker(const Json& request) {
  auto service = service_of(request);
  if (!service) return tl::unexpected(service.error());
  Marker marker{std::move(*service), now_us() / kSecond_us * kSecond_us, text_at(request, "text")};
  if (marker.text.empty() || marker.text.size() > kTextBytesMax)
    return field_failure(
        "text", fmt::format("expected a text of 1 to {} bytes, such as Release 2", kTextBytesMax));
  const std::string time = text_at(request, "time");
  if (time.empty()) return marker;
  const auto time_us = parse_iso8601(time);
  if (!time_us)
    return field_failure(
        "time",
        fmt::format("expected a time as \"2026-11-23T12:00:00Z\", got \"{}\"", time.substr(0, 60)));
  marker.time_us = *time_us;
  return marker;
}

Result<void> add(Store& store, const Marker& marker) {
  const auto markers = read_markers(store, marker.service);
  if (!markers) return tl::unexpected(markers.error());
  if (markers->size() >= kMarkersMax)
    return field_failure("text",
                         fmt::format("expected at most {} markers of a service", kMarkersMax));
  return write_marker(store, marker);
}

Result<void> remove(Store& store, const Marker& marker) {
  const auto is_removed = remove_marker(store, marker);
  if (!is_removed) return tl::unexpected(is_removed.error());
  if (*is_removed) return {};
  return field_failure("text", fmt::format("expected a marker of {} at that time, got \"{}\"",
                                           marker.service, marker.text));
}

// Filters that a question could have: they are read as such.
Result<Segment> read_segment(const Json& request, bool has_filters) {
  auto service = service_of(request);
  if (!service) return tl::unexpected(service.error());
  Segment segment{std::move(*service), text_at(request, "name"), ""};
  if (segment.name.empty() || segment.name.size() > kNameBytesMax)
    return field_failure(
        "name", fmt::format("expected a name of 1 to {} bytes, such as Germany", kNameBytesMax));
  if (!has_filters) return segment;
  const auto filters = request.find("filters");
  if (filters == request.end() || !filters->is_array() || filters->empty())
    return field_failure("filters", "expected filters, such as [[\"is\", \"country\", \"DE\"]]");
  const Json question{{"service", segment.service}, {"metrics", "hits"}, {"filters", *filters}};
  const auto dump = [](const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
  };
  if (const auto read = parse_query(dump(question), now_us()); !read)
    return tl::unexpected(read.error());
  segment.filters = dump(*filters);
  return segment;
}

Result<void> add(Store& store, const Segment& segment) {
  const auto segments = read_segments(store, segment.service);
  if (!segments) return tl::unexpected(segments.error());
  const bool is_there = std::any_of(segments->begin(), segments->end(),
                                    [&](const Segment& one) { return one.name == segment.name; });
  if (!is_there && segments->size() >= kSegmentsMax)
    return field_failure("name",
                         fmt::format("expected at most {} segments of a service", kSegmentsMax));
  return write_segment(store, segment);
}

Result<void> remove(Store& store, const Segment& segment) {
  const auto is_removed = remove_segment(store, segment.service, segment.name);
  if (!is_removed) return tl::unexpected(is_removed.error());
  if (*is_removed) return {};
  return field_failure(
      "name", fmt::format("expected a segment of {}, got \"{}\"", segment.service, segment.name));
}

std::string asked_service(const Call& call) {
  for (const auto& [name, value] : call.request.query)
    if (name == "service") return value;
  return "";
}

}  // namespace

Result<std::string> markers_json(Store& store, const std::string& service) {
  const auto markers = read_markers(store, service);
  if (!markers) return tl::unexpected(markers.error());
  std::string text;
  JsonWriter json(&text);
  json.begin_object().key("markers").begin_array();
  for (const Marker& marker : *markers) {
    json.begin_object().key("service").value(marker.service);
    json.key("time").value(format_time(marker.time_us)).key("text").value(marker.text);
    json.end_object();
  }
  json.end_array().end_object();
  return text;
}

Result<std::string> change_markers(Store& store, std::string_view text) {
  const Json request = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  const auto action = action_of(request);
  if (!action) return tl::unexpected(action.error());
  if (*action == "list") return markers_json(store, text_at(request, "service"));
  const auto marker = read_marker(request);
  if (!marker) return tl::unexpected(marker.error());
  const auto done = *action == "add" ? add(store, *marker) : remove(store, *marker);
  if (!done) return tl::unexpected(done.error());
  return markers_json(store, marker->service);
}

Result<std::string> segments_json(Store& store, const std::string& service) {
  const auto segments = read_segments(store, service);
  if (!segments) return tl::unexpected(segments.error());
  Json list = Json::array();
  for (const Segment& segment : *segments)
    list.push_back({{"service", segment.service},
                    {"name", segment.name},
                    {"filters", Json::parse(segment.filters, nullptr, false)}});
  return Json{{"segments", list}}.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<std::string> change_segments(Store& store, std::string_view text) {
  const Json request = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  const auto action = action_of(request);
  if (!action) return tl::unexpected(action.error());
  if (*action == "list") return segments_json(store, text_at(request, "service"));
  const auto segment = read_segment(request, *action == "add");
  if (!segment) return tl::unexpected(segment.error());
  const auto done = *action == "add" ? add(store, *segment) : remove(store, *segment);
  if (!done) return tl::unexpected(done.error());
  return segments_json(store, segment->service);
}

HttpResponse get_markers(const Call& call) {
  return json_answer(markers_json(*call.context.store, asked_service(call)));
}
HttpResponse post_markers(const Call& call) {
  return json_answer(change_markers(*call.context.store, call.request.body));
}
HttpResponse get_segments(const Call& call) {
  return json_answer(segments_json(*call.context.store, asked_service(call)));
}
HttpResponse post_segments(const Call& call) {
  return json_answer(change_segments(*call.context.store, call.request.body));
}

}  // namespace ballcone
