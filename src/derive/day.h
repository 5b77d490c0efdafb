// One derivation of one service's day, inside the transaction of derive.cc; and what the two share.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "derive/derive.h"
#include "derive/rules.h"

namespace ballcone {

// Goes up when the same hits and settings give other rows than before.
constexpr int kDerivedVersion = 3;

inline int64_t integer_of(const Value& value) {
  const auto* number = std::get_if<int64_t>(&value);
  return number != nullptr ? *number : 0;
}
inline std::string text_of(const Value& value) {
  const auto* found = std::get_if<std::string>(&value);
  return found != nullptr ? *found : std::string();
}

inline Result<void> execute(Transaction& transaction, const std::vector<std::string>& statements) {
  for (const std::string& statement : statements)
    if (auto done = transaction.execute(statement); !done) return done;
  return {};
}

inline std::string settings_of(const TimeZones& zones, const DeriveOptions& options,
                               const std::string& service) {
  std::vector<std::string> off = options.rules_off;
  std::sort(off.begin(), off.end());
  return fmt::format("{};{};{};{}", kDerivedVersion, options.visit_gap_us, zones.of(service).name(),
                     fmt::join(off, ","));
}

inline bool is_on(const DeriveOptions& options, const BotRule& rule) {
  return std::find(options.rules_off.begin(), options.rules_off.end(), rule.name) ==
         options.rules_off.end();
}

// `rule_bots`: codes of the bots of behaviour, in the order of bot_rules(); 0 for rules of the
// User-Agent. `direct`: the channel's code. Adds to `figures`.
Result<void> derive_in(Transaction& transaction, const TimeZones& zones,
                       const DeriveOptions& options, const DirtyDay& dirty,
                       const std::vector<uint32_t>& rule_bots, uint32_t direct,
                       DeriveFigures* figures);

}  // namespace ballcone
