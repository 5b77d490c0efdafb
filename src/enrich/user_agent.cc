#include "enrich/user_agent.h"

#include "base/text.h"

namespace ballcone {
namespace {

constexpr size_t kCachedMax = 32 * 1024;

// {"Chrome", "120", "0", "6099"} → "120.0.6099"; stops at the first part that is not there.
std::string join_version(const UapFields& fields) {
  std::string version = fields[1];
  for (size_t i = 2; i <= 3 && !version.empty() && !fields[i].empty(); ++i)
    version += "." + fields[i];
  return version;
}

// The rules work on bytes, so a group may begin or end inside a character.
std::string whole_characters(std::string text) {
  if (is_utf8(text)) return text;
  std::string repaired;
  append_repaired_utf8(text, &repaired);
  return repaired;
}

}  // namespace

UserAgentParser::UserAgentParser(UapRules browsers, UapRules systems)
    : browsers_(std::move(browsers)), systems_(std::move(systems)), cache_(kCachedMax) {}

const UserAgent& UserAgentParser::parse(std::string_view user_agent) {
  user_agent = user_agent.substr(0, PatternSet::kTextBytesMax);
  return cache_.get(user_agent, [this](std::string_view text) { return parse_anew(text); });
}

UserAgent UserAgentParser::parse_anew(std::string_view user_agent) {
  UserAgent result;
  if (const auto browser = browsers_.find(user_agent); browser && !(*browser)[0].empty()) {
    result.browser = whole_characters((*browser)[0]);
    result.browser_version = whole_characters(join_version(*browser));
  }
  if (const auto system = systems_.find(user_agent); system && !(*system)[0].empty()) {
    result.os = whole_characters((*system)[0]);
    result.os_version = whole_characters(join_version(*system));
  }
  result.device = devices_.find(user_agent, result.os);
  return result;
}

Result<std::unique_ptr<UserAgentParser>> open_user_agents(const std::string& path) {
  auto rules = read_uap_rules(path, {UapSection::browsers, UapSection::systems});
  if (!rules) return tl::unexpected(rules.error());
  return std::make_unique<UserAgentParser>(std::move((*rules)[0]), std::move((*rules)[1]));
}

void fill_user_agent(HitBatch& batch, EnrichContext& context) {
  static const UserAgent kUnknown;
  for (const std::string_view text : batch.user_agent.distinct()) {
    const bool is_known = context.user_agents && !text.empty();
    const UserAgent& found = is_known ? context.user_agents->parse(text) : kUnknown;
    batch.browser.append(found.browser, batch.arena);
    batch.browser_version.append(found.browser_version, batch.arena);
    batch.os.append(found.os, batch.arena);
    batch.os_version.append(found.os_version, batch.arena);
    batch.device.append(found.device, batch.arena);
  }
}

}  // namespace ballcone
