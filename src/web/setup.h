// The ways in which hits come, each with the lines a person copies: a table for GET /api/v1/setup.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ballcone {

// For whom and from where. Everything in it may stand in a configuration, a page and a shell as it
// is: setup.cc takes nothing else from a request.
struct SetupPlace {
  std::string service;               // as service_name() returns it
  std::string server;                // "127.0.0.1:65140", where syslog is heard
  std::string url;                   // "https://example.org/stats", as visitors reach us
  std::string host = "example.com";  // of the service's pages
  std::string key, server_key;       // empty: the service is not registered
  bool has_hosts = false;            // else a hit of a page needs the key
  std::vector<std::string> options;  // that are switched on

  bool has(std::string_view option) const;
  bool needs_key() const { return !key.empty() && (!has_hosts || has("key")); }
};

// What to do, and what to copy for it; `code` is empty where there is nothing.
struct SetupStep {
  std::string text, code;
};

struct SetupOption {
  std::string_view name, title;
};

struct SetupWay {
  std::string_view name;   // in the page's URL
  std::string_view title;  // of the tab
  std::string_view text;   // one sentence: what happens
  bool is_log = true;      // else visitors' browsers or a server of one's own send hits
  std::span<const SetupOption> options;
  std::vector<SetupStep> (*steps)(const SetupPlace& place);
};

// Pure; any thread.
std::span<const SetupWay> log_ways();   // setup_logs.cc
std::span<const SetupWay> page_ways();  // setup_pages.cc

}  // namespace ballcone
