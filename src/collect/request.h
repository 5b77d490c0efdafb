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
  std::string_view content_encoding;
  std::string_view gpc, dnt;  // Sec-GPC, DNT
  int64_t now_us = 0;
};

struct Refusal {
  Drop reason;
  std::string sentence;  // what was expected, and what came
  size_t line = 0;       // of a body of lines, from 1; 0: the request as a whole
  uint64_t id = 0;       // of a line that was taken first: it may come again
};

struct CollectedLine {
  std::string text;   // as decode/format.h's collected_decoder() reads it
  size_t number = 0;  // of a body of lines, from 1
  uint64_t id = 0;    // the low half of its request_id; 0: it has none
};

// received = lines + refusals.
struct CollectOutcome {
  std::vector<CollectedLine> lines;
  std::vector<Refusal> refusals;
};

}  // namespace ballcone
