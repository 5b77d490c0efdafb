// Once the salts are gone, nothing that is left lets a known address and User-Agent be found. The
// test has all that a thief would have: every file, the address, the User-Agent, our own source.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "base/time.h"
#include "derive/derive.h"
#include "enrich/enrich.h"
#include "store/salts.h"
#include "store/store.h"
#include "store/test_folder.h"

namespace ballcone {
namespace {

constexpr int64_t kTime_us = int64_t{1'795'435'200} * kSecond_us;  // 2026-11-23T12:00:00Z
constexpr std::string_view kUserAgent = "Mozilla/5.0 (X11; Linux x86_64) KnownBrowser/7.1";
constexpr std::string_view kAddresses[] = {"198.51.100.77", "2001:db8:77:8899:aabb:ccdd:eeff:1234"};

// Of the store, as the workers ask it.
class StoredSalts : public SaltSource {
 public:
  StoredSalts(Salts& salts, int64_t now_us) : salts_(salts), now_us_(now_us) {}
  Salt salt(std::string_view service, int64_t day) override {
    return salts_.salt(service, day, now_us_);
  }

 private:
  Salts& salts_;
  const int64_t now_us_;
};

// One that was read from the file.
class KnownSalt : public SaltSource {
 public:
  explicit KnownSalt(const Salt& salt) : salt_(salt) {}
  Salt salt(std::string_view, int64_t) override { return salt_; }

 private:
  const Salt salt_;
};

void make_batch(AddressPolicy policy, SaltSource& salts, HitBatch* batch) {
  for (const std::string_view service : {"blog", "shop"})
    for (const std::string_view address : kAddresses)
      batch->append(Hit{.time_us = kTime_us,
                        .service = service,
                        .address = address,
                        .uri = "/",
                        .user_agent = kUserAgent,
                        .status = 200});
  EnrichContext context{.salts = &salts, .addresses = policy};
  enrich(*batch, context, nullptr, nullptr);
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream out;
  out << file.rdbuf();
  return out.str();
}

// "20780 1795435200000000 0f1e2d3c4b5a69788796a5b4c3d2e1f0 example"
std::vector<Salt> salts_in(const std::string& path) {
  std::vector<Salt> salts;
  std::istringstream lines(read_file(path));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string day, use, hex;
    words >> day >> use >> hex;
    if (hex.size() != 32) continue;
    Salt salt{};
    for (size_t i = 0; i < salt.size(); ++i)
      std::from_chars(hex.data() + 2 * i, hex.data() + 2 * i + 2, salt[i], 16);
    salts.push_back(salt);
  }
  return salts;
}

// A database in which a day was stored and derived, closed again.
class StoredDay {
 public:
  explicit StoredDay(AddressPolicy policy) {
    open();
    StoredSalts source(*salts_, kTime_us);
    HitBatch batch;
    make_batch(policy, source, &batch);
    visitors_.insert(batch.visitor.begin(), batch.visitor.end());
    EXPECT_TRUE(salts_->save());
    EXPECT_TRUE(store_->append(batch));
    EXPECT_TRUE(derive_changed(*store_, {}, {}));
    open();
  }

  void open() {
    store_.reset();
    store_ = std::move(*open_store({.path = folder_.file("x.duckdb")}));
    salts_ = std::move(*open_salts(salts_path()));
  }
  // As --keep-hits does, when the day is long over.
  void forget() {
    const DeriveOptions options{.keep_hits_days = 1, .keep_totals_days = 1};
    EXPECT_GT(forget_old(*store_, {}, options, kTime_us + 30 * kDay_us).value_or(0), 0u);
  }
  std::string salts_path() const { return folder_.file("x.duckdb.salts"); }
  Salts& salts() { return *salts_; }
  const std::set<uint64_t>& visitors() const { return visitors_; }

  // In how many tables some row has the text in some column.
  int tables_with(const std::string& text) {
    const auto tables = store_->query(
        {"SELECT schema_name, table_name FROM duckdb_tables() WHERE NOT internal", {}}, {});
    EXPECT_TRUE(tables && tables->rows.size() > 20);
    int found = 0;
    for (const auto& row : tables->rows) {
      const auto count = store_->query(
          {fmt::format("SELECT count(*) FROM \"{}\".\"{}\" t WHERE contains(CAST(t AS VARCHAR), ?)",
                       std::get<std::string>(row[0]), std::get<std::string>(row[1])),
           {text}},
          {});
      EXPECT_TRUE(count) << count.error().message;
      found += std::get<int64_t>(count->rows[0][0]) > 0;
    }
    return found;
  }

  // In how many files, byte by byte, free blocks included: first as they are, with what waits in
  // the write-ahead log, then when that has been taken over.
  int files_with(std::string_view bytes) {
    const int found = count_files_with(bytes);
    EXPECT_TRUE(store_->checkpoint());
    return found + count_files_with(bytes);
  }

  // How many visitors one finds who tries every salt that is left, and none.
  size_t visitors_found() {
    std::set<uint64_t> found;
    std::vector<Salt> salts = salts_in(salts_path());
    salts.emplace_back();
    for (const Salt& salt : salts) {
      KnownSalt source(salt);
      HitBatch batch;
      make_batch(AddressPolicy::masked, source, &batch);
      for (const uint64_t visitor : batch.visitor)
        if (tables_with(std::to_string(visitor)) > 0) found.insert(visitor);
    }
    return found.size();
  }

 private:
  int count_files_with(std::string_view bytes) const {
    int found = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.file("")))
      found += entry.is_regular_file() && read_file(entry.path()).find(bytes) != std::string::npos;
    return found;
  }

  const TestFolder folder_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Salts> salts_;
  std::set<uint64_t> visitors_;
};

std::string text_of_bytes(const IpAddress& address) {
  return {reinterpret_cast<const char*>(address.bytes.data()), address.bytes.size()};
}

// While the salts live, all four visitors can be told: what the others look for can be found.
TEST(SaltGone, IsNeededSinceVisitorsCanBeFoundBefore) {
  StoredDay day(AddressPolicy::masked);
  EXPECT_EQ(day.visitors().size(), 4u);
  EXPECT_EQ(salts_in(day.salts_path()).size(), 2u);
  EXPECT_EQ(day.visitors_found(), 4u);
}

TEST(SaltGone, LeavesNobodyToBeFound) {
  StoredDay day(AddressPolicy::masked);
  const std::vector<Salt> gone = salts_in(day.salts_path());
  ASSERT_EQ(*day.salts().expire(kTime_us + kSaltLife_us), 2);
  day.open();
  // The next day's hits bring salts of their own; the old day's would be another one, too.
  StoredSalts next(day.salts(), kTime_us + kSaltLife_us);
  for (const char* service : {"blog", "shop"}) {
    next.salt(service, kTime_us / kDay_us);
    next.salt(service, kTime_us / kDay_us + 2);
  }
  ASSERT_TRUE(day.salts().save());
  ASSERT_EQ(salts_in(day.salts_path()).size(), 4u);
  EXPECT_EQ(day.visitors_found(), 0u);
  for (const uint64_t visitor : day.visitors())
    EXPECT_GT(day.tables_with(std::to_string(visitor)), 0) << "the hits themselves are there";

  ASSERT_EQ(gone.size(), 2u);
  for (const Salt& salt : gone) {
    std::string hex;
    for (const uint8_t byte : salt) hex += fmt::format("{:02x}", byte);
    EXPECT_EQ(day.files_with(hex), 0);
    EXPECT_EQ(day.files_with({reinterpret_cast<const char*>(salt.data()), salt.size()}), 0);
  }
}

TEST(SaltGone, LeavesOfAddressesTheirNetworkOnly) {
  StoredDay day(AddressPolicy::masked);
  for (const std::string_view address : kAddresses) {
    EXPECT_EQ(day.tables_with(std::string(address)), 0) << address;
    EXPECT_EQ(day.files_with(address), 0) << address;
    EXPECT_EQ(day.files_with(text_of_bytes(*parse_ip(address))), 0) << address;
  }
  EXPECT_GT(day.tables_with("198.51.100.0"), 0);
  EXPECT_GT(day.tables_with("2001:db8:77::"), 0);
  // That the search finds addresses where they are.
  StoredDay full(AddressPolicy::full);
  for (const std::string_view address : kAddresses) {
    EXPECT_GT(full.tables_with(std::string(address)), 0) << address;
    EXPECT_GT(full.files_with(address), 0) << address;
  }
}

// A day that is forgotten leaves blocks that are free, and bytes in them.
TEST(SaltGone, LeavesNobodyInWhatWasDeletedEither) {
  StoredDay day(AddressPolicy::masked);
  ASSERT_EQ(*day.salts().expire(kTime_us + kSaltLife_us), 2);
  day.forget();
  for (const uint64_t visitor : day.visitors())
    EXPECT_EQ(day.tables_with(std::to_string(visitor)), 0) << visitor;
  EXPECT_EQ(day.visitors_found(), 0u);
  for (const std::string_view address : kAddresses)
    EXPECT_EQ(day.files_with(address), 0) << address;
}

}  // namespace
}  // namespace ballcone
