#include "web/shares.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/text.h"
#include "base/time.h"
#include "hit/drop.h"
#include "hit/service.h"
#include "query/names.h"
#include "web/digest.h"
#include "web/guard.h"
#include "web/handlers.h"
#include "web/json.h"
#include "web/password.h"

namespace ballcone {
namespace {

using Json = nlohmann::json;

constexpr size_t kPasswordBytesMax = 1024;
constexpr int64_t kDaysMax = 3'660;

std::string text_at(const Json& request, const char* name) {
  const auto it = request.find(name);
  return it != request.end() && it->is_string() ? it->get<std::string>() : std::string();
}

// "https://example.com", "https://*.example.com:8443" as a browser writes origins; nothing else may
// stand in the header that names them.
std::optional<std::string> origin_of(std::string_view text) {
  const std::string origin = to_lower_ascii(trim(text));
  const size_t scheme_end = origin.find("://");
  if (!origin.starts_with("https://") && !origin.starts_with("http://")) return std::nullopt;
  std::string_view host = std::string_view(origin).substr(scheme_end + 3);
  if (host.starts_with("*.")) host.remove_prefix(2);
  const HostPort parsed = parse_host_port(host);
  const bool is_ascii = std::none_of(host.begin(), host.end(), [](char c) { return c & 0x80; });
  return parsed.host.empty() || !is_ascii ? std::nullopt : std::optional(origin);
}

Result<std::string> embed_on_at(const Json& request) {
  const Json list = request.value("embed_on", Json::array());
  if (!list.is_array() || list.size() > kEmbedOriginsMax)
    return field_failure("embed_on",
                         fmt::format("expected a list of up to {} origins", kEmbedOriginsMax));
  std::string text;
  for (const Json& one : list) {
    const auto origin = one.is_string() ? origin_of(one.get<std::string>()) : std::nullopt;
    if (!origin)
      return field_failure(
          "embed_on",
          fmt::format("expected origins such as https://example.com, got {}",
                      one.dump(-1, ' ', true, Json::error_handler_t::replace).substr(0, 100)));
    text += (text.empty() ? "" : " ") + *origin;
  }
  return text.empty() ? "*" : text;
}

// "30d", "2026-12-31" (until its end, UTC) or absent.
Result<int64_t> until_at(const Json& request, int64_t now_us) {
  const std::string text = text_at(request, "until");
  if (text.empty() || text == "never") return 0;
  if (const auto day = parse_day(text)) {
    const int64_t end_us = (*day + 1) * kDay_us;
    if (end_us > now_us) return end_us;
    return field_failure("until", "expected a day that is not over, got " + text);
  }
  int64_t days = 0;
  const char* last = text.data() + text.size() - 1;
  const auto [at, error] = std::from_chars(text.data(), last, days);
  if (*last != 'd' || error != std::errc() || at != last || days < 1 || days > kDaysMax)
    return field_failure(
        "until",
        fmt::format("expected days such as 30d, a date or never, got \"{}\"", text.substr(0, 100)));
  return now_us + days * kDay_us;
}

Result<Share> read_share(const Json& request, int64_t now_us) {
  const auto service = service_name(text_at(request, "service"));
  if (!service) return field_failure("service", std::string(text_of(Drop::bad_service).help));
  Share share{.service = *service, .name = text_at(request, "name"), .created_us = now_us};
  if (share.name.size() > kShareNameBytesMax)
    return field_failure("name",
                         fmt::format("expected a name of at most {} bytes", kShareNameBytesMax));
  const auto embed_on = embed_on_at(request);
  if (!embed_on) return tl::unexpected(embed_on.error());
  share.embed_on = *embed_on;
  const auto end = until_at(request, now_us);
  if (!end) return tl::unexpected(end.error());
  share.ends_us = *end;
  const std::string password = text_at(request, "password");
  if (password.size() > kPasswordBytesMax)
    return field_failure("password", fmt::format("expected at most {} bytes", kPasswordBytesMax));
  if (!password.empty()) share.password_hash = hash_password(password);
  return share;
}

void write(const Share& share, int64_t now_us, JsonWriter* json) {
  json->begin_object().key("id").value(share.id).key("service").value(share.service);
  json->key("name").value(share.name).key("has_password").value(!share.password_hash.empty());
  json->key("embed_on").begin_array();
  for (std::string_view rest = share.embed_on; !rest.empty();) {
    const size_t end = std::min(rest.find(' '), rest.size());
    json->value(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  json->end_array().key("created").value(format_time(share.created_us)).key("until");
  if (share.ends_us == 0)
    json->null();
  else
    json->value(format_time(share.ends_us));
  const bool has_ended = share.ends_us != 0 && share.ends_us <= now_us;
  json->key("has_ended").value(has_ended).end_object();
}

// "token": of the one that was made just now, or empty.
Result<std::string> list(Store& store, const std::string& service, int64_t now_us,
                         const Share* made = nullptr, std::string_view token = "") {
  const auto shares = read_shares(store);
  if (!shares) return tl::unexpected(shares.error());
  std::string text;
  JsonWriter json(&text);
  json.begin_object();
  if (made != nullptr) {
    json.key("made").begin_object().key("id").value(made->id);
    json.key("path").value(fmt::format("/share/{}", token)).end_object();
  }
  json.key("shares").begin_array();
  for (const Share& share : *shares)
    if (service.empty() || share.service == service) write(share, now_us, &json);
  json.end_array().end_object();
  return text;
}

Result<std::string> add(Store& store, const Json& request, int64_t now_us) {
  auto share = read_share(request, now_us);
  if (!share) return tl::unexpected(share.error());
  const auto shares = read_shares(store);
  if (!shares) return tl::unexpected(shares.error());
  if (shares->size() >= kSharesMax)
    return field_failure("service",
                         fmt::format("expected at most {} shares: remove one", kSharesMax));
  const std::string token = random_token();
  share->token_digest = hex(digest_of(token));
  if (auto done = add_share(store, &*share); !done) return tl::unexpected(done.error());
  return list(store, share->service, now_us, &*share, token);
}

Result<std::string> remove(Store& store, const Json& request, int64_t now_us) {
  const auto it = request.find("id");
  const int64_t id = it != request.end() && it->is_number_integer() ? it->get<int64_t>() : 0;
  const auto shares = read_shares(store);
  if (!shares) return tl::unexpected(shares.error());
  const auto found = std::find_if(shares->begin(), shares->end(),
                                  [&](const Share& share) { return share.id == id; });
  if (found == shares->end())
    return field_failure("id", fmt::format("expected the id of a share, got {}", id));
  const auto done = remove_share(store, id);
  if (!done) return tl::unexpected(done.error());
  return list(store, found->service, now_us);
}

}  // namespace

void ShareRegistry::set(std::vector<Share> all) {
  auto shares = std::make_shared<const std::vector<Share>>(std::move(all));
  const std::lock_guard lock(mutex_);
  shares_ = std::move(shares);
}

// What is compared are digests of 128 random bits: how long it takes tells nothing of a token.
std::optional<Share> ShareRegistry::find(std::string_view token, int64_t now_us) const {
  if (!is_token(token)) return std::nullopt;
  const std::string digest = hex(digest_of(token));
  const auto shares = [&] {
    const std::lock_guard lock(mutex_);
    return shares_;
  }();
  for (const Share& share : *shares) {
    if (share.token_digest != digest) continue;
    if (share.ends_us != 0 && share.ends_us <= now_us) return std::nullopt;
    return share;
  }
  return std::nullopt;
}

Result<std::string> shares_json(Store& store, const std::string& service, int64_t now_us) {
  return list(store, service, now_us);
}

Result<std::string> change_shares(Store& store, std::string_view text, int64_t now_us) {
  const Json request = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  const std::string action = request.is_object() ? text_at(request, "action") : "";
  if (action == "list") return list(store, text_at(request, "service"), now_us);
  if (action == "add") return add(store, request, now_us);
  if (action == "remove") return remove(store, request, now_us);
  return field_failure(
      "action",
      "expected {\"action\": \"add\", \"service\": …}, {\"action\": \"remove\", \"id\": …} "
      "or \"list\"");
}

Result<std::string> change_shares(Store& store, std::string_view text) {
  return change_shares(store, text, now_us());
}

HttpResponse get_shares(const Call& call) {
  const auto service = call.request.parameter("service").value_or("");
  return json_answer(shares_json(*call.context.store, std::string(service), call.context.now_us()));
}

HttpResponse post_shares(const Call& call) {
  const WebContext& context = call.context;
  auto answer = change_shares(*context.store, call.request.body, context.now_us());
  if (!answer) return json_error(answer.error().field.empty() ? 503 : 400, answer.error());
  if (context.shares) {
    auto shares = read_shares(*context.store);
    if (!shares) return json_error(503, shares.error());
    context.shares->set(std::move(*shares));
  }
  return json_answer(std::move(answer));
}

}  // namespace ballcone
