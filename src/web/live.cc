// GET /api/v1/live: hits as they arrive, with their verdicts, as server-sent events. Each watcher
// is shown so many a second and told how many more there were.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>

#include "base/clock.h"
#include "base/time.h"
#include "hit/service.h"
#include "web/event_stream.h"
#include "web/handlers.h"
#include "web/json.h"

namespace ballcone {
namespace {

constexpr int64_t kHeartbeat_ns = 15'000'000'000;  // proxies give up after 30 s to 60 s of silence
constexpr int64_t kRetry_ms = 2000;

enum class Show { all, people, bots, errors };

std::optional<Show> parse_show(std::string_view text) {
  if (text.empty() || text == "all") return Show::all;
  if (text == "people") return Show::people;
  if (text == "bots") return Show::bots;
  if (text == "errors") return Show::errors;
  return std::nullopt;
}

// What was not stored is nobody's hit, and an error.
bool is_shown(const LiveItem& item, Show show) {
  const auto* const hit = std::get_if<LiveHit>(&item);
  if (hit == nullptr) return show == Show::all || show == Show::errors;
  switch (show) {
    case Show::people:
      return hit->is_person();
    case Show::bots:
      return !hit->bot.empty();
    case Show::errors:
      return hit->is_error();
    default:
      return true;
  }
}

// "1f3a-12-40": the place behind an event, which the client says when it comes back.
std::string id_of(const LiveTail::Place& place) {
  return fmt::format("{:x}-{}-{}", place.period, place.next, place.arrived);
}

std::optional<LiveTail::Place> parse_id(std::string_view text) {
  LiveTail::Place place;
  const auto take = [&](uint64_t* number, int base) {
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), *number, base);
    text.remove_prefix(static_cast<size_t>(end - text.data()));
    return error == std::errc();
  };
  const auto take_dash = [&] {
    const bool is_there = text.starts_with('-');
    if (is_there) text.remove_prefix(1);
    return is_there;
  };
  const bool is_whole = take(&place.period, 16) && take_dash() && take(&place.next, 10) &&
                        take_dash() && take(&place.arrived, 10) && text.empty();
  return is_whole ? std::optional(place) : std::nullopt;
}

struct TextField {
  const char* name;
  std::string LiveHit::*value;
};
constexpr TextField kTexts[] = {
    {"service", &LiveHit::service},   {"host", &LiveHit::host},
    {"method", &LiveHit::method},     {"path", &LiveHit::path},
    {"query", &LiveHit::query},       {"referrer", &LiveHit::referrer},
    {"channel", &LiveHit::channel},   {"user_agent", &LiveHit::user_agent},
    {"browser", &LiveHit::browser},   {"os", &LiveHit::os},
    {"device", &LiveHit::device},     {"address", &LiveHit::address},
    {"country", &LiveHit::country},   {"kind", &LiveHit::kind},
    {"purpose", &LiveHit::purpose},   {"bot", &LiveHit::bot},
    {"bot_kind", &LiveHit::bot_kind}, {"bot_reason", &LiveHit::bot_reason},
    {"via", &LiveHit::via},           {"event", &LiveHit::event},
};

// What is absent is left out.
void write_hit(const LiveHit& hit, JsonWriter* json) {
  json->begin_object().key("time").value(format_time(hit.time_us));
  for (const TextField& text : kTexts) {
    if (!(hit.*text.value).empty()) json->key(text.name).value(hit.*text.value);
  }
  if (hit.status != kAbsent<uint16_t>) json->key("status").value(uint64_t{hit.status});
  if (hit.bytes != kAbsent<int64_t>) json->key("bytes").value(hit.bytes);
  if (hit.generation_time_us != kAbsent<int64_t>)
    json->key("generation_time").value(static_cast<double>(hit.generation_time_us) / 1e6);
  json->end_object();
}

void write_drop(const LiveDrop& drop, JsonWriter* json) {
  const DropText& text = text_of(drop.reason);
  json->begin_object().key("time").value(format_time(drop.time_us));
  json->key("source").value(drop.source).key("reason").value(text.name);
  json->key("help").value(text.help).key("lines").value(drop.lines).end_object();
}

// So many a second, and as many at once after a while of fewer.
class Allowance {
 public:
  explicit Allowance(int per_second) : per_second_(per_second), left_(per_second) {}

  size_t now(int64_t now_ns) {
    if (last_ns_ != 0) left_ += static_cast<double>(now_ns - last_ns_) / 1e9 * per_second_;
    left_ = std::min<double>(left_, per_second_);
    last_ns_ = now_ns;
    return static_cast<size_t>(left_);
  }
  void take(size_t count) { left_ -= static_cast<double>(count); }

 private:
  const int per_second_;
  double left_;
  int64_t last_ns_ = 0;
};

// What one watcher is sent.
class LiveStream {
 public:
  LiveStream(std::unique_ptr<LiveTail::Watcher> watcher, Show show, int shown_per_s)
      : watcher_(std::move(watcher)), show_(show), allowance_(shown_per_s) {}

  // Where the watcher was before, "" if it is new.
  void begin(std::string_view last_id) {
    append_retry(kRetry_ms, &text_);
    const auto place = parse_id(last_id);
    has_missed_ = !last_id.empty() && !(place && watcher_->knows(*place));
    place_ = place && !has_missed_ ? *place : watcher_->now();
    if (has_missed_) append_event({id_of(place_), "gap", R"({"arrived":null})"}, &text_);
  }

  std::string next(int64_t now_ns) {
    const LiveTail::News news = watcher_->read(&place_);
    if (news.arrived > 0 || !news.items.empty()) add_hits(news, now_ns);
    if (said_ns_ == 0) said_ns_ = now_ns;
    if (text_.empty() && now_ns >= said_ns_ + kHeartbeat_ns) append_comment("still here", &text_);
    if (!text_.empty()) said_ns_ = now_ns;
    return std::exchange(text_, {});
  }

 private:
  void add_hits(const LiveTail::News& news, int64_t now_ns) {
    std::vector<const LiveItem*> wanted;
    for (const LiveItemPtr& item : news.items) {
      if (is_shown(*item, show_)) wanted.push_back(item.get());
    }
    const size_t shown = std::min(wanted.size(), allowance_.now(now_ns));
    allowance_.take(shown);
    std::string data;
    JsonWriter json(&data);
    json.begin_object().key("arrived").value(news.arrived).key("unseen").value(news.unseen);
    json.key("hidden").value(uint64_t{wanted.size() - shown});
    // Evenly spread: what is shown is a sample of what came, not its beginning.
    const auto each = [&](auto&& visit) {
      for (size_t i = 0; i < shown; ++i) visit(*wanted[i * wanted.size() / shown]);
    };
    json.key("hits").begin_array();
    each([&](const LiveItem& item) {
      if (const auto* hit = std::get_if<LiveHit>(&item)) write_hit(*hit, &json);
    });
    json.end_array().key("drops").begin_array();
    each([&](const LiveItem& item) {
      if (const auto* drop = std::get_if<LiveDrop>(&item)) write_drop(*drop, &json);
    });
    json.end_array().end_object();
    append_event({id_of(place_), "hits", data}, &text_);
  }

  std::unique_ptr<LiveTail::Watcher> watcher_;
  const Show show_;
  Allowance allowance_;
  LiveTail::Place place_;
  bool has_missed_ = false;
  int64_t said_ns_ = 0;
  std::string text_;  // not yet sent
};

HttpResponse too_many_watchers(const LiveTail& live) {
  auto response = json_error(
      503, {fmt::format("{} watch already, which is as many as can; close one or try again later",
                        live.limits().watchers_max)});
  response.headers.emplace_back("Retry-After", "10");
  return response;
}

}  // namespace

HttpResponse get_live(const Call& call) {
  const HttpRequest& request = call.request;
  LiveTail* const live = call.context.live;
  if (live == nullptr) return json_error(503, {"this server shows no hits as they arrive"});
  const auto given = request.parameter("service").value_or("");
  const auto service = given.empty() ? std::string() : service_name(given);
  if (!service) return json_error(400, {"expected the name of a service", -1, "service"});
  const auto show = parse_show(request.parameter("show").value_or(""));
  if (!show) return json_error(400, {"expected all, people, bots or errors", -1, "show"});
  auto watcher = live->watch(*service);
  if (!watcher) return too_many_watchers(*live);
  const auto stream =
      std::make_shared<LiveStream>(std::move(watcher), *show, call.context.live_hits_per_s);
  const std::string_view last_id = request.header("last-event-id");
  stream->begin(last_id.empty() ? request.parameter("after").value_or("") : last_id);
  return stream_response([stream] { return stream->next(monotonic_ns()); });
}

}  // namespace ballcone
