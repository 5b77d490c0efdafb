#include "ingest/head.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace ballcone {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// What rotation, compression and habit put around a name.
constexpr std::array<std::string_view, 12> kNoise{"gz",     "bz2",  "zst",        "log",
                                                  "access", "txt",  "json",       "other_vhosts",
                                                  "ssl",    "http", "access_log", "accesslog"};

// "1", "20261123", "2026-11-23"
bool is_number(std::string_view part) {
  return !part.empty() &&
         std::all_of(part.begin(), part.end(), [](char c) { return is_digit(c) || c == '-'; });
}

bool is_noise(std::string_view part) {
  return part.empty() || is_number(part) ||
         std::find(kNoise.begin(), kNoise.end(), part) != kNoise.end();
}

}  // namespace

std::vector<std::string_view> lines_of(std::string_view head) {
  std::vector<std::string_view> lines;
  while (!head.empty()) {
    const size_t end = head.find('\n');
    std::string_view line = head.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    head.remove_prefix(end == head.npos ? head.size() : end + 1);
  }
  return lines;
}

std::string_view without_comments(std::string_view head) {
  while (head.starts_with('#')) {
    const size_t end = head.find('\n');
    head.remove_prefix(end == head.npos ? head.size() : end + 1);
  }
  return head;
}

std::string service_of_file(std::string_view name) {
  std::string left = to_lower_ascii(name.substr(name.rfind('/') + 1));
  for (bool has_changed = true; has_changed && !left.empty();) {
    has_changed = false;
    const size_t last = left.find_last_of(".-_");
    const size_t begin = last == left.npos ? 0 : last + 1;
    if (is_noise(std::string_view(left).substr(begin))) {
      left.resize(last == left.npos ? 0 : last);
      has_changed = true;
      continue;
    }
    const size_t first = left.find_first_of(".-_");
    if (first != left.npos && is_noise(std::string_view(left).substr(0, first)) &&
        !is_digit(left.front())) {
      left.erase(0, first + 1);
      has_changed = true;
    }
  }
  return left.empty() ? "default" : left;
}

void apply_directive(std::string_view line, Decoder* decoder) {
  if (!decoder->has_directives || !line.starts_with('#')) return;
  const auto next = after_directive(*decoder, line);
  if (next && *next) *decoder = **next;
}

void apply_directives(const Lines& lines, Decoder* decoder) {
  if (!decoder->has_directives) return;
  for (size_t i = 0; i < lines.count(); ++i) apply_directive(lines.line(i), decoder);
}

}  // namespace ballcone
