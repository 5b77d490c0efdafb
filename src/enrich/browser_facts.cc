#include "enrich/browser_facts.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace ballcone {
namespace {

struct Fact {
  std::string_view name;
  StringColumn HitBatch::*column;
};
constexpr Fact kFacts[] = {
    {"language", &HitBatch::language},
    {"timezone", &HitBatch::timezone},
    {"outer_resolution", &HitBatch::outer_resolution},
    {"inner_resolution", &HitBatch::inner_resolution},
    {"color_depth", &HitBatch::color_depth},
    {"platform", &HitBatch::platform},
    {"memory", &HitBatch::memory},
    {"cores", &HitBatch::cores},
};
using Values = std::array<std::string_view, std::size(kFacts)>;

Values values_of(std::string_view facts) {
  Values values;
  while (!facts.empty()) {
    const std::string_view fact = facts.substr(0, facts.find(';'));
    facts.remove_prefix(std::min(fact.size() + 1, facts.size()));
    const size_t equals = std::min(fact.find('='), fact.size());
    for (size_t i = 0; i < std::size(kFacts); ++i) {
      if (kFacts[i].name == fact.substr(0, equals) && equals < fact.size())
        values[i] = fact.substr(equals + 1);
    }
  }
  return values;
}

}  // namespace

void fill_browser_facts(HitBatch& batch, EnrichContext&) {
  for (const std::string_view facts : batch.browser_facts.distinct()) {
    const Values values = values_of(facts);
    for (size_t i = 0; i < std::size(kFacts); ++i)
      (batch.*kFacts[i].column).append(values[i], batch.arena);
  }
}

}  // namespace ballcone
