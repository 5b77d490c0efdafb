#include "enrich/geoip.h"

#include <maxminddb.h>
#include <netinet/in.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/log.h"
#include "enrich/addresses.h"

namespace ballcone {
namespace {

using Path = std::array<const char*, 5>;  // keys from the record down, ended by null

// In order: MaxMind's layout, the flat one of ip-location-db, and what others write.
constexpr Path kCountryPaths[] = {
    {"country", "iso_code"}, {"country_code"}, {"country"}, {"registered_country", "iso_code"}};
constexpr Path kRegionPaths[] = {
    {"subdivisions", "0", "names", "en"}, {"state1"}, {"region"}, {"stateprov"}};
constexpr Path kCityPaths[] = {{"city", "names", "en"}, {"city"}};
constexpr Path kAsnPaths[] = {{"autonomous_system_number"}, {"asn"}};
constexpr Path kNetworkPaths[] = {
    {"autonomous_system_organization"}, {"as_organization"}, {"as_name"}, {"organization"}};

std::string text_at(MMDB_entry_s entry, std::span<const Path> paths) {
  for (const Path& path : paths) {
    MMDB_entry_data_s data;
    if (MMDB_aget_value(&entry, &data, path.data()) != MMDB_SUCCESS || !data.has_data) continue;
    if (data.type == MMDB_DATA_TYPE_UTF8_STRING && data.data_size > 0)
      return std::string(data.utf8_string, data.data_size);
  }
  return {};
}

// 15169, or "AS15169"
uint32_t number_at(MMDB_entry_s entry, std::span<const Path> paths) {
  for (const Path& path : paths) {
    MMDB_entry_data_s data;
    if (MMDB_aget_value(&entry, &data, path.data()) != MMDB_SUCCESS || !data.has_data) continue;
    if (data.type == MMDB_DATA_TYPE_UINT32) return data.uint32;
    if (data.type != MMDB_DATA_TYPE_UTF8_STRING) continue;
    std::string digits(data.utf8_string, data.data_size);
    if (digits.starts_with("AS")) digits.erase(0, 2);
    const bool is_number = !digits.empty() && digits.size() <= 9 &&
                           digits.find_first_not_of("0123456789") == digits.npos;
    if (is_number) return static_cast<uint32_t>(std::stoul(digits));
  }
  return kAbsent<uint32_t>;
}

// Special-purpose addresses (RFC 6890) that no database should place, though some try.
bool is_private(const IpAddress& address) {
  const auto& b = address.bytes;
  if (is_loopback(address)) return true;
  if (!address.is_v4()) return (b[0] & 0xfe) == 0xfc || (b[0] == 0xfe && (b[1] & 0xc0) == 0x80);
  return b[12] == 0 || b[12] == 10 || (b[12] == 172 && (b[13] & 0xf0) == 16) ||
         (b[12] == 192 && b[13] == 168) || (b[12] == 169 && b[13] == 254) ||
         (b[12] == 100 && (b[13] & 0xc0) == 64);
}

// Which file it is, to notice when another one has taken its place.
struct FileMark {
  uint64_t inode = 0;
  int64_t size = -1;
  int64_t modified_ns = 0;
  bool operator==(const FileMark&) const = default;
};

FileMark mark_of(const std::string& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) return {};
  return {info.st_ino, info.st_size,
          int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec};
}

}  // namespace

class GeoDatabase {
 public:
  static Result<std::shared_ptr<const GeoDatabase>> open(const std::string& path) {
    auto database = std::make_shared<GeoDatabase>();
    database->mark_ = mark_of(path);
    const int status = MMDB_open(path.c_str(), MMDB_MODE_MMAP, &database->file_);
    if (status != MMDB_SUCCESS) {
      database->is_open_ = false;
      return failure("expected a MaxMind database (MMDB) in " + path + ", got: " +
                     (status == MMDB_IO_ERROR || status == MMDB_FILE_OPEN_ERROR
                          ? std::strerror(errno)
                          : MMDB_strerror(status)));
    }
    database->index_v4();
    return database;
  }

  GeoDatabase() = default;
  GeoDatabase(const GeoDatabase&) = delete;
  GeoDatabase& operator=(const GeoDatabase&) = delete;
  ~GeoDatabase() {
    if (is_open_) MMDB_close(&file_);
  }

  // Which record of the file the address has; 0: none. Many addresses share a record.
  uint32_t find(const IpAddress& address) const {
    if (is_private(address)) return 0;
    return address.is_v4() ? find_v4(address.bytes.data() + 12) : find_v6(address.bytes.data());
  }

  Place read(uint32_t record) const {
    const MMDB_entry_s entry{&file_, record - 1};
    Place place{.country = text_at(entry, kCountryPaths),
                .region = text_at(entry, kRegionPaths),
                .city = text_at(entry, kCityPaths),
                .network = text_at(entry, kNetworkPaths),
                .asn = number_at(entry, kAsnPaths)};
    // "ZZ" is ISO's own way to say unknown; a country's name is not a code.
    if (place.country.size() != 2 || place.country == "ZZ") place.country.clear();
    return place;
  }

  std::string type() const {
    std::string text = file_.metadata.database_type ? file_.metadata.database_type : "";
    for (size_t i = 0; i < file_.metadata.description.count; ++i)
      text.append(" ").append(file_.metadata.description.descriptions[i]->description);
    return text;
  }
  const FileMark& mark() const { return mark_; }

 private:
  // The tree has a node for each bit of an address. Values below node_count are nodes, node_count
  // is "not in the file", values above are records.
  uint32_t child(uint32_t node, bool is_one) const {
    MMDB_search_node_s both;
    if (MMDB_read_node(&file_, node, &both) != MMDB_SUCCESS) return node_count();
    const auto type = is_one ? both.right_record_type : both.left_record_type;
    const uint64_t value = is_one ? both.right_record : both.left_record;
    return type == MMDB_RECORD_TYPE_INVALID ? node_count() : static_cast<uint32_t>(value);
  }
  uint32_t node_count() const { return file_.metadata.node_count; }

  // Where each /16 begins, so that a look-up walks 16 steps at most: 41 ns instead of 65 for a row
  // of the benchmark, in which every third has a new address.
  void index_v4() {
    starts_.assign(1 << 16, 0);
    fill_starts(file_.ipv4_start_node.node_value, 0, starts_.size());
  }
  void fill_starts(uint32_t value, size_t first, size_t count) {
    if (count == 1 || value >= node_count()) {
      std::fill_n(starts_.begin() + first, count, value);
      return;
    }
    fill_starts(child(value, false), first, count / 2);
    fill_starts(child(value, true), first + count / 2, count / 2);
  }

  uint32_t find_v4(const uint8_t* bytes) const {
    uint32_t value = starts_[bytes[0] << 8 | bytes[1]];
    const unsigned rest = static_cast<unsigned>(bytes[2] << 8 | bytes[3]);
    for (int bit = 15; bit >= 0 && value < node_count(); --bit)
      value = child(value, (rest >> bit & 1) != 0);
    // Sixteen zero bytes lie between the tree and the records.
    return value <= node_count() ? 0 : value - node_count() - 16 + 1;
  }

  uint32_t find_v6(const uint8_t* bytes) const {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    std::memcpy(&v6.sin6_addr, bytes, 16);
    int error = MMDB_SUCCESS;
    const MMDB_lookup_result_s found =
        MMDB_lookup_sockaddr(&file_, reinterpret_cast<const sockaddr*>(&v6), &error);
    return error == MMDB_SUCCESS && found.found_entry ? found.entry.offset + 1 : 0;
  }

  MMDB_s file_{};
  bool is_open_ = true;
  FileMark mark_;
  std::vector<uint32_t> starts_;  // the tree's value for the first 16 bits
};

struct GeoIp::State {
  mutable std::mutex mutex;
  std::shared_ptr<const GeoDatabase> database;
  FileMark refused;  // a broken file that was tried once, and need not be again
};

GeoIp::GeoIp(std::string path, std::shared_ptr<const GeoDatabase> database)
    : path_(std::move(path)), state_(std::make_unique<State>()) {
  state_->database = std::move(database);
}

GeoIp::~GeoIp() = default;

std::shared_ptr<const GeoDatabase> GeoIp::database() const {
  const std::lock_guard lock(state_->mutex);
  return state_->database;
}

Place GeoIp::find(const IpAddress& address) const {
  const auto file = database();
  const uint32_t record = file->find(address);
  return record == 0 ? Place{} : file->read(record);
}

std::string GeoIp::attribution() const {
  // The ip-location-db packages name neither themselves nor DB-IP inside: "country ipvAll".
  const std::string what = database()->type() + " " + path_.substr(path_.rfind('/') + 1);
  const auto names = [&](std::string_view word) { return what.find(word) != what.npos; };
  if (names("dbip") || names("DBIP") || names("DB-IP"))
    return "IP Geolocation by DB-IP (https://db-ip.com), CC BY 4.0";
  if (names("GeoLite2"))
    return "This product includes GeoLite2 data created by MaxMind (https://www.maxmind.com)";
  if (names("geo-whois-asn"))
    return "IP geolocation by geo-whois-asn-country of ip-location-db "
           "(https://github.com/sapics/ip-location-db), CC BY 4.0";
  return {};
}

bool GeoIp::reload_if_changed() {
  const FileMark mark = mark_of(path_);
  // A file that is gone for a moment is being replaced.
  if (mark == FileMark{} || mark == database()->mark() || mark == state_->refused) return false;
  auto opened = GeoDatabase::open(path_);
  if (!opened) {
    state_->refused = mark;
    log_warning("The new geolocation database is not used, the old one stays: {}",
                opened.error().message);
    return false;
  }
  {
    const std::lock_guard lock(state_->mutex);
    state_->database = std::move(*opened);
  }
  log_info("Geolocation database {} was replaced and is in use", path_);
  return true;
}

Result<std::unique_ptr<GeoIp>> open_geoip(const std::string& path) {
  auto database = GeoDatabase::open(path);
  if (!database) return tl::unexpected(database.error());
  return std::make_unique<GeoIp>(path, std::move(*database));
}

namespace {

// A record's texts as codes of this batch: a country's thousands of addresses share a record.
struct PlaceCodes {
  uint32_t country = 0;
  uint32_t region = 0;
  uint32_t city = 0;
  uint32_t network = 0;
  uint32_t asn = kAbsent<uint32_t>;
};

PlaceCodes intern_place(const Place& place, HitBatch& batch) {
  return {batch.country.intern(place.country, batch.arena),
          batch.region.intern(place.region, batch.arena),
          batch.city.intern(place.city, batch.arena),
          batch.network.intern(place.network, batch.arena), place.asn};
}

void append_place(const PlaceCodes& codes, HitBatch& batch) {
  batch.country.append_code(codes.country);
  batch.region.append_code(codes.region);
  batch.city.append_code(codes.city);
  batch.network.append_code(codes.network);
  batch.asn.push_back(codes.asn);
}

}  // namespace

void fill_geoip(HitBatch& batch, EnrichContext& context) {
  const auto file = context.geoip ? context.geoip->database() : nullptr;
  std::unordered_map<uint32_t, PlaceCodes> places{{0, {}}};
  const ParsedAddresses& addresses = parsed_addresses(batch, context);
  for (StringColumn* column : {&batch.country, &batch.region, &batch.city, &batch.network})
    column->reserve(addresses.size());
  batch.asn.reserve(addresses.size());
  for (const auto& address : addresses) {
    const uint32_t record = file && address ? file->find(*address) : 0;
    const auto [place, is_new] = places.try_emplace(record);
    if (is_new) place->second = intern_place(file->read(record), batch);
    append_place(place->second, batch);
  }
}

}  // namespace ballcone
