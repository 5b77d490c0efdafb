#include "hit/services.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace ballcone {
namespace {

template <AddressPolicy policy>
void set_address(ServiceSettings* service) {
  service->address = policy;
}
template <bool ServiceSettings::*flag, bool value>
void set_flag(ServiceSettings* service) {
  service->*flag = value;
}

// The first of a name is how it is at first.
struct Switch {
  std::string_view text;
  void (*set)(ServiceSettings*);
  bool (*is_so)(const ServiceSettings&);
};
constexpr Switch kSwitches[] = {
    {"ip=default", [](ServiceSettings* s) { s->address.reset(); },
     [](const ServiceSettings& s) { return !s.address; }},
    {"ip=masked", set_address<AddressPolicy::masked>,
     [](const ServiceSettings& s) { return s.address == AddressPolicy::masked; }},
    {"ip=none", set_address<AddressPolicy::none>,
     [](const ServiceSettings& s) { return s.address == AddressPolicy::none; }},
    {"ip=full", set_address<AddressPolicy::full>,
     [](const ServiceSettings& s) { return s.address == AddressPolicy::full; }},
    {"query=keep", set_flag<&ServiceSettings::keeps_query, true>,
     [](const ServiceSettings& s) { return s.keeps_query; }},
    {"query=drop", set_flag<&ServiceSettings::keeps_query, false>,
     [](const ServiceSettings& s) { return !s.keeps_query; }},
    {"referrer=full", set_flag<&ServiceSettings::keeps_referrer, true>,
     [](const ServiceSettings& s) { return s.keeps_referrer; }},
    {"referrer=host", set_flag<&ServiceSettings::keeps_referrer, false>,
     [](const ServiceSettings& s) { return !s.keeps_referrer; }},
    {"regions=keep", set_flag<&ServiceSettings::keeps_regions, true>,
     [](const ServiceSettings& s) { return s.keeps_regions; }},
    {"regions=drop", set_flag<&ServiceSettings::keeps_regions, false>,
     [](const ServiceSettings& s) { return !s.keeps_regions; }},
    {"gpc=ignore", set_flag<&ServiceSettings::honours_gpc, false>,
     [](const ServiceSettings& s) { return !s.honours_gpc; }},
    {"gpc=honour", set_flag<&ServiceSettings::honours_gpc, true>,
     [](const ServiceSettings& s) { return s.honours_gpc; }},
    {"dnt=ignore", set_flag<&ServiceSettings::honours_dnt, false>,
     [](const ServiceSettings& s) { return !s.honours_dnt; }},
    {"dnt=honour", set_flag<&ServiceSettings::honours_dnt, true>,
     [](const ServiceSettings& s) { return s.honours_dnt; }},
};

std::string_view name_of(std::string_view text) { return text.substr(0, text.find('=')); }

template <class Fits>
const ServiceSettings* find_if(const std::vector<ServiceSettings>& all, Fits fits) {
  const auto found = std::find_if(all.begin(), all.end(), fits);
  return found == all.end() ? nullptr : &*found;
}

// However much of it is right, it takes as long.
bool is_same_key(std::string_view a, std::string_view b) {
  if (a.size() != b.size() || a.empty()) return false;
  unsigned difference = 0;
  for (size_t i = 0; i < a.size(); ++i) difference |= static_cast<unsigned char>(a[i] ^ b[i]);
  return difference == 0;
}

}  // namespace

std::string switches_text(const ServiceSettings& service) {
  std::string text;
  std::string_view last;
  for (const Switch& one : kSwitches) {
    const bool is_first = name_of(one.text) != last;
    last = name_of(one.text);
    if (!is_first && one.is_so(service)) text += (text.empty() ? "" : ",") + std::string(one.text);
  }
  return text;
}

std::string switches_help() {
  std::string text;
  for (const Switch& one : kSwitches) text += (text.empty() ? "" : ", ") + std::string(one.text);
  return text;
}

Result<void> set_switch(std::string_view text, ServiceSettings* service) {
  for (const Switch& one : kSwitches) {
    if (one.text != text) continue;
    one.set(service);
    return {};
  }
  return failure(
      fmt::format("expected one of {}; got \"{}\"", switches_help(), text.substr(0, 64)));
}

std::optional<std::string> service_host(std::string_view text) {
  std::string host = to_lower_ascii(trim(text));
  const std::string_view name = std::string_view(host).substr(host.starts_with("*.") ? 2 : 0);
  const bool is_fine = !name.empty() && name.size() <= 253 && name.front() != '.' &&
                       name.back() != '.' && std::all_of(name.begin(), name.end(), [](char c) {
                         return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
                                c == '.' || c == '_' || c == '[' || c == ']' || c == ':' ||
                                (c & 0x80) != 0;
                       });
  if (!is_fine) return std::nullopt;
  return host;
}

bool fits_host(std::string_view pattern, std::string_view host) {
  if (!pattern.starts_with("*.")) return pattern == host;
  pattern.remove_prefix(1);
  return host.size() > pattern.size() && host.ends_with(pattern);
}

bool has_host(const ServiceSettings& service, std::string_view host) {
  return std::any_of(service.hosts.begin(), service.hosts.end(),
                     [&](const std::string& pattern) { return fits_host(pattern, host); });
}

Services::Services(std::vector<ServiceSettings> all) : all_(std::move(all)) {}

const ServiceSettings* Services::find(std::string_view name) const {
  return find_if(all_, [&](const ServiceSettings& s) { return s.name == name; });
}
const ServiceSettings* Services::find_key(std::string_view key) const {
  return find_if(all_, [&](const ServiceSettings& s) { return is_same_key(s.key, key); });
}
const ServiceSettings* Services::find_server_key(std::string_view key) const {
  return find_if(all_, [&](const ServiceSettings& s) { return is_same_key(s.server_key, key); });
}
const ServiceSettings* Services::find_host(std::string_view host) const {
  if (host.empty()) return nullptr;
  return find_if(all_, [&](const ServiceSettings& s) { return has_host(s, host); });
}

}  // namespace ballcone
