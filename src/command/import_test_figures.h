// Figures of an import with a value in every part.
#pragma once

#include "importer.h"

namespace ballcone {

inline ImportFigures test_figures() {
  ImportFigures figures;
  figures.import = 3;
  figures.file = "/var/log/access.log.1";
  figures.format = "combined";
  figures.files = 2;
  figures.files_read = 1;
  figures.files_known = 1;
  figures.file_bytes = 1'234'567;
  figures.file_bytes_max = 3'000'000;
  figures.bytes = 2'000'000;
  figures.bytes_known = 500'000;
  figures.lines = 10'003;
  figures.stored = 10'000;
  figures.repaired = 1;
  figures.dropped[static_cast<size_t>(Drop::malformed)] = 2;
  figures.dropped[static_cast<size_t>(Drop::bad_time)] = 1;
  figures.examples[static_cast<size_t>(Drop::malformed)] = {"access.log.1:17: \x1b[31mhello",
                                                            "access.log.1:18: привет"};
  figures.services["blog"] = {9'000, 1'000, 1'795'435'200'000'000, 1'795'521'600'000'000};
  figures.services["магазин"] = {1'000, 1, 1'795'435'200'000'000, 1'795'435'260'000'000};
  figures.problems = {"b.log.gz: expected a whole gzip file"};
  figures.steps = {{"decode", 10'003, 2'500'750}, {"append", 10'000, 2'500'750}};
  figures.seconds = 0.5;
  figures.is_stopped = true;
  return figures;
}

}  // namespace ballcone
