// Why a hit is taken for a bot's: all rules by name, in one table (rules.cc), so that each can be
// switched off. Enrichment applies those of the User-Agent, hit by hit; those of behaviour are SQL
// over what a visitor did in a day, and derivation applies them.
//
// They are made to be wrong in one direction only: a bot that is counted as a person is one more in
// a number, a person that is counted as a bot is lost. docs/definitions.md says how each threshold
// was chosen.
//
//   const auto codes = find_rule_codes(run);                      // once per derivation
//   const auto log = read_log_facts(run, *codes, question);       // once per service's day
//   run({verdicts_sql(*codes, *log, question, is_on)});           // visitor, rule
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/store.h"

namespace ballcone {

struct BotRule {
  std::string_view name;    // "no-assets", as --rules-off takes it
  std::string_view reason;  // bot_reason as stored; of "User-Agent list: GPTBot" what is before ':'
  std::string_view doc;
  // Of behaviour only: the bot's name and kind as shown, and what is true of its visitors' days, in
  // the names of bot_facts().
  std::string_view bot = {};
  std::string_view bot_kind = {};
  std::string_view condition = {};

  bool is_of_behaviour() const { return !condition.empty(); }
};

// Of several that hold for a visitor, the first names it.
std::span<const BotRule> bot_rules();

// Null if there is none of that name.
const BotRule* find_rule(std::string_view name);
// What a stored bot_reason came from; null for "" and for reasons that nothing gives any more.
const BotRule* rule_of_reason(std::string_view reason);
// An error that says what is near if there is no such rule.
Result<void> check_rule_name(std::string_view name);

// What conditions may ask about.
struct BotFact {
  enum class Of { log, visitor, minute };
  Of of;  // of all hits of the service's day; of one visitor's; the most in a minute
  std::string_view name;
  std::string_view sql;  // an aggregate over data.hits h; {page} and such are codes
  std::string_view doc;
};
std::span<const BotFact> bot_facts();

// Codes of the texts that facts ask about; one that the database has not yet is kNoCode.
struct RuleCodes {
  static constexpr int64_t kNoCode = UINT32_MAX;
  int64_t page = kNoCode, asset = kNoCode, probe = kNoCode;  // of kind
  int64_t internal = kNoCode;                                // of channel
  int64_t robots = kNoCode;                                  // of path: "/robots.txt"
  int64_t https = kNoCode;                                   // of scheme
  int64_t script = kNoCode;                                  // of via
};
using RunSql = std::function<Result<Table>(const Sql&)>;
Result<RuleCodes> find_rule_codes(const RunSql& run);

// Conditions on data.hits h, in SQL; none has text from outside.
struct BotQuestion {
  std::string day;       // "h.service = 3 AND h.time >= … AND h.time < …"
  std::string visitors;  // whose verdict is asked for: "h.visitor IN (…)"; empty: all
  // That the User-Agent does not give it away, or its rule is off.
  std::string is_unlisted = "h.bot IN (SELECT bot FROM derived.pardoned)";
};

// The facts of the log, such as whether it has assets at all: in the order of bot_facts(). When
// they are not what they were, the verdicts on all visitors of the day may be others.
using LogFacts = std::vector<bool>;
Result<LogFacts> read_log_facts(const RunSql& run, const RuleCodes& codes,
                                const BotQuestion& question);

// SELECT whose rows are (visitor UBIGINT, rule INTEGER): the visitors whose behaviour gave them
// away, and which of bot_rules() did. `is_on` says which rules hold. Hits without visitor are
// nobody's. The answer depends on the hits alone, not on their order or their codes.
std::string verdicts_sql(const RuleCodes& codes, const LogFacts& log, const BotQuestion& question,
                         const std::function<bool(const BotRule&)>& is_on);

}  // namespace ballcone
