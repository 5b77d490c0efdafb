// One hit as it was sent, before it is known whether it may be stored; inside this room only.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collect/request.h"

namespace ballcone {

constexpr size_t kUrlBytesMax = 8192;
constexpr size_t kEventNameBytesMax = 120;  // Plausible's limit
constexpr size_t kFactBytesMax = 64;

struct CollectedHit {
  // Whose it says to be: names or hosts, perhaps several; and the key that it shows.
  std::vector<std::string> services;
  std::string key;
  std::string_view via;
  int64_t time_us = 0;
  std::string scheme, host, uri;  // of the page; uri is path and query
  std::string referrer, user_agent, address;
  std::string event, props, browser_facts;
  std::string method;
  int64_t engaged_us = -1;  // -1: absent
  int status = 0;           // 0: absent
  int gpc = -1;             // -1: absent
  std::string idempotency_key;

  // As at first, but for the memory of its texts.
  void clear();
};

// Why a request could not be read; nothing if it could.
using Fault = std::optional<Refusal>;
Fault fault(Drop reason, std::string sentence);
// Bodies are read as they are: compressed, none can be understood.
bool is_encoded(const CollectRequest& request);
Refusal encoded_fault();

// "https://user@Example.com:443/a?b#c" → https, example.com, /a?b. With `keeps_fragment` the
// fragment becomes part of the path: "/app#/a".
Fault set_url(std::string_view url, bool keeps_fragment, CollectedHit* hit);
// Referrers that are no URLs are left out.
void set_referrer(std::string_view url, CollectedHit* hit);
// A name for people and SQL: trimmed, not empty, not too long, not "-".
Fault set_event(std::string_view name, CollectedHit* hit);
// Adds "name=value" unless the value is empty, too long, or would break the list.
void add_fact(std::string_view name, std::string_view value, std::string* facts);

// Host of an Origin or Referer, lower case, without port; empty if it has none ("null").
std::string host_of(std::string_view url);

// {"service":"blog","time_us":…}: what the decoder `collected` reads. `service` is where it will be
// stored.
std::string line_of(const CollectedHit& hit, std::string_view service);

// "text" with its quotes, as JSON; ill-formed UTF-8 becomes U+FFFD.
void append_quoted(std::string_view text, std::string* out);

}  // namespace ballcone
