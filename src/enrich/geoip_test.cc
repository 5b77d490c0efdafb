#include "enrich/geoip.h"

#include <gtest/gtest.h>
#include <maxminddb.h>

#include <filesystem>
#include <fstream>
#include <random>

namespace ballcone {
namespace {

const std::string kFile = BALLCONE_DATA_DIR "/dbip-country.mmdb";

std::string bytes_of(uint64_t value, int size) {
  std::string bytes;
  for (int shift = (size - 1) * 8; shift >= 0; shift -= 8)
    bytes += static_cast<char>(value >> shift & 0xff);
  return bytes;
}

// The MMDB file format, version 2.0: only what a small database needs.
std::string text(std::string_view value) {
  if (value.size() < 29) return static_cast<char>(0x40 | value.size()) + std::string(value);
  return std::string("\x5d") + static_cast<char>(value.size() - 29) + std::string(value);
}
std::string map(std::vector<std::pair<std::string, std::string>> fields) {
  std::string out(1, static_cast<char>(0xe0 | fields.size()));
  for (const auto& [key, value] : fields) out += text(key) + value;
  return out;
}
std::string list(const std::string& item) { return std::string("\x01\x04", 2) + item; }
std::string uint32(uint32_t value) { return "\xc4" + bytes_of(value, 4); }
std::string uint16(uint32_t value) { return "\xa2" + bytes_of(value, 2); }

// An IPv4 database of one node: 0.0.0.0/1 has `low`, 128.0.0.0/1 has `high`.
std::string database(const std::string& low, const std::string& high,
                     const std::string& type = "Test") {
  const uint32_t first = 1 + 16;
  const uint32_t second = first + static_cast<uint32_t>(low.size());
  return bytes_of(first, 3) + bytes_of(second, 3) + std::string(16, '\0') + low + high +
         "\xab\xcd\xefMaxMind.com" +
         map({{"node_count", uint32(1)},
              {"record_size", uint16(24)},
              {"ip_version", uint16(4)},
              {"database_type", text(type)},
              {"languages", list(text("en"))},
              {"binary_format_major_version", uint16(2)},
              {"binary_format_minor_version", uint16(0)},
              {"build_epoch", std::string("\x04\x02", 2) + bytes_of(1, 4)},
              {"description", map({{"en", text("For tests")}})}});
}

class GeoIpFile : public testing::Test {
 protected:
  GeoIpFile() : folder_(testing::TempDir() + "geoip_" + std::to_string(getpid())) {
    std::filesystem::create_directory(folder_);
  }
  ~GeoIpFile() override { std::filesystem::remove_all(folder_); }

  // As geoipupdate does: written aside, then renamed.
  std::string write(const std::string& bytes, const std::string& name = "test.mmdb") {
    const std::string path = folder_ + "/" + name;
    std::ofstream(path + ".new", std::ios::binary) << bytes;
    std::filesystem::rename(path + ".new", path);
    return path;
  }

  std::string folder_;
};

IpAddress random_v4(std::mt19937& random) {
  IpAddress address = *parse_ip("0.0.0.0");
  for (int i = 12; i < 16; ++i) address.bytes[i] = static_cast<uint8_t>(random());
  return address;
}

// The file may place those, and we do not.
bool may_be_private(std::string_view text) {
  for (std::string_view start : {"0.", "10.", "127.", "169.254.", "192.168.", "172.", "100."})
    if (text.starts_with(start)) return true;
  return false;
}

std::string place(const GeoIp& geoip, std::string_view address) {
  const Place place = geoip.find(*parse_ip(address));
  return place.country + "|" + place.region + "|" + place.city + "|" +
         (place.asn == kAbsent<uint32_t> ? "" : std::to_string(place.asn)) + "|" + place.network;
}

TEST(GeoIp, FindsCountriesInTheDefaultDatabase) {
  auto geoip = open_geoip(kFile);
  ASSERT_TRUE(geoip) << geoip.error().message;
  const std::pair<std::string_view, std::string_view> table[] = {
      {"8.8.8.8", "US||||"},    {"141.20.1.1", "DE||||"},  {"129.132.19.216", "CH||||"},
      {"133.11.0.1", "JP||||"}, {"2001:638::1", "DE||||"}, {"::ffff:8.8.8.8", "US||||"},
      {"10.1.2.3", "||||"},     {"192.168.0.1", "||||"},   {"127.0.0.1", "||||"},
      {"172.31.0.1", "||||"},   {"100.64.0.1", "||||"},    {"169.254.1.1", "||||"},
      {"::1", "||||"},          {"fe80::1", "||||"},       {"fd00::1", "||||"},
  };
  for (const auto& [address, want] : table) EXPECT_EQ(place(**geoip, address), want) << address;
  EXPECT_EQ((*geoip)->attribution(), "IP Geolocation by DB-IP (https://db-ip.com), CC BY 4.0");
}

// The library's own look-up is the plain one that ours must agree with.
TEST(GeoIp, AgreesWithTheLibrary) {
  auto geoip = open_geoip(kFile);
  ASSERT_TRUE(geoip) << geoip.error().message;
  MMDB_s library;
  ASSERT_EQ(MMDB_open(kFile.c_str(), MMDB_MODE_MMAP, &library), MMDB_SUCCESS);
  std::mt19937 random(1);
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = format_ip(random_v4(random));
    if (may_be_private(text)) continue;
    int error = 0;
    int status = 0;
    MMDB_lookup_result_s found = MMDB_lookup_string(&library, text.c_str(), &error, &status);
    MMDB_entry_data_s data{};
    if (found.found_entry) MMDB_get_value(&found.entry, &data, "country_code", nullptr);
    std::string want = data.has_data ? std::string(data.utf8_string, data.data_size) : "";
    if (want == "ZZ") want.clear();
    ASSERT_EQ((*geoip)->find(*parse_ip(text)).country, want) << text;
  }
  MMDB_close(&library);
}

TEST_F(GeoIpFile, UnderstandsNestedAndFlatLayouts) {
  const std::string nested =
      map({{"country", map({{"iso_code", text("FR")}, {"geoname_id", uint32(1)}})},
           {"subdivisions", list(map({{"names", map({{"en", text("Brittany")}})}}))},
           {"city", map({{"names", map({{"de", text("Brest!")}, {"en", text("Brest")}})}})}});
  const std::string flat = map({{"country_code", text("DE")},
                                {"state1", text("Bavaria")},
                                {"city", text("Munich")},
                                {"autonomous_system_number", uint32(64500)},
                                {"autonomous_system_organization", text("Example Net")}});
  auto geoip = open_geoip(write(database(nested, flat, "GeoLite2-City")));
  ASSERT_TRUE(geoip) << geoip.error().message;
  EXPECT_EQ(place(**geoip, "8.8.8.8"), "FR|Brittany|Brest||");
  EXPECT_EQ(place(**geoip, "203.0.113.1"), "DE|Bavaria|Munich|64500|Example Net");
  EXPECT_EQ(place(**geoip, "2001:638::1"), "||||");  // the database has IPv4 only
  EXPECT_NE((*geoip)->attribution().find("MaxMind"), std::string::npos);
}

TEST_F(GeoIpFile, TakesOnlyCodesForCountries) {
  auto geoip =
      open_geoip(write(database(map({{"country", text("Germany")}, {"asn", text("AS64500")}}),
                                map({{"country_code", text("ZZ")}}))));
  ASSERT_TRUE(geoip) << geoip.error().message;
  EXPECT_EQ(place(**geoip, "8.8.8.8"), "|||64500|");
  EXPECT_EQ(place(**geoip, "203.0.113.1"), "||||");
  EXPECT_EQ((*geoip)->attribution(), "");
}

TEST_F(GeoIpFile, SaysWhatIsWrongWithFile) {
  auto missing = open_geoip(folder_ + "/none.mmdb");
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().message.find("none.mmdb, got: No such file"), std::string::npos)
      << missing.error().message;
  auto broken = open_geoip(write("not a database"));
  ASSERT_FALSE(broken);
  EXPECT_NE(broken.error().message.find("expected a MaxMind database"), std::string::npos);
}

TEST_F(GeoIpFile, ReloadsReplacedFileAndKeepsOldOneOnError) {
  const std::string us = map({{"country_code", text("US")}});
  const std::string de = map({{"country_code", text("DE")}});
  auto geoip = open_geoip(write(database(us, us)));
  ASSERT_TRUE(geoip) << geoip.error().message;
  EXPECT_FALSE((*geoip)->reload_if_changed());
  const auto held = (*geoip)->database();

  write(database(de, de));
  EXPECT_TRUE((*geoip)->reload_if_changed());
  EXPECT_EQ(place(**geoip, "8.8.8.8"), "DE||||");
  EXPECT_NE((*geoip)->database(), held);

  write("broken");
  EXPECT_FALSE((*geoip)->reload_if_changed());
  EXPECT_EQ(place(**geoip, "8.8.8.8"), "DE||||");

  std::filesystem::remove(folder_ + "/test.mmdb");
  EXPECT_FALSE((*geoip)->reload_if_changed());
  EXPECT_EQ(place(**geoip, "8.8.8.8"), "DE||||");

  write(database(us, us));
  EXPECT_TRUE((*geoip)->reload_if_changed());
  EXPECT_EQ(place(**geoip, "8.8.8.8"), "US||||");
}

TEST(GeoIp, FillsOneValuePerDistinctAddress) {
  auto geoip = open_geoip(kFile);
  ASSERT_TRUE(geoip) << geoip.error().message;
  HitBatch batch;
  EnrichContext context{.geoip = geoip->get()};
  for (std::string_view address : {"8.8.8.8", "", "unix:", "8.8.8.8", "8.8.4.4", "141.20.1.1"})
    batch.append(Hit{.time_us = 1, .address = address});
  fill_geoip(batch, context);
  std::string countries;
  for (size_t code = 0; code < batch.country.size(); ++code)
    countries += std::string(batch.country.at(code)) + "|";
  EXPECT_EQ(countries, "|US||US|DE|");
  EXPECT_EQ(batch.asn.size(), batch.address.distinct().size());
}

TEST(GeoIp, LeavesPlacesAbsentWithoutDatabase) {
  HitBatch batch;
  EnrichContext context;
  batch.append(Hit{.time_us = 1, .address = "8.8.8.8"});
  fill_geoip(batch, context);
  EXPECT_EQ(batch.country.size(), 2u);
  EXPECT_EQ(batch.country.at(1), "");
}

}  // namespace
}  // namespace ballcone
