// CHECK(condition): we are wrong if it fails, so the program stops, in release too.
#pragma once

namespace ballcone {
[[noreturn]] void fail_check(const char* condition, const char* file, int line);
}  // namespace ballcone

#define CHECK(condition) \
  ((condition) ? void() : ::ballcone::fail_check(#condition, __FILE__, __LINE__))
