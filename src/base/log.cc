#include "base/log.h"

#include <fmt/format.h>
#include <unistd.h>

#include <utility>

#include "base/clock.h"
#include "base/time.h"

namespace ballcone {
namespace {
std::atomic<LogLevel> g_level{LogLevel::info};
constexpr const char* kLevelNames[] = {"debug", "info", "warning", "error"};
}  // namespace

void set_log_level(LogLevel level) { g_level = level; }
bool log_enabled(LogLevel level) { return level >= g_level.load(std::memory_order_relaxed); }

void log_line(LogLevel level, std::string_view text) {
  std::string line = fmt::format("{} {} ", format_time(now_us() / 1'000'000 * 1'000'000),
                                 kLevelNames[static_cast<int>(level)]);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      line += fmt::format("\\x{:02x}", byte);
    } else {
      line += c;
    }
  }
  line += '\n';
  // A log that cannot be written has nowhere to say so.
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

bool RateLimit::allow(int64_t now_us, uint64_t* held_back) {
  if (now_us - last_us_ >= interval_us_) {
    last_us_ = now_us;
    used_ = 0;
  }
  if (used_ >= burst_) {
    ++held_back_;
    return false;
  }
  ++used_;
  *held_back = std::exchange(held_back_, 0);
  return true;
}

}  // namespace ballcone
