// What `ballcone import` tells a person. All functions are pure; no text moves the cursor.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "importer.h"
#include "store/store.h"

namespace ballcone {

std::string count_text(uint64_t count);      // 12,345,678
std::string bytes_text(uint64_t bytes);      // 1.2 GB
std::string duration_text(double duration);  // of seconds: 0.4 s, 12 s, 3 min 20 s, 1 h 5 min
// One line, at most `width` characters, "…" where it was cut; control characters as \xNN.
std::string fit(std::string_view text, size_t width);

// How fast it goes now: over the last few seconds, since known files are skipped in no time.
class ImportSpeed {
 public:
  void add(const ImportFigures& figures);
  double lines_per_s() const;
  // Nothing while it cannot be told.
  std::optional<double> seconds_left() const;

 private:
  struct Moment {
    double seconds;
    uint64_t lines;
    uint64_t file_bytes;
    uint64_t file_bytes_max;
  };
  std::deque<Moment> moments_;
};

// 41%  1.2 GB of 2.9 GB  1,240,000 lines/s  12 s left  stored 10,234,112  dropped 12
// access.log.3.gz
std::string progress_line(const ImportFigures& figures, const ImportSpeed& speed, size_t width);

struct SummaryContext {
  std::string database;
  std::string dashboard;  // "http://127.0.0.1:8080/"; empty: no server runs
  std::string label;      // as the command gave it
  size_t width = 100;     // of the terminal
  bool is_again = false;
};
std::string summary_text(const ImportFigures& figures, const SummaryContext& context);
// ns per line and share of each stage.
std::string profile_text(const ImportFigures& figures);
std::string list_text(const std::vector<ImportInfo>& imports);

}  // namespace ballcone
