// Which hits are not a person's, by the User-Agent: our own table (bot_table.h), then the list of
// crawler-user-agents (MIT), then what a text gives away by itself: a word such as "crawler", an
// address of its owner, or that no browser would send it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "enrich/enrich.h"
#include "enrich/pattern_set.h"
#include "enrich/text_cache.h"

namespace ballcone {

// A name stands for one kind and one reason, whatever User-Agent it was found in.
struct Bot {
  std::string name;       // "GPTBot"; empty: a person, as far as one can tell
  std::string_view kind;  // "ai-training"; lives for ever
  std::string reason;     // "User-Agent list: GPTBot"
};

// Has caches: one per thread. About 9 MB, and at most 8 MB more when its cache is full.
class BotList {
 public:
  // Each of `patterns` is of bots[bot_of[i]]; those beyond bot_of's end are the words by which a
  // bot of no list gives itself away, last of all that it has an address. `browser_words` are what
  // only a browser's text has.
  BotList(PatternSet patterns, PatternSet browser_words, std::vector<Bot> bots,
          std::vector<size_t> bot_of);

  // Pure but for the cache. The reference is good until the next call.
  const Bot& find(std::string_view user_agent);
  // The same, without looking into the cache or filling it.
  Bot find_anew(std::string_view user_agent);

 private:
  Bot unlisted(std::string name) const;

  PatternSet patterns_;
  PatternSet browser_words_;
  std::vector<Bot> bots_;  // by name, each once
  std::vector<size_t> bot_of_;
  std::unordered_map<std::string, size_t> by_name_;  // lower-cased
  TextCache<Bot> cache_;
};

// `path` is crawler-user-agents.json. Takes about 25 ms. Fails if the file is not there or is not
// what it should be.
Result<std::unique_ptr<BotList>> open_bots(const std::string& path);

// The step "bot": bot by row, and bot_kind and bot_reason by distinct bot. A hit without User-Agent
// is nobody's yet: what it means depends on the day's other hits (derive/rules.h).
void fill_bot(HitBatch& batch, EnrichContext& context);

}  // namespace ballcone
