#include "ingest/enrichers.h"

#include <fmt/format.h>

#include <filesystem>

#include "base/clock.h"
#include "base/log.h"
#include "base/time.h"

namespace ballcone {
namespace {

constexpr int64_t kReloadPeriod_us = 60 * kSecond_us;

template <class T>
void take(Result<std::unique_ptr<T>> opened, std::unique_ptr<T>* into) {
  if (opened) {
    *into = std::move(*opened);
  } else {
    log_error("{}", opened.error().message);
  }
}

// Empty if there shall be none.
std::string geoip_path(const Config& config, const std::string& data_dir) {
  if (config.geoip == "none") return "";
  return config.geoip.empty() ? data_dir + "/dbip-country.mmdb" : config.geoip;
}

}  // namespace

AddressPolicy address_policy(const std::string& name) {
  if (name == "none") return AddressPolicy::none;
  if (name == "full") return AddressPolicy::full;
  return AddressPolicy::masked;
}

Result<std::string> check_enrichers(const Config& config, const std::string& data_dir) {
  for (const char* name : {"regexes.yaml", "crawler-user-agents.json", "referrers.json"}) {
    if (!std::filesystem::exists(data_dir + "/" + name)) {
      return failure(fmt::format(
          "expected the data file {}/{}: run `make build`, or name the folder with --data-dir",
          data_dir, name));
    }
  }
  const std::string geoip = geoip_path(config, data_dir);
  if (geoip.empty()) return "";
  const auto opened = open_geoip(geoip);
  if (!opened) {
    return failure(opened.error().message +
                   "; --geoip names another file, --geoip none goes without");
  }
  return (*opened)->attribution();
}

Salt Enrichers::DaySalts::salt(std::string_view service, int64_t day) {
  return salts_.salt(service, day, now_us());
}

Enrichers::Enrichers(const Config& config, const std::string& data_dir, Salts& salts)
    : salts_(salts), zones_(config.zones), reloaded_us_(now_us()) {
  take(open_user_agents(data_dir + "/regexes.yaml"), &user_agents_);
  take(open_bots(data_dir + "/crawler-user-agents.json"), &bots_);
  take(open_referrers(data_dir + "/referrers.json"), &referrers_);
  const std::string geoip = geoip_path(config, data_dir);
  if (!geoip.empty()) take(open_geoip(geoip), &geoip_);
  context_ = {.user_agents = user_agents_.get(),
              .bots = bots_.get(),
              .geoip = geoip_.get(),
              .referrers = referrers_.get(),
              .salts = &salts_,
              .zones = &zones_,
              .addresses = address_policy(config.addresses),
              .masks_urls = config.mask_urls != "off"};
}

void Enrichers::reload(int64_t now_us) {
  if (!geoip_ || now_us < reloaded_us_ + kReloadPeriod_us) return;
  geoip_->reload_if_changed();
  reloaded_us_ = now_us;
}

}  // namespace ballcone
