#include "base/mask_addresses.h"

#include <gtest/gtest.h>

#include <utility>

namespace ballcone {
namespace {

TEST(MaskAddresses, MasksWhatIsAnAddressAndNothingElse) {
  const std::pair<const char*, const char*> rows[] = {
      {"", ""},
      {"192.0.2.77", "192.0.2.0"},
      {"{\"ip\":\"192.0.2.77\",\"n\":1.5}", "{\"ip\":\"192.0.2.0\",\"n\":1.5}"},
      {"192.0.2.77 - - [23/Nov/2026:12:00:00 +0000]", "192.0.2.0 - - [23/Nov/2026:12:00:00 +0000]"},
      {"from 192.0.2.77:4711, 198.51.100.9.", "from 192.0.2.0:4711, 198.51.100.0."},
      {"source:192.0.2.77", "source:192.0.2.0"},
      {"[2001:db8:1:2::77]:80 2001:db8:1:2::77.", "[2001:db8:1::]:80 2001:db8:1::."},
      {"::ffff:192.0.2.77", "192.0.2.0"},
      {"a:b:c d::e.f ::: ...", "a:b:c d::e.f ::: ..."},
      {"Firefox/145.0 999.0.0.1 1.2.3.4.5", "Firefox/145.0 999.0.0.1 1.2.3.4.5"},
  };
  for (const auto& [text, want] : rows) EXPECT_EQ(mask_addresses_in(text), want);
}

}  // namespace
}  // namespace ballcone
