// Log lines for the benchmarks: those of a file, one per line, or of the demo's traffic.
#pragma once

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "decode/format.h"

namespace ballcone {

// Each with the padding a decoder may read.
class BenchLines {
 public:
  explicit BenchLines(const std::string& path) {
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
      bytes_ += line.size();
      sizes_.push_back(line.size());
      lines_.push_back(line + std::string(kLinePadding, '\0'));
    }
    if (lines_.empty()) {
      std::cerr << "expected log lines in " << path << " (bench/run makes them)\n";
      std::exit(1);
    }
  }
  size_t size() const { return lines_.size(); }
  size_t bytes() const { return bytes_; }
  std::string_view operator[](size_t i) const {
    return std::string_view(lines_[i]).substr(0, sizes_[i]);
  }

 private:
  std::vector<std::string> lines_;
  std::vector<size_t> sizes_;
  size_t bytes_ = 0;
};

// BENCH_LINES names the file.
inline const BenchLines& bench_lines() {
  const char* path = std::getenv("BENCH_LINES");
  static const BenchLines lines(path != nullptr ? path : "build/bench/lines.txt");
  return lines;
}

}  // namespace ballcone
