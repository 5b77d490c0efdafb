// Lines for a person on standard error: `2026-11-23T12:00:00Z warning text`. Any thread.
#pragma once

#include <fmt/core.h>

#include <atomic>
#include <cstdint>
#include <string_view>

namespace ballcone {

enum class LogLevel { debug, info, warning, error };

void set_log_level(LogLevel level);
bool log_enabled(LogLevel level);
// Writes one line in one system call. Control bytes in `text` are written as \xNN: a log line stays
// a line.
void log_line(LogLevel level, std::string_view text);

template <class... Args>
void log_info(fmt::format_string<Args...> format, Args&&... args) {
  if (log_enabled(LogLevel::info))
    log_line(LogLevel::info, fmt::vformat(format, fmt::make_format_args(args...)));
}
template <class... Args>
void log_warning(fmt::format_string<Args...> format, Args&&... args) {
  if (log_enabled(LogLevel::warning))
    log_line(LogLevel::warning, fmt::vformat(format, fmt::make_format_args(args...)));
}
template <class... Args>
void log_error(fmt::format_string<Args...> format, Args&&... args) {
  if (log_enabled(LogLevel::error))
    log_line(LogLevel::error, fmt::vformat(format, fmt::make_format_args(args...)));
}

// Lets `burst` events through, then one per `interval_us`; what it held back it counts. One thread.
class RateLimit {
 public:
  RateLimit(int burst, int64_t interval_us) : burst_(burst), interval_us_(interval_us) {}
  // True if the event at `now_us` may be logged; `*held_back` is then how many were not since the
  // last one.
  bool allow(int64_t now_us, uint64_t* held_back);

 private:
  int burst_;
  int64_t interval_us_;
  int64_t last_us_ = 0;
  int used_ = 0;
  uint64_t held_back_ = 0;
};

}  // namespace ballcone
