#include "enrich/visitor.h"

#include <gtest/gtest.h>

#include "base/time.h"

namespace ballcone {
namespace {

// The same salt for the same service's day, and a count of how often it was asked.
class TestSalts : public SaltSource {
 public:
  explicit TestSalts(uint8_t seed = 0) : seed_(seed) {}
  Salt salt(std::string_view service, int64_t day) override {
    ++asked;
    Salt salt{seed_, static_cast<uint8_t>(day), static_cast<uint8_t>(day >> 8)};
    if (is_same_for_services) return salt;
    for (size_t i = 0; i < service.size() && i < 13; ++i)
      salt[3 + i] = static_cast<uint8_t>(service[i]);
    return salt;
  }
  int asked = 0;
  bool is_same_for_services = false;

 private:
  uint8_t seed_;
};

constexpr Hit kHit{.time_us = 20'000 * kDay_us + 5,
                   .service = "example",
                   .address = "192.0.2.77",
                   .user_agent = "Mozilla/5.0"};

std::vector<uint64_t> visitors(std::initializer_list<Hit> hits, SaltSource& salts) {
  HitBatch batch;
  EnrichContext context{.salts = &salts};
  for (const Hit& hit : hits) batch.append(hit);
  fill_visitor(batch, context);
  return batch.visitor;
}

uint64_t visitor(const Hit& hit) {
  TestSalts salts;
  return visitors({hit}, salts)[0];
}

template <class Change>
uint64_t visitor_with(Change change) {
  Hit hit = kHit;
  change(hit);
  return visitor(hit);
}

TEST(Visitor, DependsOnAddressUserAgentServiceAndDay) {
  const uint64_t same = visitor(kHit);
  EXPECT_EQ(visitor_with([](Hit& h) { h.time_us += kDay_us - 6; }), same);
  EXPECT_EQ(visitor_with([](Hit& h) { h.uri = "/other"; }), same);
  EXPECT_EQ(visitor_with([](Hit& h) { h.address = "::ffff:192.0.2.77"; }), same);

  EXPECT_NE(visitor_with([](Hit& h) { h.address = "192.0.2.78"; }), same);
  EXPECT_NE(visitor_with([](Hit& h) { h.user_agent = "Mozilla/5.1"; }), same);
  EXPECT_NE(visitor_with([](Hit& h) { h.user_agent = ""; }), same);
  EXPECT_NE(visitor_with([](Hit& h) { h.service = "other"; }), same);
  EXPECT_NE(visitor_with([](Hit& h) { h.time_us += kDay_us; }), same);
  EXPECT_NE(visitor_with([](Hit& h) { h.time_us -= 6; }), same);
}

TEST(Visitor, DependsOnSalt) {
  TestSalts a(1);
  TestSalts b(2);
  EXPECT_NE(visitors({kHit}, a), visitors({kHit}, b));
}

// Even a source that gave two services the same salt would not link their visitors.
TEST(Visitor, IsAnotherOneOnAnotherServiceWithTheSameSalt) {
  TestSalts salts;
  salts.is_same_for_services = true;
  Hit other = kHit;
  other.service = "other";
  const auto both = visitors({kHit, other}, salts);
  EXPECT_NE(both[0], both[1]);
}

// SipHash-2-4 over the address and BLAKE2b of the User-Agent, with the key BLAKE2b(service, salt):
// stored hashes of a day must not change with a new version of the program. (The value was computed
// with Python as well.)
TEST(Visitor, StaysTheSameAcrossVersions) {
  TestSalts salts;
  EXPECT_EQ(visitors({kHit}, salts)[0], 240'237'896'164'979u);
}

TEST(Visitor, AsksForEachSaltOnce) {
  TestSalts salts;
  Hit next_day = kHit;
  next_day.time_us += kDay_us;
  Hit other = kHit;
  other.service = "other";
  const auto got = visitors({kHit, next_day, kHit, other, next_day, kHit}, salts);
  EXPECT_EQ(salts.asked, 3);
  EXPECT_EQ(got[0], got[2]);
  EXPECT_EQ(got[0], got[5]);
  EXPECT_EQ(got[1], got[4]);
}

// Days are the service's own: in New York one begins five hours after that of UTC.
TEST(Visitor, IsAnotherOneOnTheServicesNextDay) {
  TestSalts salts;
  TimeZones zones;
  zones.of_service.emplace("example", TimeZone::find("America/New_York").value());
  const auto at = [&](std::string_view service, int64_t time_us) {
    HitBatch batch;
    EnrichContext context{.salts = &salts, .zones = &zones};
    Hit hit = kHit;
    hit.service = service;
    hit.time_us = time_us;
    batch.append(hit);
    fill_visitor(batch, context);
    return batch.visitor[0];
  };
  const int64_t midnight = parse_iso8601("2026-11-24T00:00:00-05:00").value();
  const uint64_t day = at("example", midnight);
  EXPECT_EQ(at("example", midnight + kDay_us - 1), day);
  EXPECT_NE(at("example", midnight - 1), day);
  EXPECT_EQ(at("example", midnight - 1), at("example", midnight - kDay_us));
  EXPECT_EQ(at("other", midnight - 1), at("other", midnight));
  EXPECT_NE(at("other", midnight - 5 * 3'600 * kSecond_us - 1), at("other", midnight));
}

TEST(Visitor, TellsOtherTextApartAndNobodyWithoutAddress) {
  const uint64_t socket = visitor_with([](Hit& h) { h.address = "unix:"; });
  EXPECT_NE(socket, kAbsent<uint64_t>);
  EXPECT_NE(socket, visitor_with([](Hit& h) { h.address = "garbage"; }));
  EXPECT_EQ(visitor_with([](Hit& h) { h.address = ""; }), kAbsent<uint64_t>);
}

std::string at_rest(std::string_view address, AddressPolicy policy) {
  HitBatch batch;
  EnrichContext context{.addresses = policy};
  batch.append(Hit{.time_us = 1, .address = address});
  apply_address_policy(batch, context);
  return std::string(batch.address.at(0));
}

TEST(Address, IsKeptAsThePolicySays) {
  struct Row {
    std::string_view address, masked, full;
  };
  const Row table[] = {
      {"192.0.2.77", "192.0.2.0", "192.0.2.77"},
      {"192.0.2.0", "192.0.2.0", "192.0.2.0"},
      {"255.255.255.255", "255.255.255.0", "255.255.255.255"},
      {"2001:db8:1:2:3:4:5:6", "2001:db8:1::", "2001:db8:1:2:3:4:5:6"},
      {"2001:DB8:0001::1", "2001:db8:1::", "2001:db8:1::1"},
      {"[2001:db8::1]", "2001:db8::", "2001:db8::1"},
      {"::ffff:192.0.2.77", "192.0.2.0", "192.0.2.77"},
      {"unix:", "", ""},
      {"192.0.2.77, 10.0.0.1", "", ""},
      {"secret", "", ""},
      {"", "", ""},
  };
  for (const auto& [address, masked, full] : table) {
    EXPECT_EQ(at_rest(address, AddressPolicy::masked), masked) << address;
    EXPECT_EQ(at_rest(address, AddressPolicy::full), full) << address;
    EXPECT_EQ(at_rest(address, AddressPolicy::none), "") << address;
  }
}

}  // namespace
}  // namespace ballcone
