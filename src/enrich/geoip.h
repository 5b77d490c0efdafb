// address → country, region, city and network, from a file in MaxMind's format (MMDB).
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/ip.h"
#include "base/result.h"
#include "enrich/enrich.h"
#include "hit/batch.h"

namespace ballcone {

// Empty or kAbsent: not in the file.
struct Place {
  std::string country;  // ISO 3166-1, "DE"
  std::string region;
  std::string city;
  std::string network;  // who runs the autonomous system
  uint32_t asn = kAbsent<uint32_t>;
};

class GeoDatabase;  // one opened file

// Any thread; look-ups go on with the old file while a new one is opened. Replace the file by
// renaming, as geoipupdate does: it is mapped, and must not be truncated under us.
class GeoIp {
 public:
  GeoIp(std::string path, std::shared_ptr<const GeoDatabase> database);
  ~GeoIp();

  // Private, loopback and link-local addresses are nowhere.
  Place find(const IpAddress& address) const;

  // Whom to name where results are shown, with link and licence; empty if nobody asks for it.
  std::string attribution() const;

  // Opens the file again if it is another one than before (inode, size or time). True if the new
  // one is in use; a broken new one is logged once, and the old one stays. Reads the disk.
  bool reload_if_changed();

  // The file in use now; it stays open for as long as someone holds it.
  std::shared_ptr<const GeoDatabase> database() const;

 private:
  struct State;
  std::string path_;
  std::unique_ptr<State> state_;
};

// Understands MaxMind's own layout (GeoLite2, GeoIP2: country.iso_code, city.names.en, …) and the
// flat one of the ip-location-db packages (country_code, state1, city, …).
Result<std::unique_ptr<GeoIp>> open_geoip(const std::string& path);

// Step: fills country, region, city, asn and network, once per distinct address.
void fill_geoip(HitBatch& batch, EnrichContext& context);

}  // namespace ballcone
