#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "base/time.h"
#include "collect/parse.h"

namespace ballcone {
namespace {

using Json = nlohmann::json;

constexpr size_t kPropsMax = 30;  // Plausible's limits
constexpr size_t kPropNameMax = 300;
constexpr size_t kPropValueMax = 2000;
constexpr double kEngaged_ms = 86'400'000;

// As people write it: 12.5, not 12.500000.
std::string number_text(const Json& value) {
  if (value.is_number_float()) return fmt::format("{}", value.get<double>());
  return value.dump();
}

// The text of a text, number or yes/no; empty of all else.
std::string scalar_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number()) return number_text(value);
  if (value.is_boolean()) return value.get<bool>() ? "true" : "false";
  return "";
}

// Never throws: ill-formed JSON and UTF-8 give nothing.
std::optional<Json> parse_object(std::string_view text) {
  Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return std::nullopt;
  return json;
}

Fault read_body(const CollectRequest& request, Json* body) {
  if (request.body.size() > kBodyBytesMax)
    return fault(Drop::too_large, fmt::format("expected at most {} bytes", kBodyBytesMax));
  if (is_encoded(request)) return encoded_fault();
  auto object = parse_object(request.body);
  if (!object) return fault(Drop::bad_request, "expected a JSON object");
  *body = std::move(*object);
  return {};
}

// The first of the names that is there.
const Json* find(const Json& object, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const auto found = object.find(name);
    if (found != object.end() && !found->is_null()) return &*found;
  }
  return nullptr;
}
std::string text_at(const Json& object, std::initializer_list<const char*> names) {
  const Json* value = find(object, names);
  return value && value->is_string() ? value->get<std::string>() : "";
}

using Props = std::map<std::string, std::string>;

Fault add_props(const Json& object, Props* props) {
  for (const auto& [name, value] : object.items()) {
    const std::string text = scalar_text(value);
    if (name.empty() || text.empty()) continue;
    if (name.size() > kPropNameMax || text.size() > kPropValueMax)
      return fault(Drop::too_large, fmt::format("expected properties of at most {} bytes, with "
                                                "names of at most {}",
                                                kPropValueMax, kPropNameMax));
    (*props)[name] = text;
  }
  if (props->size() > kPropsMax)
    return fault(Drop::too_large, fmt::format("expected at most {} properties", kPropsMax));
  return {};
}

std::string canonical(const Props& props) {
  std::string out;
  for (const auto& [name, value] : props) {
    out += out.empty() ? "{" : ",";
    append_quoted(name, &out);
    out += ':';
    append_quoted(value, &out);
  }
  return out.empty() ? out : out + "}";
}

// An object, or the text of one, as some of Plausible's plug-ins send it.
Fault take_props(const Json* value, Props* props) {
  if (!value) return {};
  if (value->is_object()) return add_props(*value, props);
  const auto object =
      value->is_string() ? parse_object(value->get_ref<const std::string&>()) : std::nullopt;
  if (!object) return fault(Drop::bad_request, "expected properties as a JSON object");
  return add_props(*object, props);
}

// {"amount": 1322.22, "currency": "EUR"}
Fault take_revenue(const Json* value, Props* props) {
  if (!value) return {};
  std::optional<Json> parsed;
  if (value->is_string()) parsed = parse_object(value->get_ref<const std::string&>());
  const Json& revenue = parsed ? *parsed : *value;
  const auto wrong = [] {
    return fault(Drop::bad_request,
                 "expected revenue such as {\"amount\": 12.5, \"currency\": \"EUR\"}");
  };
  if (!revenue.is_object()) return wrong();
  const Json* amount = find(revenue, {"amount"});
  const std::string text = amount ? scalar_text(*amount) : "";
  const std::string currency = text_at(revenue, {"currency"});
  const bool is_amount =
      !text.empty() && text.size() <= 32 && text.find_first_not_of("0123456789.-") == text.npos;
  const bool is_currency =
      currency.size() == 3 &&
      std::all_of(currency.begin(), currency.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  if (!is_amount || !is_currency) return wrong();
  (*props)["revenue"] = text;
  (*props)["currency"] = currency;
  return {};
}

Fault take_engaged(const Json* value, CollectedHit* hit) {
  if (!value || !value->is_number() || value->get<double>() < 0 ||
      value->get<double>() > kEngaged_ms)
    return fault(Drop::bad_request, "expected engagement with e: milliseconds, at most a day");
  hit->engaged_us = std::llround(value->get<double>()) * 1000;
  return {};
}

Fault set_name(const Json& body, std::string_view name, CollectedHit* hit) {
  if (name.empty()) return fault(Drop::bad_request, "expected a name: pageview, or the event's");
  if (name == "pageview") return {};
  if (auto failed = set_event(name, hit)) return failed;
  return hit->event == "engagement" ? take_engaged(find(body, {"e"}), hit) : Fault();
}

// Of the window, in CSS pixels: in tens, since it need not tell people apart.
void add_width(const Json* width, CollectedHit* hit) {
  if (!width || !width->is_number_unsigned() || width->get<uint64_t>() >= 100'000) return;
  const auto tens = width->get<uint64_t>() / 10 * 10;
  add_fact("inner_resolution", fmt::to_string(tens), &hit->browser_facts);
}

// "2026-11-23T12:00:00Z", or milliseconds since 1970.
Fault set_time(const Json* value, int64_t now_us, CollectedHit* hit) {
  if (!value) {
    hit->time_us = now_us;
    return {};
  }
  std::optional<int64_t> time_us;
  if (value->is_string()) time_us = parse_iso8601(value->get_ref<const std::string&>());
  if (value->is_number() && std::abs(value->get<double>()) < 1e15)
    time_us = std::llround(value->get<double>() * 1000);
  if (!time_us)
    return fault(Drop::bad_request,
                 "expected time as 2026-11-23T12:00:00Z or in milliseconds since 1970");
  if (*time_us > now_us + kFuture_us || *time_us < days_of_civil(1990, 1, 1) * kDay_us)
    return fault(Drop::stale, "expected a time after 1990 that is not to come");
  hit->time_us = *time_us;
  return {};
}

}  // namespace

Fault parse_props(std::string_view json, std::string* text) {
  const auto object = parse_object(json);
  if (!object) return fault(Drop::bad_request, "expected properties as a JSON object");
  Props props;
  if (auto failed = add_props(*object, &props)) return failed;
  *text = canonical(props);
  return {};
}

Fault parse_hello(const CollectRequest& request, CollectedHit* hit) {
  Json body;
  if (auto failed = read_body(request, &body)) return failed;
  hit->via = "script";
  hit->time_us = request.now_us;
  hit->key = text_at(body, {"k"});
  if (auto name = text_at(body, {"s"}); !name.empty()) hit->services = {std::move(name)};
  if (auto failed = set_url(text_at(body, {"u"}), true, hit)) return failed;
  if (auto failed = set_name(body, text_at(body, {"n"}), hit)) return failed;
  set_referrer(text_at(body, {"r"}), hit);
  Props props;
  if (auto failed = take_props(find(body, {"p"}), &props)) return failed;
  hit->props = canonical(props);
  add_fact("language", text_at(body, {"l"}), &hit->browser_facts);
  add_fact("timezone", text_at(body, {"z"}), &hit->browser_facts);
  add_width(find(body, {"w"}), hit);
  return {};
}

Fault parse_plausible(const CollectRequest& request, CollectedHit* hit) {
  Json body;
  if (auto failed = read_body(request, &body)) return failed;
  hit->via = "script";
  hit->time_us = request.now_us;
  std::string domains = text_at(body, {"d", "domain"});
  // "a.example,b.example": a copy for each.
  for (std::string_view rest = domains; !rest.empty() && hit->services.size() < 10;) {
    const std::string_view one = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(one.size() + 1, rest.size()));
    if (!trim(one).empty()) hit->services.emplace_back(trim(one));
  }
  if (hit->services.empty()) return fault(Drop::bad_request, "expected a domain");
  const Json* mode = find(body, {"h", "hash"});
  const bool keeps_fragment = mode && (*mode == 1 || *mode == true);
  if (auto failed = set_url(text_at(body, {"u", "url"}), keeps_fragment, hit)) return failed;
  if (auto failed = set_name(body, text_at(body, {"n", "name"}), hit)) return failed;
  set_referrer(text_at(body, {"r", "referrer"}), hit);
  Props props;
  if (auto failed = take_props(find(body, {"p", "props", "m", "meta"}), &props)) return failed;
  if (auto failed = take_revenue(find(body, {"$", "revenue"}), &props)) return failed;
  hit->props = canonical(props);
  add_width(find(body, {"w", "screen_width"}), hit);
  return {};
}

Fault parse_server_hit(std::string_view line, const CollectRequest& request, CollectedHit* hit) {
  if (line.size() > kBodyBytesMax)
    return fault(Drop::too_large, fmt::format("expected lines of at most {} bytes", kBodyBytesMax));
  const auto body = parse_object(line);
  if (!body) return fault(Drop::bad_request, "expected a JSON object on each line");
  hit->via = "server";
  if (auto name = text_at(*body, {"service"}); !name.empty()) hit->services = {std::move(name)};
  if (auto failed = set_time(find(*body, {"time"}), request.now_us, hit)) return failed;
  if (auto failed = set_url(text_at(*body, {"url"}), false, hit)) return failed;
  const Json* id = find(*body, {"id"});
  hit->idempotency_key = id ? scalar_text(*id) : "";
  if (hit->idempotency_key.size() > 200)
    return fault(Drop::too_large, "expected an id of at most 200 bytes");
  set_referrer(text_at(*body, {"referrer"}), hit);
  hit->user_agent = text_at(*body, {"user_agent"}).substr(0, 2048);
  hit->address = text_at(*body, {"address"});
  hit->method = text_at(*body, {"method"}).substr(0, 32);
  const Json* status = find(*body, {"status"});
  if (status && status->is_number_integer() && *status >= 100 && *status <= 999)
    hit->status = status->get<int>();
  if (const Json* event = find(*body, {"event"})) {
    if (auto failed = set_event(scalar_text(*event), hit)) return failed;
  }
  Props props;
  if (auto failed = take_props(find(*body, {"props"}), &props)) return failed;
  if (auto failed = take_revenue(find(*body, {"revenue"}), &props)) return failed;
  hit->props = canonical(props);
  if (const Json* engaged = find(*body, {"engaged_ms"})) return take_engaged(engaged, hit);
  return {};
}

}  // namespace ballcone
