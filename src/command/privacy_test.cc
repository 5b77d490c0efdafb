#include "command/privacy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/time.h"
#include "enrich/enrich.h"
#include "store/test_folder.h"

namespace ballcone {
namespace {

using testing::HasSubstr;
using testing::Not;

class OneSalt : public SaltSource {
 public:
  Salt salt(std::string_view, int64_t) override { return {1}; }
};

Config database_with(const TestFolder& folder, const std::vector<Hit>& hits,
                     AddressPolicy addresses, bool masks_urls) {
  Config config;
  config.database = folder.file("x.duckdb");
  auto store = open_store({.path = config.database});
  EXPECT_TRUE(store) << store.error().message;
  HitBatch batch;
  for (const Hit& hit : hits) batch.append(hit);
  OneSalt salts;
  EnrichContext context{.salts = &salts, .addresses = addresses, .masks_urls = masks_urls};
  enrich(batch, context, nullptr, nullptr);
  EXPECT_TRUE((*store)->append(batch));
  return config;
}

// "address: 2, masked to /24 and /48, 192.0.2.0"
std::string row_of(const Table& table, std::string_view column) {
  for (const auto& row : table.rows) {
    if (std::get<std::string>(row[0]) != column) continue;
    const auto* example = std::get_if<std::string>(&row[4]);
    return std::to_string(std::get<int64_t>(row[2])) + ", " + std::get<std::string>(row[3]) + ", " +
           (example ? *example : "-");
  }
  return "";
}

const std::vector<Hit> kHits = {{.time_us = 1'700'000'000 * kSecond_us,
                                 .service = "example",
                                 .address = "192.0.2.77",
                                 .uri = "/u/jane@example.org?token=abcdef",
                                 .referrer = "https://a.example/mail/jane@example.org",
                                 .user_agent = "Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0"}};

TEST(PrivacyCheck, SaysThatEverythingIsMasked) {
  const TestFolder folder;
  const auto table =
      check_privacy(database_with(folder, kHits, AddressPolicy::masked, /*masks_urls=*/true));
  ASSERT_TRUE(table) << table.error().message;
  EXPECT_EQ(row_of(*table, "address"), "1, masked to /24 and /48, 192.0.2.0");
  EXPECT_EQ(row_of(*table, "path"), "1, nothing that a rule of masking finds, /u/***");
  EXPECT_EQ(row_of(*table, "query"), "1, nothing that a rule of masking finds, token=***");
  EXPECT_EQ(row_of(*table, "referrer"),
            "1, nothing that a rule of masking finds, https://a.example/mail/***");
  EXPECT_EQ(row_of(*table, "user_agent"),
            "1, no e-mail address, token or card number found, Mozilla/5.0 …");
  EXPECT_THAT(row_of(*table, "visitor"), HasSubstr("1, keyed hashes"));
  EXPECT_EQ(row_of(*table, "props"), "0, holds nothing, -");
}

TEST(PrivacyCheck, FindsWhatIsNotMaskedAndDoesNotShowIt) {
  const TestFolder folder;
  const auto table =
      check_privacy(database_with(folder, kHits, AddressPolicy::full, /*masks_urls=*/false));
  ASSERT_TRUE(table) << table.error().message;
  EXPECT_EQ(row_of(*table, "address"), "1, 1 not masked, 192.0.2.0");
  EXPECT_EQ(row_of(*table, "path"), "1, 1 with what should be masked, /u/***");
  EXPECT_EQ(row_of(*table, "query"), "1, 1 with what should be masked, token=***");
  EXPECT_EQ(row_of(*table, "referrer"),
            "1, 1 with what should be masked, https://a.example/mail/***");
  for (const auto& row : table->rows)
    for (const auto& cell : row)
      if (const auto* text = std::get_if<std::string>(&cell)) {
        EXPECT_THAT(*text, Not(HasSubstr("jane")));
        EXPECT_THAT(*text, Not(HasSubstr("192.0.2.77")));
      }
}

TEST(PrivacyCheck, TakesAnEmptyDatabaseAndRefusesNone) {
  const TestFolder folder;
  Config config;
  config.database = folder.file("x.duckdb");
  const auto none = check_privacy(config);
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().message, HasSubstr("does not exist; -d names another"));
  const auto empty = check_privacy(database_with(folder, {}, AddressPolicy::masked, true));
  ASSERT_TRUE(empty) << empty.error().message;
  EXPECT_EQ(row_of(*empty, "address"), "0, holds nothing, -");
}

}  // namespace
}  // namespace ballcone
