#include "enrich/bot.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/check.h"
#include "base/text.h"
#include "enrich/bot_name.h"
#include "enrich/bot_table.h"

namespace ballcone {
namespace {

constexpr size_t kCachedMax = 32 * 1024;
constexpr std::string_view kCallsItselfBot = "User-Agent calls itself a bot";
constexpr std::string_view kNotBrowsers = "User-Agent is not a browser's";

// What a bot of no list says of itself. Tried on 16,000 User-Agents of real devices: Cubot makes
// telephones, and nothing else there has one of these words.
const Pattern kBotWords[] = {
    {R"((?:^|[^u])bots?(?:[^a-z]|$)|(?:^|[^c])ubots?(?:[^a-z]|$))", true},
    {R"(crawl|spider|scrap(?:er|y|ing)|slurp|archiver|fetcher|harvest|indexer|headless)", true},
    {R"(validator|link.?check|site.?map|monitoring|scann(?:er|ing)|uptime)", true},
    {R"((?:link|url|page).?preview|http.?client|\bsearch.?engine)", true},
    {R"(\bfeed.?(?:s|fetch\w*|pars\w*|burner|bot)?(?:[^a-z]|$)|\brss\b)", true},
    // "+http://acme.test/bot.html", "bot@acme.test"
    {R"(https?://|[a-z0-9]@[a-z0-9-]+\.[a-z]|[ (+;]www\.[a-z])", true},
};

// Words that only browsers have which do not begin with "Mozilla/" or "Opera/": text browsers,
// those of televisions, and of telephones before they were smart.
const Pattern kBrowserWords{
    "lynx|elinks|^links|w3m|dillo|netsurf|emacs|amaya|icab|uzbl|edbrowse|browser|webkit|gecko|msie|"
    "firefox|chrome|safari|konqueror|omniweb|netscape|mosaic|opera|galeon|dolphin|ibrowse|aweb|"
    "voyager|hbbtv|roku|viera|ucweb|obigo|teleca|netfront|midp|cldc|up\\.link|blackberry|nokia|"
    "samsung|ericsson|docomo|kddi|j-phone|vodafone|softbank|maui|dolfin|jasmine|polaris|openwave|"
    "series[46]0|symbian|palm|brew|playstation|nintendo|linux u android|"
    "^(?:lge?|sec|mot|htc|zte|huawei|alcatel|sie|sharp|sanyo|pantech|philips|haier|lenovo)[-_ /]",
    true};

// "GPTBot" → a pattern that does not find it in "NotGPTBotany".
Pattern pattern_of(std::string_view token) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  std::string regex = is_letter(token.front()) ? "(?:^|[^a-z])" : "";
  if (token.front() == '^') {
    regex = '^';
    token.remove_prefix(1);
  }
  for (const char c : token) {
    if (std::string_view(R"(\.+*?()[]{}^$|)").find(c) != std::string_view::npos) regex += '\\';
    regex += c;
  }
  if (is_letter(token.back())) regex += "(?:[^a-z]|$)";
  return {std::move(regex), true};
}

// Several tags: the one that says most. "ai-crawler" with "search-engine" is an assistant's index.
BotKind kind_of(const std::vector<std::string>& tags) {
  const auto has = [&tags](std::string_view tag) {
    return std::find(tags.begin(), tags.end(), tag) != tags.end();
  };
  if (has("ai-crawler") && has("search-engine")) return BotKind::ai_search;
  if (has("ai-crawler") && has("browser-automation")) return BotKind::ai_user;
  if (has("ai-crawler")) return BotKind::ai_training;
  constexpr std::pair<std::string_view, BotKind> kKinds[] = {
      {"search-engine", BotKind::search},  {"scanner", BotKind::scanner},
      {"monitoring", BotKind::monitor},    {"feed-reader", BotKind::feed},
      {"social-preview", BotKind::social}, {"seo", BotKind::seo},
      {"http-library", BotKind::tool},     {"browser-automation", BotKind::tool}};
  for (const auto& [tag, kind] : kKinds) {
    if (has(tag)) return kind;
  }
  return BotKind::other;  // "advertising", "archiver", "academic"
}

struct Rule {
  Pattern pattern;
  std::string name;
  BotKind kind;
};

std::string_view name_of(const KnownBot& bot) { return bot.name.empty() ? bot.token : bot.name; }

void add_own(std::vector<Rule>* rules, bool tools) {
  for (const KnownBot& bot : kKnownBots) {
    if ((bot.kind == BotKind::tool) == tools)
      rules->push_back({pattern_of(bot.token), std::string(name_of(bot)), bot.kind});
  }
}

// Where the list has a bot that we have too, ours is the kind.
std::unordered_map<std::string, BotKind> own_kinds() {
  std::unordered_map<std::string, BotKind> kinds;
  for (const KnownBot& bot : kKnownBots) kinds.emplace(to_lower_ascii(name_of(bot)), bot.kind);
  return kinds;
}

// {"pattern": "Googlebot\\/", "instances": ["Googlebot/2.1 (…)"], "tags": ["search-engine"], …}
std::optional<Rule> rule_of(const nlohmann::json& row) {
  const auto pattern = row.value("pattern", std::string());
  const auto examples = row.value("instances", std::vector<std::string>());
  if (pattern.empty()) return std::nullopt;
  std::string name = name_of_pattern(pattern, examples.empty() ? std::string() : examples[0]);
  const BotKind kind = kind_of(row.value("tags", std::vector<std::string>()));
  for (const auto& [wrong, instead] : kListCorrections) {
    if (pattern != wrong) continue;
    if (instead.empty()) return std::nullopt;
    return Rule{{std::string(instead)}, std::move(name), kind};
  }
  return Rule{{pattern}, std::move(name), kind};
}

Result<std::vector<Rule>> read_list(const std::string& path) {
  std::ifstream file(path);
  std::vector<Rule> rules;
  try {
    const auto list = nlohmann::json::parse(file);
    if (!list.is_array()) throw std::runtime_error("no array");
    const auto kinds = own_kinds();
    for (const auto& row : list) {
      auto rule = rule_of(row);
      if (!rule) continue;
      if (const auto own = kinds.find(to_lower_ascii(rule->name)); own != kinds.end())
        rule->kind = own->second;
      rules.push_back(std::move(*rule));
    }
  } catch (const std::exception& error) {
    return failure(
        fmt::format("expected crawler-user-agents.json at {}, got: {}", path, error.what()));
  }
  if (rules.empty()) return failure(fmt::format("expected patterns in {}, got none", path));
  return rules;
}

Bot make_bot(std::string name, BotKind kind) {
  std::string reason =
      kind == BotKind::tool ? "User-Agent names a tool" : "User-Agent list: " + name;
  return {std::move(name), name_of(kind), std::move(reason)};
}

// A browser's says what it runs on: "Mozilla/5.0 (…)", and not merely "(compatible)".
bool says_platform(std::string_view text) {
  const size_t open = text.find('(');
  if (open == text.npos) return false;
  const std::string_view inside = text.substr(open + 1, text.find(')', open) - open - 1);
  return trim(inside) != "compatible" && trim(inside) != "compatible;" && !trim(inside).empty();
}

}  // namespace

BotList::BotList(PatternSet patterns, PatternSet browser_words, std::vector<Bot> bots,
                 std::vector<size_t> bot_of)
    : patterns_(std::move(patterns)),
      browser_words_(std::move(browser_words)),
      bots_(std::move(bots)),
      bot_of_(std::move(bot_of)),
      cache_(kCachedMax) {
  for (size_t i = 0; i < bots_.size(); ++i) by_name_.emplace(to_lower_ascii(bots_[i].name), i);
}

const Bot& BotList::find(std::string_view user_agent) {
  user_agent = user_agent.substr(0, PatternSet::kTextBytesMax);
  return cache_.get(user_agent, [this](std::string_view text) { return find_anew(text); });
}

Bot BotList::find_anew(std::string_view text) {
  PatternSet::Captures found;
  const int rule = patterns_.first_match(text, &found);
  if (rule >= 0) {
    const auto at = static_cast<size_t>(rule);
    if (at < bot_of_.size()) return bots_[bot_of_[at]];
    const bool is_address = at == patterns_.size() - 1;
    // Programs for Windows, and what is plugged into Internet Explorer, name their homes:
    // "MSIE 6.0; Windows NT 5.1; Embedded Web Browser from: http://bsalsa.com/".
    const bool is_plugged_in =
        is_address && text.find("MSIE ") != text.npos && text.find("+http") == text.npos;
    if (!is_plugged_in)
      return unlisted(is_address ? name_of_product(text) : name_around(text, found[0]));
  }
  const bool is_modern = text.starts_with("Mozilla/") || text.starts_with("Opera/");
  const bool is_browsers =
      (is_modern && says_platform(text)) || browser_words_.first_match(text) >= 0;
  return is_browsers ? Bot() : unlisted(name_of_product(text));
}

// The verdict depends on the name alone, so that a name has one kind and one reason.
Bot BotList::unlisted(std::string name) const {
  const std::string lower = to_lower_ascii(name);
  if (const auto known = by_name_.find(lower); known != by_name_.end()) return bots_[known->second];
  constexpr std::string_view kWords[] = {"bot", "crawl", "spider", "scrap", "fetch", "scan"};
  const bool calls_itself_bot =
      std::any_of(std::begin(kWords), std::end(kWords),
                  [&lower](std::string_view word) { return lower.find(word) != lower.npos; });
  return {std::move(name), name_of(BotKind::other),
          std::string(calls_itself_bot ? kCallsItselfBot : kNotBrowsers)};
}

Result<std::unique_ptr<BotList>> open_bots(const std::string& path) {
  auto list = read_list(path);
  if (!list) return tl::unexpected(list.error());
  const auto is_tool = [](const Rule& rule) { return rule.kind == BotKind::tool; };
  const auto tools = std::stable_partition(list->begin(), list->end(), std::not_fn(is_tool));
  std::vector<Rule> rules;
  add_own(&rules, false);
  rules.insert(rules.end(), list->begin(), tools);
  add_own(&rules, true);
  rules.insert(rules.end(), tools, list->end());

  std::vector<Pattern> patterns;
  std::vector<Bot> bots;
  std::vector<size_t> bot_of;
  std::unordered_map<std::string, size_t> by_name;
  for (Rule& rule : rules) {
    const auto [known, is_new] = by_name.emplace(to_lower_ascii(rule.name), bots.size());
    if (is_new) bots.push_back(make_bot(std::move(rule.name), rule.kind));
    bot_of.push_back(known->second);
    patterns.push_back(std::move(rule.pattern));
  }
  patterns.insert(patterns.end(), std::begin(kBotWords), std::end(kBotWords));
  auto set = PatternSet::make(std::move(patterns));
  if (!set) return failure(fmt::format("{}: {}", path, set.error().message));
  auto browser_words = PatternSet::make({kBrowserWords});
  CHECK(browser_words.has_value());
  return std::make_unique<BotList>(std::move(*set), std::move(*browser_words), std::move(bots),
                                   std::move(bot_of));
}

namespace {

// The code of a bot's name; its kind and reason stand beside it.
uint32_t add_bot(const Bot& bot, HitBatch* batch) {
  const uint32_t code = batch->bot.intern(bot.name, batch->arena);
  if (code == batch->bot_kind.size()) {
    batch->bot_kind.append(bot.kind, batch->arena);
    batch->bot_reason.append(bot.reason, batch->arena);
  }
  return code;
}

}  // namespace

void fill_bot(HitBatch& batch, EnrichContext& context) {
  add_bot({}, &batch);  // absent: a person
  if (!context.bots) {
    for (size_t row = 0; row < batch.rows(); ++row) batch.bot.append_code(0);
    return;
  }
  std::vector<uint32_t> bot_of{0};
  for (size_t i = 1; i < batch.user_agent.distinct().size(); ++i)
    bot_of.push_back(add_bot(context.bots->find(batch.user_agent.distinct()[i]), &batch));
  for (const uint32_t user_agent : batch.user_agent.codes())
    batch.bot.append_code(bot_of[user_agent]);
}

}  // namespace ballcone
