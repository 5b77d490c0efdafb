// Every setting, with its default. The command line over the --config file over these.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time_zone.h"

namespace ballcone {

struct Config {
  // Where lines come from.
  std::string syslog_host = "127.0.0.1";
  uint16_t syslog_port = 65140;
  uint64_t syslog_buffer_mb = 64;     // asked of the kernel
  std::vector<std::string> services;  // allowed names; empty: any
  uint64_t services_max = 100;        // of names that a sender may make up
  std::vector<std::string> follow;    // log files that are read as they grow
  std::string log_pixels = "edge";    // whose requests for the pixel are page views: edge, all, off

  // What scripts and pixels may send.
  uint32_t rate_limit = 1000;                // hits a minute of one address; 0: any number
  std::vector<std::string> trusted_proxies;  // "10.0.0.0/8"; loopback always

  // Where hits are kept.
  std::string database = "ballcone.duckdb";
  double period_s = 5;               // between commits
  uint64_t memory_mb = 512;          // of the database engine
  std::string addresses = "masked";  // at rest: masked, none, full
  std::string mask_urls = "on";      // secrets and e-mail addresses in them: on, off

  // When days begin, and what counts as a visit and as a person.
  std::vector<std::string> time_zones;  // "Europe/Berlin", "blog=America/New_York"; empty: UTC
  TimeZones zones;                      // what they say
  int visit_gap_min = 30;               // of silence, which ends a visit
  std::vector<std::string> rules_off;   // names of derive/rules.h
  bool sets_visit_gap = false;  // given, be it the default: the database's own does not count
  bool sets_rules_off = false;

  // What is not kept for ever, in whole days of the service's own calendar; 0: for ever.
  std::string keep_hits = "forever";  // "90d"
  std::string keep_totals = "forever";
  int keep_hits_days = 0;  // what they say
  int keep_totals_days = 0;

  // What is known about addresses, browsers, bots, referrers.
  std::string geoip;     // MMDB file; empty: the one that was installed
  std::string data_dir;  // empty: share/ballcone beside the program

  // Who may look.
  std::string web_host = "127.0.0.1";
  uint16_t web_port = 8080;
  std::vector<std::string> web_allowed_hosts;
  std::string web_auth;  // "", "none" or "basic"
  std::string web_user = "admin";
  std::string web_password_hash;

  // What is shown.
  int top_limit = 5;
  int days = 30;

  std::string log_level = "info";

  // Not a setting, but tests are in a hurry: for the last commit when told to stop.
  int64_t stop_time_max_us = 30'000'000;
};

// Limits of what runs at once; not settings, so that they can be reasoned about.
constexpr uint64_t kLinesBytesMax = 1 << 20;             // one block on its way to the decoder
constexpr uint64_t kQueueBlocksMax = 64;                 // blocks received and not yet decoded
constexpr uint64_t kBatchRowsMax = 102'400;              // one row group of the store
constexpr uint64_t kUploadBytesMax = uint64_t{4} << 30;  // of one file that a browser sends
constexpr size_t kUploadsMax = 8;                        // that are on their way or wait
constexpr int64_t kUploadSilenceMax_us = 60'000'000;     // then what has come is forgotten
constexpr size_t kUploadsShownMax = 64;                  // known, those that are over too
constexpr int64_t kConsoleTimeMax_us = 30'000'000;
constexpr uint64_t kConsoleRowsMax = 10'000;
constexpr uint64_t kLiveWatchersMax = 32;  // who watch hits as they arrive; more are answered 503
constexpr uint64_t kLiveItemsMax = 2048;   // hits kept for them, of some 1 KB each
constexpr int kLiveHitsPerSecond = 20;     // shown to each of them; of more, a sample
constexpr uint64_t kConsoleFileRowsMax = 1'000'000;  // of an answer as CSV or Parquet

}  // namespace ballcone
