#include "enrich/visitor.h"

#include <sodium.h>

#include <array>
#include <cstring>
#include <unordered_map>
#include <vector>

#include "base/check.h"
#include "base/ip.h"
#include "base/time_zone.h"
#include "enrich/addresses.h"
#include "enrich/ahead.h"

namespace ballcone {
namespace {

using Digest = std::array<uint8_t, 16>;
using Key = std::array<uint8_t, crypto_shorthash_KEYBYTES>;
static_assert(sizeof(Salt) == crypto_generichash_KEYBYTES_MIN);

// BLAKE2b, so that nobody can make two User-Agents that count as one.
Digest digest_of(std::string_view text, const Salt* key = nullptr) {
  Digest digest;
  crypto_generichash(digest.data(), digest.size(), reinterpret_cast<const uint8_t*>(text.data()),
                     text.size(), key ? key->data() : nullptr, key ? key->size() : 0);
  return digest;
}

// A parsed address is its own digest; other text ("unix:") can still tell visitors apart.
std::vector<Digest> address_digests(const HitBatch& batch, EnrichContext& context) {
  std::vector<Digest> digests;
  const ParsedAddresses& addresses = parsed_addresses(batch, context);
  digests.reserve(addresses.size());
  for (size_t code = 0; code < addresses.size(); ++code) {
    const auto& address = addresses[code];
    digests.push_back(address ? address->bytes : digest_of(batch.address.distinct()[code]));
  }
  return digests;
}

std::vector<Digest> user_agent_digests(const HitBatch& batch) {
  std::vector<Digest> digests;
  const std::vector<std::string_view>& texts = batch.user_agent.distinct();
  digests.reserve(texts.size());
  for (size_t code = 0; code < texts.size(); ++code) {
    fetch_ahead(texts, code);
    digests.push_back(digest_of(texts[code]));
  }
  return digests;
}

// The keys of the services' days in a batch. Neighbouring rows nearly always share one.
class DayKeys {
 public:
  DayKeys(const HitBatch& batch, SaltSource& salts, const TimeZones& zones)
      : batch_(batch), salts_(salts), zones_(zones) {}

  const Key& of(size_t row) {
    const uint32_t service = batch_.service.codes()[row];
    const int64_t time = batch_.time[row];
    const bool is_same = key_ && service == service_ && time >= day_start_us_ && time < day_end_us_;
    return is_same ? *key_ : find(service, time);
  }

 private:
  const Key& find(uint32_t service, int64_t time_us) {
    const std::string_view name = batch_.service.distinct()[service];
    const TimeZone& zone = zones_.of(name);
    const int64_t day = zone.day_of(time_us);
    // Days of 1990 to 2100 fit 32 bits.
    const uint64_t id = uint64_t{service} << 32 | static_cast<uint32_t>(day);
    const auto [key, is_new] = keys_.try_emplace(id);
    if (is_new) {
      const Salt salt = salts_.salt(name, day);
      key->second = digest_of(name, &salt);
    }
    service_ = service;
    day_start_us_ = zone.start_of_day_us(day);
    day_end_us_ = zone.start_of_day_us(day + 1);
    key_ = &key->second;
    return *key_;
  }

  const HitBatch& batch_;
  SaltSource& salts_;
  const TimeZones& zones_;
  std::unordered_map<uint64_t, Key> keys_;
  const Key* key_ = nullptr;
  uint32_t service_ = 0;
  int64_t day_start_us_ = 0;
  int64_t day_end_us_ = 0;
};

// 48 bits are enough: of ten million visitors of a service's day, two are taken for one with a
// chance of one in six. Of all columns this one cannot be compressed, so each bit is worth its
// place; and the number is exact wherever numbers are doubles.
constexpr uint64_t kVisitorMask = (uint64_t{1} << 48) - 1;

uint64_t hash_visitor(const Digest& address, const Digest& user_agent, const Key& key) {
  std::array<uint8_t, 32> message;
  std::memcpy(message.data(), address.data(), 16);
  std::memcpy(message.data() + 16, user_agent.data(), 16);
  uint64_t hash = 0;
  static_assert(sizeof hash == crypto_shorthash_BYTES);
  crypto_shorthash(reinterpret_cast<uint8_t*>(&hash), message.data(), message.size(), key.data());
  return hash & kVisitorMask;
}

std::string_view address_at_rest(std::string_view text, const std::optional<IpAddress>& address,
                                 AddressPolicy policy, Arena& arena) {
  if (!address || policy == AddressPolicy::none) return {};
  const bool is_masked = policy == AddressPolicy::masked;
  const std::string kept = format_ip(is_masked ? mask_ip(*address, 24, 48) : *address);
  return kept == text ? text : arena.copy(kept);
}

// What a service keeps of an address, and of what is known of it.
struct ServicePolicy {
  AddressPolicy address;
  bool keeps_regions;
};
constexpr size_t kPolicies = 2 * 3;
size_t index_of(const ServicePolicy& policy) {
  return 2 * static_cast<size_t>(policy.address) + policy.keeps_regions;
}

// Those of the batch's services; empty if all are as the server's.
std::vector<ServicePolicy> policies_of(const HitBatch& batch, const EnrichContext& context) {
  std::vector<ServicePolicy> policies;
  if (!context.services) return policies;
  bool has_own = false;
  for (const std::string_view name : batch.service.distinct()) {
    const ServiceSettings* service = context.services->find(name);
    const bool is_own = service != nullptr && service->address.has_value();
    policies.push_back({is_own ? *service->address : context.addresses,
                        service == nullptr || service->keeps_regions});
    has_own |= policies.back().address != context.addresses || !policies.back().keeps_regions;
  }
  if (!has_own) policies.clear();
  return policies;
}

// A batch's addresses with what is known of them, while services that disagree make several of one.
class PolicedAddresses {
 public:
  PolicedAddresses(HitBatch& batch, const ParsedAddresses& parsed)
      : batch_(batch), parsed_(parsed), texts_(batch.address.distinct()), codes_(texts_.size()) {
    for (auto column : kPlaces) places_.push_back((batch.*column).codes());
    asn_ = batch.asn;
  }

  // The code that stands for `was` under the policy.
  uint32_t code_of(uint32_t was, const ServicePolicy& policy) {
    uint32_t& code = codes_[was][index_of(policy)];
    if (code == 0) {
      const bool is_first = codes_[was] == std::array<uint32_t, kPolicies>{};
      code = is_first ? was : add_address(was);
      batch_.address.replace_distinct(
          code, address_at_rest(texts_[was], parsed_[was], policy.address, batch_.arena));
      if (!policy.keeps_regions) forget_places(code);
    }
    return code;
  }

 private:
  static constexpr std::array kPlaces{&HitBatch::country, &HitBatch::region, &HitBatch::city,
                                      &HitBatch::network};

  // A second text for an address; what is known of it is the same.
  uint32_t add_address(uint32_t was) {
    for (size_t i = 0; i < kPlaces.size(); ++i) (batch_.*kPlaces[i]).append_code(places_[i][was]);
    batch_.asn.push_back(asn_[was]);
    return batch_.address.add_distinct({});
  }

  // All but the country.
  void forget_places(uint32_t code) {
    for (size_t i = 1; i < kPlaces.size(); ++i) (batch_.*kPlaces[i]).set_code(code, 0);
    batch_.asn[code] = kAbsent<uint32_t>;
  }

  HitBatch& batch_;
  const ParsedAddresses& parsed_;
  // As they came:
  const std::vector<std::string_view> texts_;
  std::vector<std::vector<uint32_t>> places_;
  NumberColumn<uint32_t> asn_;
  std::vector<std::array<uint32_t, kPolicies>> codes_;  // 0: not met yet
};

void apply_policies(HitBatch& batch, const ParsedAddresses& parsed,
                    const std::vector<ServicePolicy>& policies) {
  PolicedAddresses addresses(batch, parsed);
  for (size_t row = 0; row < batch.rows(); ++row) {
    const uint32_t was = batch.address.codes()[row];
    if (was == 0) continue;
    batch.address.set_code(row, addresses.code_of(was, policies[batch.service.codes()[row]]));
  }
}

}  // namespace

void fill_visitor(HitBatch& batch, EnrichContext& context) {
  CHECK(context.salts != nullptr);
  CHECK(sodium_init() >= 0);  // once per process; later calls return at once
  const auto addresses = address_digests(batch, context);
  const auto user_agents = user_agent_digests(batch);
  static const TimeZones kUtc;
  DayKeys keys(batch, *context.salts, context.zones ? *context.zones : kUtc);
  // A page brings its parts: the last visitor of an address is mostly the next one too.
  struct Last {
    const Key* key = nullptr;
    uint32_t user_agent = 0;
    uint64_t visitor = kAbsent<uint64_t>;
  };
  std::vector<Last> lasts(addresses.size());
  batch.visitor.resize(batch.rows());
  for (size_t row = 0; row < batch.rows(); ++row) {
    const uint32_t address = batch.address.codes()[row];
    const uint32_t user_agent = batch.user_agent.codes()[row];
    const Key& key = keys.of(row);
    Last& last = lasts[address];
    if (address != 0 && (last.key != &key || last.user_agent != user_agent))
      last = {&key, user_agent, hash_visitor(addresses[address], user_agents[user_agent], key)};
    batch.visitor[row] = last.visitor;
  }
}

void apply_address_policy(HitBatch& batch, EnrichContext& context) {
  const ParsedAddresses& parsed = parsed_addresses(batch, context);
  if (const auto policies = policies_of(batch, context); !policies.empty())
    return apply_policies(batch, parsed, policies);
  const std::vector<std::string_view>& texts = batch.address.distinct();
  for (uint32_t code = 1; code < texts.size(); ++code) {
    fetch_ahead(texts, code);
    batch.address.replace_distinct(
        code, address_at_rest(texts[code], parsed[code], context.addresses, batch.arena));
  }
}

}  // namespace ballcone
