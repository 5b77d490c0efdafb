// `ballcone import --dry-run`: what would be made of each file's first lines. Reads, writes
// nothing.
#pragma once

#include <array>
#include <string>

#include "command/import_files.h"
#include "hit/drop.h"
#include "importer.h"
#include "store/store.h"

namespace ballcone {

struct DryRun {
  std::string text;                   // for standard output
  std::vector<std::string> problems;  // files that cannot be read or are in no known format
};

constexpr size_t kDryRunLines = 10;

// What a file's first lines came to.
struct FirstLines {
  std::string format;
  size_t lines = 0;
  Table table;  // of the first kDryRunLines hits
  std::array<uint64_t, kDropCount> dropped{};
  std::array<std::string, kDropCount> examples;
};

// Takes the file over. Texts are cut to fit into `width` characters; 0: they are whole.
Result<FirstLines> read_first_lines(const ImportOptions& options, const ImportFile& file,
                                    size_t width);

// Takes the files over. Tables are at most `width` characters wide.
DryRun dry_run(const ImportOptions& options, const std::vector<ImportFile>& files, size_t width);

}  // namespace ballcone
