#include "derive/rules.h"

#include <fmt/args.h>
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace ballcone {
namespace {

// The shown names of bots of behaviour are unlike any product's.
constexpr BotRule kRules[] = {
    {.name = "user-agent-list",
     .reason = "User-Agent list",
     .doc = "The User-Agent names a bot of our table or of crawler-user-agents"},
    {.name = "user-agent-tool",
     .reason = "User-Agent names a tool",
     .doc = "The User-Agent is a program's or a library's: curl, Go-http-client"},
    {.name = "user-agent-says-bot",
     .reason = "User-Agent calls itself a bot",
     .doc = "The User-Agent has a word such as bot, crawler or spider, and is on no list"},
    {.name = "user-agent-no-browser",
     .reason = "User-Agent is not a browser's",
     .doc = "No browser sends such a User-Agent"},

    {.name = "no-user-agent",
     .reason = "No User-Agent",
     .doc = "No User-Agent at all, where the service's log has them that day",
     .bot = "No User-Agent",
     .bot_kind = "tool",
     .condition = "shows_user_agents AND user_agent = 0"},
    {.name = "probes",
     .reason = "Asked for paths that only scanners ask for",
     .doc = "Two different probe paths, or nothing but probes",
     .bot = "Unnamed scanner",
     .bot_kind = "scanner",
     .condition = "probe_paths >= 2 OR probes = hits"},
    {.name = "robots-txt",
     .reason = "Read /robots.txt and no part of a page",
     .doc = "Asked for /robots.txt, for no part of any page, and followed no link",
     .bot = "Unnamed robots.txt reader",
     .bot_kind = "other",
     .condition = "robots > 0 AND assets = 0 AND followed = 0"},
    {.name = "sec-fetch",
     .reason = "Claims to be a browser that sends Sec-Fetch-Dest, and sent none",
     .doc = "A browser whose version always sends Sec-Fetch-Dest over https did not, where the "
            "log shows that of others",
     .bot = "Unnamed false browser",
     .bot_kind = "other",
     .condition =
         "shows_fetch_dest AND fetches = 0 AND secure = hits AND user_agent IN ({fetching})"},
    {.name = "rate",
     .reason = "More pages in a minute than a person can look at",
     .doc = "More than 60 pages within one minute of the clock",
     .bot = "Unnamed fast reader",
     .bot_kind = "other",
     .condition = "pages_in_minute > 60"},
    {.name = "no-assets",
     .reason = "Pages without any part of them",
     .doc =
         "Five pages or more, but no style sheet, script or picture, nothing that was unchanged, "
         "and no link followed, where the service's log shows that others do",
     .bot = "Unnamed page reader",
     .bot_kind = "other",
     .condition =
         "shows_assets AND shows_links AND pages >= 5 AND assets = 0 AND unchanged = 0 AND "
         "followed = 0 AND fetches = 0"},
    {.name = "datacenter",
     .reason = "A browser in a datacenter that loads no part of a page",
     .doc = "From a network of hosted servers: pages, but no part of any and no link followed",
     .bot = "Unnamed hosted program",
     .bot_kind = "other",
     .condition = "shows_assets AND shows_links AND pages > 0 AND assets = 0 AND unchanged = 0 AND "
                  "followed = 0 AND "
                  "fetches = 0 AND address IN ({hosted})"},
};

using Of = BotFact::Of;

// Counting with FILTER over codes costs next to nothing beside reading the columns.
constexpr BotFact kFacts[] = {
    {Of::log, "shows_user_agents", "count(*) FILTER (h.user_agent <> 0) > 0",
     "The log has User-Agents"},
    // A site whose files another server has still logs its icons and sitemap: fewer than ten paths.
    {Of::log, "shows_assets",
     "count(DISTINCT h.path) FILTER (h.kind = {asset}) >= 10 AND "
     "count(*) FILTER (h.kind = {asset} AND {unlisted}) * 10 >= "
     "count(*) FILTER (h.kind = {page} AND {unlisted})",
     "The log has the parts of pages: ten paths or more, and one for ten pages"},
    {Of::log, "shows_links",
     "count(*) FILTER (h.kind = {page} AND h.channel = {internal}) >= 10 AND "
     "count(*) FILTER (h.kind = {page} AND h.channel = {internal}) * 20 >= "
     "count(*) FILTER (h.kind = {page} AND {unlisted})",
     "The log has referrers of the site's own pages: ten or more, and on one page in 20"},
    {Of::log, "shows_fetch_dest",
     "count(*) FILTER (h.fetch_dest <> 0) >= 20 AND "
     "count(*) FILTER (h.fetch_dest <> 0 AND h.scheme = {https} AND {unlisted}) * 4 >= "
     "count(*) FILTER (h.scheme = {https} AND {unlisted})",
     "The log has Sec-Fetch-Dest: on 20 hits or more, and on one in four over https"},

    {Of::visitor, "hits", "count(*)", "Hits"},
    {Of::visitor, "pages", "count(*) FILTER (h.kind = {page})", "Pages, prefetched ones too"},
    {Of::visitor, "assets",
     "count(*) FILTER ((h.kind = {asset} AND h.path <> {robots}) OR {scripted})",
     "Parts of pages; the script that counts is one, too"},
    {Of::visitor, "unchanged", "count(*) FILTER (h.status = 304)",
     "What was asked for again and had not changed: the visitor has a cache"},
    {Of::visitor, "followed", "count(*) FILTER (h.channel = {internal})",
     "With a referrer of the same site: links followed, and parts of pages"},
    {Of::visitor, "robots", "count(*) FILTER (h.path = {robots})", "/robots.txt"},
    {Of::visitor, "probes", "count(*) FILTER (h.kind = {probe})", "Probes"},
    // DISTINCT would keep a set per visitor; one or more is all that is asked.
    {Of::visitor, "probe_paths",
     "CASE WHEN min(h.path) FILTER (h.kind = {probe}) < max(h.path) FILTER (h.kind = {probe}) "
     "THEN 2 ELSE least(count(*) FILTER (h.kind = {probe}), 1) END",
     "Different paths of the probes; 2 stands for more, too"},
    {Of::visitor, "fetches", "count(*) FILTER (h.fetch_dest <> 0)", "Hits with Sec-Fetch-Dest"},
    // What a script sends says nothing of Sec-Fetch-Dest.
    {Of::visitor, "secure", "count(*) FILTER (h.scheme = {https} AND NOT {scripted})",
     "Requests over https"},
    // A visitor has one of each; several codes stand for the same text.
    {Of::visitor, "user_agent", "max(h.user_agent)", "Code of the User-Agent; 0: none"},
    {Of::visitor, "address", "max(h.address)", "Code of the address"},

    {Of::minute, "pages_in_minute",
     "greatest(count(*) FILTER (h.kind = {page} AND {scripted}), "
     "count(*) FILTER (h.kind = {page} AND NOT {scripted}))",
     "The most pages within one minute of the clock; 0 if the day has 60 or less"},
};

// Since when Sec-Fetch-* goes with every request over https: by the release notes of the engines
// and tables of web platform features. Some versions later, where the engine's users lag behind.
struct Fetching {
  std::string_view browser;  // as uap-core names it
  int version;
};
constexpr Fetching kFetching[] = {
    {"Chrome", 80},  {"Chrome Mobile", 80},  {"Edge", 80},   {"Edge Mobile", 80},
    {"Firefox", 90}, {"Firefox Mobile", 90}, {"Safari", 17}, {"Mobile Safari", 17}};

// Autonomous systems of those who rent out servers. Left out are those through which people come:
// exits of virtual private networks (M247, Datacamp, 31173), of iCloud Private Relay and WARP
// (Akamai, Fastly, Cloudflare). Own table, from the registries' public data.
struct HostingNetwork {
  int asn;
  std::string_view name;
};
constexpr HostingNetwork kHosting[] = {
    {14061, "DigitalOcean"},  {14618, "Amazon"},        {16509, "Amazon"},
    {396982, "Google Cloud"}, {8075, "Microsoft"},      {31898, "Oracle"},
    {45102, "Alibaba"},       {37963, "Alibaba"},       {132203, "Tencent"},
    {45090, "Tencent"},       {136907, "Huawei Cloud"}, {16276, "OVH"},
    {24940, "Hetzner"},       {213230, "Hetzner"},      {212317, "Hetzner"},
    {63949, "Linode"},        {20473, "Vultr"},         {51167, "Contabo"},
    {40021, "Contabo"},       {12876, "Scaleway"},      {60781, "Leaseweb"},
    {28753, "Leaseweb"},      {30633, "Leaseweb"},      {8560, "IONOS"},
    {47583, "Hostinger"},     {36352, "ColoCrossing"},  {19318, "Interserver"},
    {26496, "GoDaddy"},       {46606, "Unified Layer"}, {53667, "FranTech"},
    {55286, "ServerMania"},   {62567, "DigitalOcean"},  {197540, "netcup"},
    {202053, "UpCloud"},      {49505, "Selectel"},      {197695, "REG.RU"},
    {9123, "Timeweb"},        {210644, "Aeza"},
};

// SQL's list of user agents' codes.
std::string fetching_sql() {
  std::string sql;
  for (const Fetching& row : kFetching) {
    sql += fmt::format(
        "{}(browser = '{}' AND "
        "TRY_CAST(split_part(browser_version, '.', 1) AS INTEGER) >= {})",
        sql.empty() ? "" : " OR ", row.browser, row.version);
  }
  return "SELECT code FROM data.text_user_agent WHERE " + sql;
}

std::string hosted_sql() {
  std::string sql;
  for (const HostingNetwork& row : kHosting)
    sql += (sql.empty() ? "" : ", ") + fmt::to_string(row.asn);
  return "SELECT code FROM data.text_address WHERE asn IN (" + sql + ")";
}

// With codes for {page} and the like.
std::string fill_in(std::string_view sql, const RuleCodes& codes, const BotQuestion& question) {
  return fmt::format(fmt::runtime(sql), fmt::arg("page", codes.page),
                     fmt::arg("asset", codes.asset), fmt::arg("probe", codes.probe),
                     fmt::arg("internal", codes.internal), fmt::arg("robots", codes.robots),
                     fmt::arg("https", codes.https),
                     fmt::arg("scripted", codes.script == RuleCodes::kNoCode
                                              ? "false"
                                              : fmt::format("(h.via = {})", codes.script)),
                     fmt::arg("unlisted", question.is_unlisted),
                     fmt::arg("fetching", fetching_sql()), fmt::arg("hosted", hosted_sql()));
}

// "count(*) AS hits, …"
std::string columns(Of of, const RuleCodes& codes, const BotQuestion& question) {
  std::string sql;
  for (const BotFact& fact : kFacts) {
    if (fact.of == of)
      sql += fmt::format("{}{} AS {}", sql.empty() ? "" : ",\n         ",
                         fill_in(fact.sql, codes, question), fact.name);
  }
  return sql;
}

std::string conditions(const BotQuestion& question) {
  return question.day + (question.visitors.empty() ? "" : " AND " + question.visitors) +
         " AND h.visitor IS NOT NULL AND " + question.is_unlisted;
}

// The most pages in a minute of those who have enough of them to matter: a handful.
std::string busy_sql(const RuleCodes& codes, const BotQuestion& question) {
  return fmt::format(
      "SELECT visitor, max(pages_in_minute) AS pages_in_minute FROM (\n"
      "      SELECT h.visitor AS visitor, {} FROM data.hits h\n"
      "      WHERE {} AND h.kind = {} AND h.visitor IN (SELECT visitor FROM behaviour WHERE "
      "pages > 60)\n"
      "      GROUP BY h.visitor, date_trunc('minute', h.time)) GROUP BY visitor",
      columns(Of::minute, codes, question), conditions(question), codes.page);
}

std::string log_columns(const LogFacts& log) {
  std::string sql;
  size_t i = 0;
  for (const BotFact& fact : kFacts) {
    if (fact.of == Of::log) sql += fmt::format(", {} AS {}", bool{log.at(i++)}, fact.name);
  }
  return sql;
}

}  // namespace

std::span<const BotRule> bot_rules() { return kRules; }
std::span<const BotFact> bot_facts() { return kFacts; }

const BotRule* find_rule(std::string_view name) {
  const auto* found = std::find_if(std::begin(kRules), std::end(kRules),
                                   [&](const BotRule& rule) { return rule.name == name; });
  return found == std::end(kRules) ? nullptr : found;
}

const BotRule* rule_of_reason(std::string_view reason) {
  const std::string_view general = reason.substr(0, reason.find(':'));
  const auto* found = std::find_if(std::begin(kRules), std::end(kRules),
                                   [&](const BotRule& rule) { return rule.reason == general; });
  return found == std::end(kRules) ? nullptr : found;
}

Result<void> check_rule_name(std::string_view name) {
  if (find_rule(name) != nullptr) return {};
  const std::string_view cut = name.substr(0, 64);
  const auto* nearest =
      std::min_element(std::begin(kRules), std::end(kRules), [&](const auto& a, const auto& b) {
        return edit_distance(cut, a.name) < edit_distance(cut, b.name);
      });
  const bool is_near = edit_distance(cut, nearest->name) <= std::max<size_t>(2, cut.size() / 3);
  std::string names;
  for (const BotRule& rule : kRules) names += (names.empty() ? "" : ", ") + std::string(rule.name);
  return failure(fmt::format(
      "expected a bot rule, got \"{}\"; {}", cut,
      is_near ? fmt::format("did you mean \"{}\"?", nearest->name) : "there are " + names));
}

Result<RuleCodes> find_rule_codes(const RunSql& run) {
  const auto code = [](std::string_view text, std::string_view value) {
    return fmt::format("coalesce((SELECT min(code) FROM data.text_{0} WHERE {0} = '{1}'), {2})",
                       text, value, RuleCodes::kNoCode);
  };
  const auto table =
      run({fmt::format("SELECT {}, {}, {}, {}, {}, {}, {}", code("kind", "page"),
                       code("kind", "asset"), code("kind", "probe"), code("channel", "Internal"),
                       code("path", "/robots.txt"), code("scheme", "https"), code("via", "script")),
           {}});
  if (!table) return tl::unexpected(table.error());
  RuleCodes codes;
  size_t i = 0;
  for (int64_t* into : {&codes.page, &codes.asset, &codes.probe, &codes.internal, &codes.robots,
                        &codes.https, &codes.script})
    *into = std::get<int64_t>(table->rows.at(0).at(i++));
  return codes;
}

Result<LogFacts> read_log_facts(const RunSql& run, const RuleCodes& codes,
                                const BotQuestion& question) {
  const auto table = run({fmt::format("SELECT {}\nFROM data.hits h WHERE {}",
                                      columns(Of::log, codes, question), question.day),
                          {}});
  if (!table) return tl::unexpected(table.error());
  LogFacts log;
  for (const Value& value : table->rows.at(0)) log.push_back(std::get<bool>(value));
  return log;
}

std::string verdicts_sql(const RuleCodes& codes, const LogFacts& log, const BotQuestion& question,
                         const std::function<bool(const BotRule&)>& is_on) {
  std::string cases;
  for (size_t i = 0; i < std::size(kRules); ++i) {
    if (kRules[i].is_of_behaviour() && is_on(kRules[i]))
      cases +=
          fmt::format("\n      WHEN {} THEN {}", fill_in(kRules[i].condition, codes, question), i);
  }
  if (cases.empty()) return "SELECT 0::UBIGINT AS visitor, 0 AS rule WHERE false";
  return fmt::format(
      "WITH behaviour AS MATERIALIZED (\n"
      "  SELECT h.visitor AS visitor,\n         {}\n"
      "  FROM data.hits h WHERE {}\n  GROUP BY h.visitor),\n"
      "busy AS ({}),\n"
      "known AS (SELECT behaviour.*, coalesce(pages_in_minute, 0) AS pages_in_minute{}\n"
      "  FROM behaviour LEFT JOIN busy USING (visitor))\n"
      "SELECT visitor, rule FROM (\n"
      "  SELECT visitor, CASE{} END AS rule FROM known)\n"
      "WHERE rule IS NOT NULL",
      columns(Of::visitor, codes, question), conditions(question), busy_sql(codes, question),
      log_columns(log), cases);
}

}  // namespace ballcone
