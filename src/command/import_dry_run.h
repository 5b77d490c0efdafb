// `ballcone import --dry-run`: what would be made of each file's first lines. Reads, writes
// nothing.
#pragma once

#include <string>

#include "command/import_files.h"
#include "importer.h"

namespace ballcone {

struct DryRun {
  std::string text;                   // for standard output
  std::vector<std::string> problems;  // files that cannot be read or are in no known format
};

constexpr size_t kDryRunLines = 10;

// Takes the files over. Tables are at most `width` characters wide.
DryRun dry_run(const ImportOptions& options, const std::vector<ImportFile>& files, size_t width);

}  // namespace ballcone
