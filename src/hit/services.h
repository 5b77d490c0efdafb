// What a person has said of a service, and where the hits of scripts and pixels belong.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"

namespace ballcone {

enum class AddressPolicy { masked, none, full };  // at rest: /24 and /48; nothing; as it came

// Of one service.
struct ServiceSettings {
  std::string name;                      // as service_name() makes it
  std::vector<std::string> hosts;        // "example.com", "*.example.com"; lower case
  std::string time_zone;                 // IANA name; empty: the server's
  std::string key;                       // public: stands in pages
  std::string server_key;                // secret: for POST /api/v1/hits
  std::optional<AddressPolicy> address;  // nothing: the server's
  bool keeps_query = true;
  bool keeps_referrer = true;  // the whole URL, else scheme and host
  bool keeps_regions = true;   // of an address more than the country
  bool honours_gpc = false;
  bool honours_dnt = false;

  bool operator==(const ServiceSettings&) const = default;
};

// "ip=none,query=drop": the switches that are not as they were at first; empty if all are.
std::string switches_text(const ServiceSettings& service);
// Sets one of "ip=masked", "ip=default", "query=drop", "referrer=host", "regions=drop",
// "gpc=honour", "dnt=ignore".
// The error names what there is.
Result<void> set_switch(std::string_view text, ServiceSettings* service);
// What set_switch() takes, for people.
std::string switches_help();

// "Example.com" → "example.com", "*.example.com"; nothing if it is no host.
std::optional<std::string> service_host(std::string_view text);
// "*.example.com" fits "a.example.com" and "a.b.example.com", not "example.com".
bool fits_host(std::string_view pattern, std::string_view host);
bool has_host(const ServiceSettings& service, std::string_view host);

// All of them at one moment.
class Services {
 public:
  Services() = default;
  explicit Services(std::vector<ServiceSettings> all);

  const std::vector<ServiceSettings>& all() const { return all_; }
  // Null if there is none.
  const ServiceSettings* find(std::string_view name) const;
  const ServiceSettings* find_key(std::string_view key) const;
  const ServiceSettings* find_server_key(std::string_view key) const;
  const ServiceSettings* find_host(std::string_view host) const;  // the first that has it

 private:
  std::vector<ServiceSettings> all_;
};

// Where threads find those of now. Any thread.
class ServiceRegistry {
 public:
  std::shared_ptr<const Services> now() const {
    const std::lock_guard lock(mutex_);
    return services_;
  }
  void set(std::vector<ServiceSettings> all) {
    auto services = std::make_shared<const Services>(std::move(all));
    const std::lock_guard lock(mutex_);
    services_ = std::move(services);
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Services> services_ = std::make_shared<const Services>();
};

}  // namespace ballcone
