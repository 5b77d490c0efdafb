// Reads whole files into the store, with all cores, each line once.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "config.h"
#include "hit/stats.h"
#include "ingest/claims.h"
#include "ingest/tally.h"
#include "store/salts.h"
#include "store/store.h"

namespace ballcone {

struct ImportOptions {
  std::string service;                // every hit's; empty: as service_from says
  std::string service_from = "line";  // line (then host, then file), host, file
  std::string format = "auto";        // or what open_format() takes
  std::string label;                  // tells equal files of different hosts apart
  std::optional<int64_t> since_us;    // hits before it are dropped
  std::optional<int64_t> until_us;    // hits at it and later are dropped
  std::vector<std::string> excludes;  // paths, with * and ? for any text and any character
  bool keeps_query = true;
  bool is_again = false;  // store what is known as stored too
};

struct ImportFile {
  std::string name;
  int file = -1;  // open for reading; taken over
};

// As of one moment. The tally is of what is committed.
struct ImportFigures : Tally {
  uint32_t import = 0;                // its id; 0: nothing was new
  std::string file;                   // that is being read
  std::string format;                 // of it
  uint64_t files = 0;                 // given
  uint64_t files_read = 0;            // to their end
  uint64_t files_known = 0;           // nothing in them was new
  uint64_t file_bytes = 0;            // read, as they lie on the disk
  uint64_t file_bytes_max = 0;        // of all files; 0: not known (a pipe)
  uint64_t bytes_known = 0;           // of lines, skipped, because they were stored before
  std::vector<std::string> problems;  // files that could not be read, or not to their end
  std::vector<StepTime> steps;        // read, decode, each enrichment, append
  double seconds = 0;
  uint64_t derived_days = 0;  // whose page views, visits and totals were made at the end
  double derive_seconds = 0;  // how long that took, not part of `seconds`
  bool is_stopped = false;    // before the end, at a committed position
};

// One at a time per store would be enough; several work too. `report` is called several times a
// second from one thread. The error is about the import as a whole (the store fails for good);
// trouble with one file goes into problems. When *is_stopping becomes true, what is decoded is
// committed and the figures so far come back.
Result<ImportFigures> run_import(const Config& config, const std::string& data_dir, Store& store,
                                 Salts& salts, const ImportOptions& options,
                                 std::vector<ImportFile> files, Claims& claims,
                                 const std::atomic<bool>& is_stopping,
                                 const std::function<void(const ImportFigures&)>& report);

}  // namespace ballcone
