// The pixel where it lies on a CDN or another server: nobody answers it here, a log tells that it
// was asked for. ownstats counts in this way alone.
#pragma once

#include <string>
#include <string_view>

#include "base/form.h"
#include "hit/hit.h"

namespace ballcone {

// "/hello.gif?u=…" and "/stats/noscript.gif".
bool is_pixel(std::string_view uri);

// What a pixel's parameters say; a hit's views point into it.
struct LoggedPixel {
  std::string scheme, host, uri, referrer, user_agent;
  std::string event, props, browser_facts;
  FormReader form;
};

// Makes of `*hit`, whose URI is_pixel() and still has its query, the page view or event that it
// tells of, by the rules of GET /hello.gif. Its time, address, User-Agent, edge and what else is of
// the connection stay the log's; so do bytes, time taken, protocol and cache, which are the
// picture's. `*pixel` holds the new text, and lives as long as the hit.
//
// False if it stays the request for a picture: it names no page (a hello.gif that is a picture), or
// what it says is not what the route takes; then it is marked as repaired.
bool read_logged_pixel(LoggedPixel* pixel, Hit* hit);

}  // namespace ballcone
