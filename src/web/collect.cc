// What scripts, pixels and servers send; docs/collect.md. Answered to everybody.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "collect/request.h"
#include "web/handlers.h"
#include "web/http.h"
#include "web/json.h"

namespace ballcone {
namespace {

// One transparent pixel: GIF89a, 1 × 1, two colours, of which the first is transparent.
constexpr char kGif[] =
    "GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,"
    "\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02"
    "D\x01\x00;";
static_assert(sizeof kGif - 1 == 43);

// A header on several lines is one list (RFC 9110, 5.2). A proxy may add its line behind the one
// that its client made up.
std::string list_of(const HttpRequest& request, std::string_view name) {
  std::string list;
  for (const auto& [key, value] : request.headers) {
    if (key != name) continue;
    if (!list.empty()) list += ", ";
    list += value;
  }
  return list;
}

CollectOutcome collect(const Call& call, CollectRoute route) {
  const HttpRequest& request = call.request;
  const std::string forwarded_for = list_of(request, "x-forwarded-for");
  const std::vector<std::pair<std::string_view, std::string_view>> query(request.query.begin(),
                                                                         request.query.end());
  CollectOutcome outcome;
  call.context.collect({.route = route,
                        .query = query,
                        .body = request.body,
                        .peer = request.peer,
                        .origin = request.header("origin"),
                        .referer = request.header("referer"),
                        .user_agent = request.header("user-agent"),
                        .forwarded_for = forwarded_for,
                        .cf_connecting_ip = request.header("cf-connecting-ip"),
                        .authorization = request.header("authorization"),
                        .content_encoding = request.header("content-encoding"),
                        .gpc = request.header("sec-gpc"),
                        .dnt = request.header("dnt"),
                        .now_us = call.context.now_us()},
                       &outcome);
  return outcome;
}

// A page cannot make use of the answer, so it says no more than what helps who set it up.
HttpResponse answer_script(const Call& call, CollectRoute route) {
  const CollectOutcome outcome = collect(call, route);
  HttpResponse response{.status = 202, .content_type = "text/plain; charset=utf-8", .body = "ok\n"};
  if (outcome.refusals.empty()) return response;
  const Refusal& refusal = outcome.refusals.front();
  switch (refusal.reason) {
    case Drop::bad_request:
      response = error_response(call.request.path, 400, refusal.sentence);
      break;
    case Drop::too_large:
      response = error_response(call.request.path, 413, refusal.sentence);
      break;
    case Drop::rate_limited:
      response = error_response(call.request.path, 429, refusal.sentence);
      response.headers.emplace_back("Retry-After", "60");
      break;
    case Drop::queue_full:
      response = error_response(call.request.path, 503, refusal.sentence);
      response.headers.emplace_back("Retry-After", "1");
      break;
    default:
      response.body = refusal.sentence + "\n";
  }
  response.headers.emplace_back("Ballcone-Dropped", text_of(refusal.reason).name);
  return response;
}

}  // namespace

HttpResponse pixel_response(const Refusal* refusal) {
  HttpResponse response{
      .content_type = "image/gif", .static_body = {kGif, sizeof kGif - 1}, .is_public = true};
  if (refusal) response.headers.emplace_back("Ballcone-Dropped", text_of(refusal->reason).name);
  return response;
}

HttpResponse get_pixel(const Call& call) {
  const bool has_script = call.request.path == "/hello.gif";
  const auto outcome = collect(call, has_script ? CollectRoute::pixel : CollectRoute::noscript);
  return pixel_response(outcome.refusals.empty() ? nullptr : &outcome.refusals.front());
}

HttpResponse post_hello(const Call& call) { return answer_script(call, CollectRoute::hello); }
HttpResponse post_event(const Call& call) { return answer_script(call, CollectRoute::event); }

HttpResponse post_hits(const Call& call) {
  const CollectOutcome outcome = collect(call, CollectRoute::hits);
  const bool is_whole = outcome.refusals.size() == 1 && outcome.refusals[0].line == 0;
  if (is_whole) {
    const Refusal& refusal = outcome.refusals[0];
    const int status = refusal.reason == Drop::wrong_key     ? 403
                       : refusal.reason == Drop::bad_request ? 400
                                                             : 413;
    auto response = error_response(call.request.path, status, refusal.sentence);
    response.headers.emplace_back("Ballcone-Dropped", text_of(refusal.reason).name);
    return response;
  }
  HttpResponse response;
  JsonWriter json(&response.body);
  json.begin_object().key("accepted").value(uint64_t{outcome.lines.size()});
  json.key("refused").begin_array();
  for (const Refusal& refusal : outcome.refusals) {
    json.begin_object().key("line").value(uint64_t{refusal.line});
    json.key("reason").value(text_of(refusal.reason).name);
    json.key("message").value(refusal.sentence).end_object();
  }
  json.end_array().end_object();
  return response;
}

}  // namespace ballcone
