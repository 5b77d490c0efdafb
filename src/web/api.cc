// The questions that pages and scripts ask; query/answer.h knows the answers.
#include "query/answer.h"
#include "query/plausible.h"
#include "web/handlers.h"

namespace ballcone {
namespace {

QueryLimits limits_of(const Call& call) { return {.is_cancelled = call.request.is_cancelled}; }

}  // namespace

HttpResponse json_error(int status, const Error& error) {
  return {.status = status, .body = error_json(error)};
}

int status_of(const Error& error) {
  const bool is_asker = !error.field.empty() || error.position >= 0;
  return error.field == "service" ? 404 : is_asker ? 400 : 503;
}

HttpResponse json_answer(Result<std::string> json) {
  if (json) return {.body = std::move(*json)};
  return json_error(status_of(json.error()), json.error());
}

HttpResponse get_services(const Call& call) {
  const WebContext& context = call.context;
  return json_answer(
      services_json(*context.store, context.now_us(), 30, limits_of(call), context.zones));
}

HttpResponse get_reports(const Call& call) {
  return {.body = reports_json(call.context.top_limit)};
}

HttpResponse get_query(const Call& call) {
  const WebContext& context = call.context;
  return json_answer(query_json(*context.store, call.request.query, context.now_us(),
                                limits_of(call), context.zones));
}

HttpResponse post_query(const Call& call) {
  const WebContext& context = call.context;
  return json_answer(query_json(*context.store, call.request.body, context.now_us(),
                                limits_of(call), context.zones));
}

HttpResponse post_plausible(const Call& call) {
  const WebContext& context = call.context;
  auto json = plausible_json(*context.store, context.zones, call.request.body, context.now_us(),
                             limits_of(call));
  if (json) return {.body = std::move(*json)};
  return {.status = status_of(json.error()), .body = plausible_error_json(json.error())};
}

HttpResponse get_count(const Call& call) {
  const WebContext& context = call.context;
  return json_answer(original_count_json(*context.store, call.arguments[0], call.arguments[1],
                                         context.now_us(), context.days, limits_of(call)));
}

HttpResponse get_average(const Call& call) {
  const WebContext& context = call.context;
  return json_answer(original_average_json(*context.store, call.arguments[0], call.arguments[1],
                                           context.now_us(), context.days, limits_of(call)));
}

HttpResponse get_count_group(const Call& call) {
  const WebContext& context = call.context;
  return json_answer(original_count_group_json(*context.store, call.arguments[0], call.arguments[1],
                                               call.request.query, context.now_us(), context.days,
                                               limits_of(call)));
}

}  // namespace ballcone
