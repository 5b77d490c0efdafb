// The pixel's short way: a request that was read in place becomes a line and an answer, with memory
// that is used again and again. What it answers is what get_pixel() would.
#include <algorithm>
#include <memory>

#include "base/form.h"
#include "base/log.h"
#include "base/text.h"
#include "base/time.h"
#include "web/handlers.h"
#include "web/http.h"

namespace ballcone {
namespace {

std::string whole_answer(const HttpResponse& response, int64_t now_us) {
  const std::string_view body = response.static_body.empty() ? response.body : response.static_body;
  std::string text = write_head(response, body.size(), true, format_http_date(now_us));
  return text.append(body);
}

// The answer to a pixel that was taken; it changes once a second.
class Accepted {
 public:
  const std::string& at(int64_t now_us) {
    if (const int64_t second = now_us / kSecond_us; second != second_) {
      second_ = second;
      text_ = whole_answer(pixel_response(nullptr), now_us);
    }
    return text_;
  }

 private:
  int64_t second_ = -1;
  std::string text_;
};

class PixelHandler {
 public:
  explicit PixelHandler(const WebContext& context) : context_(context) {}

  bool answer(const PlainRequest& request, std::string* out) {
    const bool has_script = request.path == "/hello.gif";
    if (!has_script && request.path != "/noscript.gif") return false;
    const size_t before = out->size();
    try {
      collect(request, has_script ? CollectRoute::pixel : CollectRoute::noscript);
      append_answer(request, out);
    } catch (const std::exception& error) {
      log_error("answering {}: {}", request.path, error.what());
      out->resize(before);
      out->append(whole_answer(mistake_response(request.path), request.now_us));
    }
    return true;
  }

 private:
  void collect(const PlainRequest& request, CollectRoute route) {
    context_.collect({.route = route,
                      .query = form_.read(request.query),
                      .body = {},
                      .peer = request.peer,
                      .origin = request.origin,
                      .referer = request.referer,
                      .user_agent = request.user_agent,
                      .forwarded_for = request.forwarded_for,
                      .cf_connecting_ip = request.cf_connecting_ip,
                      .authorization = request.authorization,
                      .gpc = request.gpc,
                      .dnt = request.dnt,
                      .now_us = request.now_us},
                     &outcome_);
  }

  void append_answer(const PlainRequest& request, std::string* out) {
    if (outcome_.refusals.empty())
      out->append(accepted_.at(request.now_us));
    else
      out->append(whole_answer(pixel_response(&outcome_.refusals.front()), request.now_us));
  }

  const WebContext& context_;
  FormReader form_;
  CollectOutcome outcome_;
  Accepted accepted_;
};

}  // namespace

PlainHandler make_pixel_handler(const WebContext& context) {
  return
      [handler = std::make_shared<PixelHandler>(context)](
          const PlainRequest& request, std::string* out) { return handler->answer(request, out); };
}

}  // namespace ballcone
