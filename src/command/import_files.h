// Names as a person gives them → open files, each once, older rotations first.
#pragma once

#include <string>
#include <vector>

#include "importer.h"

namespace ballcone {

// The name of standard input: one that tells nothing about a service.
constexpr const char* kStandardInput = "-";

// access.log.10.gz before access.log.2 before access.log; access.log-20261122 before
// access.log-20261123 before access.log. Files that are no rotations of one another stay in the
// order in which the first of each came. Pure.
std::vector<std::string> in_rotation_order(const std::vector<std::string>& names);

// What exists is taken by its name; of the others * ? and [ are expanded, sorted. A pattern that
// matches nothing becomes a problem.
std::vector<std::string> expand_names(const std::vector<std::string>& arguments,
                                      std::vector<std::string>* problems);

struct OpenedFiles {
  std::vector<ImportFile> files;
  std::vector<std::string> problems;  // "x.log: No such file or directory"
};

// Expands, orders and opens; "-" is standard input. The same file under two names is opened once.
OpenedFiles open_files(const std::vector<std::string>& arguments);

// Lets this process have as many files open as the system allows it; returns how many those are.
uint64_t raise_open_files_max();

}  // namespace ballcone
