// What is behind a share link: the page of one service, and answers to its questions. Nothing of
// others, nothing that writes, nothing that tells one person from another (query/shared.h).
#include <fmt/format.h>

#include <charconv>

#include "query/shared.h"
#include "web/cookie.h"
#include "web/door.h"
#include "web/goals.h"
#include "web/handlers.h"
#include "web/json.h"
#include "web/notes.h"
#include "web/shares.h"

namespace ballcone {
namespace {

constexpr int64_t kUnlocked_us = int64_t{30} * 86'400 * 1'000'000;

std::string cookie_name(const Share& share) { return fmt::format("ballcone_share_{}", share.id); }

// "<when it ends, µs>.<digest of that>", keyed with what only we know of this share: it needs no
// memory, whoever many unlock it, and ends with the share and its password.
std::string ticket_until(const Share& share, int64_t ends_us) {
  const Digest digest =
      digest_of(fmt::format("share {} {}", share.id, ends_us), share.password_hash);
  return fmt::format("{}.{}", ends_us, hex(digest));
}

bool has_ticket(const Share& share, const HttpRequest& request, int64_t now_us) {
  const std::string_view ticket = cookie_value(request.header("cookie"), cookie_name(share));
  int64_t ends_us = 0;
  const auto [at, error] = std::from_chars(
      ticket.data(), ticket.data() + std::min(ticket.find('.'), ticket.size()), ends_us);
  if (error != std::errc() || ends_us <= now_us || ends_us > now_us + kUnlocked_us) return false;
  return is_same(digest_of(ticket), digest_of(ticket_until(share, ends_us)));
}

bool is_locked(const Share& share, const Call& call) {
  return !share.password_hash.empty() && !has_ticket(share, call.request, call.context.now_us());
}

std::optional<Share> find(const Call& call) {
  const WebContext& context = call.context;
  return context.shares ? context.shares->find(call.arguments[0], context.now_us()) : std::nullopt;
}

// One answer to whatever is none, has ended or was taken away.
HttpResponse not_there() { return json_error(404, {"there is nothing behind this link"}); }

SharedView view_of(const Share& share, const Call& call) {
  const WebContext& context = call.context;
  return {.store = *context.store,
          .service = share.service,
          .now_us = context.now_us(),
          .limits = {.is_cancelled = call.request.is_cancelled},
          .zones = context.zones};
}

// An answer for who has a link that holds, and its password where it has one.
template <class Answer>
HttpResponse answer(const Call& call, const Answer& make) {
  const auto share = find(call);
  if (!share) return not_there();
  if (is_locked(*share, call)) return json_error(401, {"this link has a password"});
  return json_answer(make(view_of(*share, call)));
}

}  // namespace

HttpResponse get_share_page(const Call& call) {
  const auto share = find(call);
  if (!share) return missing_page(call.request);
  HttpResponse response = get_page(call);
  response.framed_by = share->embed_on;
  return response;
}

// What the page has to know first. Who does not know the password learns that there is one.
HttpResponse get_share(const Call& call) {
  const auto share = find(call);
  if (!share) return not_there();
  const bool is_closed = is_locked(*share, call);
  HttpResponse response;
  JsonWriter json(&response.body);
  json.begin_object().key("is_locked").value(is_closed);
  if (!is_closed) json.key("service").value(share->service).key("name").value(share->name);
  json.end_object();
  return response;
}

// The cookie is for what lies under the link's own path, see cookie.h.
HttpResponse post_share_login(const Call& call) {
  const WebContext& context = call.context;
  const auto share = find(call);
  if (!share) return not_there();
  const auto password = password_of(call.request);
  if (!password) return json_error(400, {"expected {\"password\": …} of at most 1,024 bytes"});
  if (share->password_hash.empty() || !context.door) return {.status = 204};
  const std::string name = cookie_name(*share);
  const Access access = context.door->try_password(call.request, name, share->password_hash,
                                                   *password, context.now_us());
  if (access != Access::granted) return password_refusal(access);
  const std::string ticket = ticket_until(*share, context.now_us() + kUnlocked_us);
  const Cookie cookie{.name = name,
                      .value = ticket,
                      .seconds = kUnlocked_us / 1'000'000,
                      .is_secure = context.door->is_https(call.request),
                      .is_for_frames = true};
  return {.status = 204, .headers = {{"Set-Cookie", set_cookie(cookie)}}};
}

HttpResponse get_shared_services(const Call& call) {
  return answer(call, [](const SharedView& view) { return shared_services_json(view); });
}

HttpResponse get_shared_reports(const Call& call) {
  return answer(call, [&](const SharedView&) {
    return Result<std::string>(shared_reports_json(call.context.top_limit));
  });
}

HttpResponse get_shared_query(const Call& call) {
  return answer(
      call, [&](const SharedView& view) { return shared_query_json(view, call.request.query); });
}

HttpResponse post_shared_query(const Call& call) {
  return answer(call,
                [&](const SharedView& view) { return shared_query_json(view, call.request.body); });
}

HttpResponse get_shared_markers(const Call& call) {
  return answer(call,
                [](const SharedView& view) { return markers_json(view.store, view.service); });
}

HttpResponse get_shared_goals(const Call& call) {
  return answer(call, [](const SharedView& view) { return goals_json(view.store, view.service); });
}

HttpResponse post_shared_funnel(const Call& call) {
  return answer(
      call, [&](const SharedView& view) { return shared_funnel_json(view, call.request.body); });
}

}  // namespace ballcone
