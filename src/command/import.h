// `ballcone import`: reads log files into the database, by itself or through the server that has it
// open.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config.h"
#include "importer.h"

namespace ballcone {

// Settings that the command line or its --config file names: they go over those of a running
// server.
struct ImportSettings {
  std::optional<std::string> addresses;
  std::optional<std::string> mask_urls;
  std::optional<std::string> log_pixels;
  std::optional<std::string> geoip;
  std::optional<std::vector<std::string>> services;
  std::optional<uint64_t> services_max;
  std::optional<double> period_s;
  // Those of the database: a server that counts otherwise refuses.
  std::optional<int> visit_gap_min;
  std::optional<std::vector<std::string>> rules_off;
  std::optional<std::vector<std::string>> time_zones;
};

// What the command line says.
struct ImportCommand {
  ImportOptions options;
  ImportSettings settings;
  std::vector<std::string> files;  // names and globs; "-" is standard input
  std::string nginx_conf;          // where the format is read from; empty: as options.format says
  std::string log_format;          // its name there
  bool is_dry_run = false;
  bool prints_json = false;
  bool prints_profile = false;
  bool lists = false;
  uint32_t undo = 0;  // an import's id; 0: none
};

enum ImportExit : int {
  kImportDone = 0,
  kImportFailed = 1,      // the database, or no file could be read
  kImportMisused = 2,     // the command line, the format, the nginx.conf
  kImportIncomplete = 3,  // finished, but some files could not be read, or not to their end
  kImportStopped = 130,   // at a committed position; the same command goes on
};

// Returns the exit code.
int run_import_command(const Config& config, const ImportCommand& command);

}  // namespace ballcone
