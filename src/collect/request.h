// What a script, a pixel or a server has sent, and what became of it. Views live as long as the
// request.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hit/drop.h"

namespace ballcone {

enum class CollectRoute {
  pixel,     // GET /hello.gif
  noscript,  // GET /noscript.gif
  hello,     // POST /api/hello: our script
  event,     // POST /api/event: Plausible's
  hits,      // POST /api/v1/hits: servers and importers
};

struct CollectRequest {
  CollectRoute route = CollectRoute::pixel;
  std::span<const std::pair<std::string_view, std::string_view>> query;  // decoded, UTF-8
  std::string_view body;
  std::string_view peer;  // address of the other end
  // Headers as they came; empty if absent.
  std::string_view origin, referer, user_agent, forwarded_for, cf_connecting_ip, authorization;
  std::string_view gpc, dnt;  // Sec-GPC, DNT
  int64_t now_us = 0;
};

struct Refusal {
  Drop reason;
  std::string sentence;  // what was expected, and what came
  size_t line = 0;       // of a body of lines, from 1; 0: the request as a whole
};

// Lines one after the other, in memory that clear() keeps.
class CollectedLines {
 public:
  size_t size() const { return ends_.size(); }
  bool empty() const { return ends_.empty(); }
  std::string_view operator[](size_t i) const {
    const size_t begin = i == 0 ? 0 : ends_[i - 1];
    return std::string_view(text_).substr(begin, ends_[i] - begin);
  }
  // Whoever adds one appends it to `*begin()`, and then says end().
  std::string* begin() { return &text_; }
  void end() { ends_.push_back(text_.size()); }
  void clear() {
    text_.clear();
    ends_.clear();
  }

 private:
  std::string text_;
  std::vector<size_t> ends_;
};

// received = lines + refusals.
struct CollectOutcome {
  CollectedLines lines;  // as decode/format.h's collected_decoder() reads them
  std::vector<Refusal> refusals;
};

}  // namespace ballcone
