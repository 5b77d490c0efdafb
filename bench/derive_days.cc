// derive_days DATABASE [ROUNDS]: how long it takes to derive all of a database anew, and how its
// file grows when the newest day is derived ROUNDS times more.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/clock.h"
#include "derive/derive.h"
#include "store/store.h"

using namespace ballcone;

namespace {

[[noreturn]] void die(const std::string& message) {
  std::fprintf(stderr, "derive_days: %s\n", message.c_str());
  std::exit(1);
}

void check(const Result<void>& done) {
  if (!done) die(done.error().message);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) die("usage: derive_days DATABASE [ROUNDS]");
  auto store = open_store({.path = argv[1], .memory_bytes_max = size_t{512} << 20});
  if (!store) die(store.error().message);
  const TimeZones zones;
  const DeriveOptions options;
  check((*store)->transact([](Transaction& transaction) {
    return transaction.execute("DELETE FROM data.meta WHERE key = 'derived_totals'");
  }));
  check(prepare_derived(**store, zones, options));
  check((*store)->checkpoint());
  std::printf("before: %.1f MB\n", static_cast<double>((*store)->info()->file_bytes) / 1e6);
  const auto figures = derive_changed(**store, zones, options);
  if (!figures) die(figures.error().message);
  check((*store)->checkpoint());
  std::printf("%llu days in %.2f s: %.1f MB\n", static_cast<unsigned long long>(figures->days),
              static_cast<double>(figures->took_us) / 1e6,
              static_cast<double>((*store)->info()->file_bytes) / 1e6);
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 0;
  for (int i = 1; i <= rounds; ++i) {
    check((*store)->transact([](Transaction& transaction) {
      return transaction.execute(
          "INSERT INTO data.changes SELECT service, 0, from_time, from_time, 0 FROM derived.days"
          " WHERE day = (SELECT max(day) FROM derived.days)");
    }));
    const auto again = derive_changed(**store, zones, options);
    if (!again) die(again.error().message);
    if (i % std::max(rounds / 20, 1) == 0)
      std::printf("%d rounds: %.1f MB, the last took %.3f s\n", i,
                  static_cast<double>((*store)->info()->file_bytes) / 1e6,
                  static_cast<double>(again->took_us) / 1e6);
    std::fflush(stdout);
  }
}
