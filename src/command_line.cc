#include "command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <set>

#include "base/ip.h"
#include "command/config_file.h"
#include "command/import_line.h"
#include "hit/services.h"
#include "setting_checks.h"
#include "version.h"

namespace ballcone {
namespace {

constexpr const char* kAbout =
    "Ballcone: web analytics from your server's own log, kept in a database of your own.\n"
    "Without a command it serves: nginx sends its access log to 127.0.0.1:65140/udp, and you look "
    "at "
    "http://127.0.0.1:8080/.";

constexpr const char* kServeAbout =
    "Receive access logs over syslog/UDP, keep them, and serve the dashboard.\n"
    "The /nginx page of the dashboard shows the lines for nginx.conf.";

constexpr const char* kSqlAbout =
    "Ask the database one read-only question, through the running server where there is one.\n"
    "The view `hits` has every hit; a view of its name has each service's:\n"
    "  ballcone sql 'SELECT path, count(*) FROM example GROUP BY path ORDER BY 2 DESC LIMIT 10'";

constexpr const char* kServiceAbout =
    "Say which services scripts and pixels may count for, and give them keys:\n"
    "  ballcone service add blog --host example.com,*.example.com";

constexpr const char* kGoalAbout =
    "Say what the visitors of a service are wanted to do, to see how many do:\n"
    "  ballcone goal add shop Order --event Order\n"
    "  ballcone goal add shop \"Read the blog\" --path '/blog/*'";

constexpr const char* kShareAbout =
    "Give others a link to one service's page, which needs no password of yours:\n"
    "  ballcone share add shop --name Press --until 30d\n"
    "  ballcone share remove 3";

constexpr const char* kMarkerAbout =
    "Mark a moment on the time line of a service, such as a release:\n"
    "  ballcone marker add shop \"Release 2\"";

constexpr const char* kPrivacyAbout =
    "Show what the database holds of persons: each column that could, how many values, whether "
    "they "
    "are\nmasked, and an example without what should not be seen.";

constexpr const char* kPasswordAbout =
    "Read a password from standard input and print its hash, for --web-password-hash.";

// The original's flags of two letters, which are not in the style of getopt: -sh, -sp, -wh, -wp.
const char* long_name(std::string_view argument) {
  if (argument == "-sh") return "--syslog-host";
  if (argument == "-sp") return "--syslog-port";
  if (argument == "-wh") return "--web-host";
  if (argument == "-wp") return "--web-port";
  return nullptr;
}

void add_database(CLI::App& app, Config& config) {
  app.add_option("-d,--database", config.database, "The database file; :memory: keeps nothing")
      ->capture_default_str();
}

// What several settings mean together.
void finish_settings(const CLI::App& app, Config& config) {
  config.sets_visit_gap = app.get_option("--visit-gap")->count() > 0;
  config.sets_rules_off = app.get_option("--rules-off")->count() > 0;
  std::erase_if(config.rules_off,
                [](const std::string& name) { return name.empty() || name == "none"; });
  config.keep_hits_days = days_kept(config.keep_hits).value_or(0);
  config.keep_totals_days = days_kept(config.keep_totals).value_or(0);
  for (const std::string& text : config.time_zones) add_time_zone(text, &config.zones);
}

void add_settings(CLI::App& app, Config& config) {
  // A flag given twice: the last one holds, so that a script can add to a line that is there.
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  add_database(app, config);
  app.add_option("-p,--period", config.period_s, "Seconds between commits to the database")
      ->check(CLI::Range(0.01, 3600.0))
      ->capture_default_str();
  app.add_option("-t,--top-limit", config.top_limit, "Rows of a ranking; the page shows at least 8")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--days", config.days, "Days that the pages look back")
      ->check(CLI::Range(1, 3660))
      ->capture_default_str();

  const auto add = [&](const char* group, const char* flag, auto& value, const char* about) {
    return app.add_option(flag, value, about)->group(group);
  };
  add("Syslog", "--syslog-host", config.syslog_host, "Address to receive log lines on (also -sh)")
      ->capture_default_str();
  add("Syslog", "--syslog-port", config.syslog_port,
      "UDP port to receive log lines on (also -sp); 0 takes a free one")
      ->capture_default_str();
  add("Syslog", "--syslog-buffer", config.syslog_buffer_mb,
      "Megabytes of receive buffer asked of the kernel; unprivileged, net.core.rmem_max is the "
      "most it grants")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  add("Syslog", "--services", config.services,
      "Names of the services that are stored; all others are dropped")
      ->delimiter(',')
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  add("Syslog", "--services-max", config.services_max,
      "How many services senders may create, if --services names none")
      ->capture_default_str();
  add("Files", "--follow", config.follow,
      "Log files to read as they grow, through any rotation, each line once; NAME=FILE says whose "
      "they are")
      ->type_name("[NAME=]FILE...")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);

  add("Script and pixel", "--rate-limit", config.rate_limit,
      "Hits that one address may send in a minute; 0 takes any number")
      ->check(CLI::Range(0, 1'000'000'000))
      ->capture_default_str();
  add("Script and pixel", "--trusted-proxies", config.trusted_proxies,
      "Networks of proxies whose X-Forwarded-For is believed, such as 10.0.0.0/8; this machine's "
      "always is")
      ->type_name("NETWORK,...")
      ->check(find_proxy_fault, "")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);

  add("Web", "--web-host", config.web_host, "Address to serve the dashboard on (also -wh)")
      ->capture_default_str();
  add("Web", "--web-port", config.web_port,
      "TCP port to serve the dashboard on (also -wp); 0 takes a free one")
      ->capture_default_str();
  add("Web", "--web-auth", config.web_auth,
      "Who may look: basic asks for user and password, none lets everybody in")
      ->check(CLI::IsMember({"none", "basic"}));
  add("Web", "--web-user", config.web_user, "User for --web-auth basic")->capture_default_str();
  add("Web", "--web-password-hash", config.web_password_hash, "What `ballcone password` printed");
  add("Web", "--web-allowed-hosts", config.web_allowed_hosts,
      "Host names under which the dashboard may be asked for, beside the address itself")
      ->delimiter(',')
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);

  add("Counting", "--time-zone", config.time_zones,
      "Where days begin at midnight: an IANA name such as Europe/Berlin, for all services or for "
      "one "
      "(default: UTC). May be given again")
      ->type_name("[SERVICE=]NAME")
      ->check(find_zone_fault, "")
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  add("Counting", "--visit-gap", config.visit_gap_min,
      "Minutes without a page view that end a visit; as it was, if it is not given")
      ->type_name("MINUTES")
      ->check(CLI::Range(1, 1440))
      ->transform(CLI::Validator(
          [](std::string& text) {
            if (text.size() > 1 && text.ends_with('m')) text.pop_back();  // "30m"
            return std::string();
          },
          ""))
      ->capture_default_str();
  add("Counting", "--rules-off", config.rules_off,
      "Bot rules that are not applied, by name (docs/definitions.md lists them), or none; as it "
      "was, "
      "if it is not given")
      ->type_name("NAME,...")
      ->check(find_rule_fault, "")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);

  add("Data", "--addresses", config.addresses,
      "How addresses are kept: masked to /24 and /48, none, or full")
      ->check(CLI::IsMember({"masked", "none", "full"}))
      ->capture_default_str();
  add("Data", "--mask-urls", config.mask_urls,
      "Whether passwords, tokens, e-mail addresses and the like in URLs become *** before they are "
      "stored: on or off (docs/privacy.md)")
      ->check(CLI::IsMember({"on", "off"}))
      ->capture_default_str();
  add("Data", "--log-pixels", config.log_pixels,
      "Which requests for hello.gif and noscript.gif in logs are the page views they tell of: "
      "those "
      "that a CDN's edge answered, all, or off (docs/collect.md)")
      ->check(CLI::IsMember({"edge", "all", "off"}))
      ->capture_default_str();
  add("Data", "--keep-hits", config.keep_hits,
      "How long hits, page views and visits are kept: days such as 90d, or forever")
      ->type_name("DAYSd|forever")
      ->check(find_keep_fault, "")
      ->capture_default_str();
  add("Data", "--keep-totals", config.keep_totals,
      "How long the totals of each day are kept, which answer questions without filters")
      ->type_name("DAYSd|forever")
      ->check(find_keep_fault, "")
      ->capture_default_str();
  add("Data", "--geoip", config.geoip,
      "MMDB file for countries; none goes without (default: the one installed)");
  add("Data", "--data-dir", config.data_dir,
      "Folder of the lists of browsers, bots and referrers (default: share/ballcone)");
  add("Data", "--memory", config.memory_mb, "Megabytes that the database engine may use")
      ->check(CLI::Range(64, 1 << 20))
      ->capture_default_str();
  add("Data", "--log-level", config.log_level, "debug, info, warning or error")
      ->check(CLI::IsMember({"debug", "info", "warning", "error"}))
      ->capture_default_str();
}

void add_privacy_flags(CLI::App& app, Config& config, PrivacyCommand& command) {
  add_database(app, config);
  app.add_option("action", command.action, "check")->check(CLI::IsMember({"check"}))->required();
  app.add_option("--format", command.format, "table, csv or json")
      ->check(CLI::IsMember({"table", "csv", "json"}))
      ->capture_default_str();
}

void add_service_flags(CLI::App& app, Config& config, ServiceCommand& command) {
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  add_database(app, config);
  app.add_option("action", command.action, "add (or change), list, remove, or key: a new key")
      ->check(CLI::IsMember({"add", "list", "remove", "key"}))
      ->required();
  app.add_option("name", command.name, "The service");
  app.add_option("--host", command.hosts, "A host of its pages: example.com, *.example.com")
      ->type_name("HOST,...")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_option("--set", command.switches, "What is kept of its hits: " + switches_help())
      ->type_name("NAME=VALUE,...")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_option("--time-zone", command.time_zone,
                 "Where its days begin at midnight; from the server's next start on");
  app.add_flag("--server", command.is_server_key, "key: the secret one of POST /api/v1/hits");
}

void add_goal_flags(CLI::App& app, Config& config, GoalCommand& command) {
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  add_database(app, config);
  app.add_option("action", command.action, "add (or change), list or remove")
      ->check(CLI::IsMember({"add", "list", "remove"}))
      ->required();
  app.add_option("service", command.service, "The service");
  app.add_option("name", command.name, "The goal, as it is shown: Order");
  auto* event = app.add_option("--event", command.event, "Reached by custom events of this name");
  app.add_option("--path", command.path,
                 "Reached by page views of this path: /thanks, or with * for any text")
      ->excludes(event);
}

void add_share_flags(CLI::App& app, Config& config, ShareCommand& command) {
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  add_database(app, config);
  app.add_option("action", command.action, "add, list or remove")
      ->check(CLI::IsMember({"add", "list", "remove"}))
      ->required();
  app.add_option("what", command.what, "The service; to remove a link, its number in the list");
  app.add_option("--name", command.name, "What you call it: Press");
  app.add_flag("--password", command.has_password,
               "Ask for a password, read from standard input, before anything is shown");
  app.add_option("--until", command.until, "When it ends: days such as 30d, or a date")
      ->type_name("DAYSd|DATE");
  app.add_option("--embed", command.embed,
                 "Sites that may show it in a frame: https://example.com (default: all)")
      ->type_name("ORIGIN,...")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void add_marker_flags(CLI::App& app, Config& config, MarkerCommand& command) {
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  add_database(app, config);
  app.add_option("action", command.action, "add, list or remove")
      ->check(CLI::IsMember({"add", "list", "remove"}))
      ->required();
  app.add_option("service", command.service, "The service");
  app.add_option("text", command.text, "What happened: Release 2");
  app.add_option("--time", command.time, "When, if not now: 2026-11-23T12:00:00Z");
}

// "Ballcone v0.1.0", "Ballcone v0.1.0 (AddressSanitizer)"
std::string version_line() {
  std::string line = std::string("Ballcone v") + kVersion;
  if (*kSanitizer != '\0') line += std::string(" (") + kSanitizer + ")";
  return line;
}

}  // namespace

CommandLine parse_command_line(int argc, const char* const* argv) {
  CommandLine line;
  std::vector<std::string> arguments;
  for (int i = 1; i < argc; ++i) {
    const char* name = long_name(argv[i]);
    arguments.emplace_back(name != nullptr ? name : argv[i]);
  }

  CLI::App app(kAbout, "ballcone");
  app.set_version_flag("-v,--version", version_line());
  app.require_subcommand(0, 1);
  std::string config_file;
  auto* serve = app.add_subcommand("serve", kServeAbout);
  add_settings(*serve, line.config);
  serve
      ->add_option("-c,--config", config_file,
                   "TOML file whose keys are the long flags: web-port = 8080")
      ->check(CLI::ExistingFile);
  serve->add_flag("--print-config", line.prints_config,
                  "Print every setting as a file for --config, and end");
  // A Config of its own: a setting has the flags of one command only.
  Config import_config;
  auto* import = app.add_subcommand("import", kImportAbout);
  add_import_flags(*import, line.import);
  add_settings(*import, import_config);
  fit_settings_to_import(*import);
  import->add_option("-c,--config", config_file, "The TOML file of the server, for its settings")
      ->check(CLI::ExistingFile);
  auto* sql = app.add_subcommand("sql", kSqlAbout);
  add_database(*sql, line.config);
  sql->add_option("--format", line.sql.format, "table, csv or json")
      ->check(CLI::IsMember({"table", "csv", "json"}))
      ->capture_default_str();
  sql->add_option("statement", line.sql.statement, "One SELECT; - reads it from standard input")
      ->required();
  auto* service = app.add_subcommand("service", kServiceAbout);
  add_service_flags(*service, line.config, line.service);
  auto* goal = app.add_subcommand("goal", kGoalAbout);
  add_goal_flags(*goal, line.config, line.goal);
  auto* share = app.add_subcommand("share", kShareAbout);
  add_share_flags(*share, line.config, line.share);
  auto* marker = app.add_subcommand("marker", kMarkerAbout);
  add_marker_flags(*marker, line.config, line.marker);
  auto* privacy = app.add_subcommand("privacy", kPrivacyAbout);
  add_privacy_flags(*privacy, line.config, line.privacy);
  auto* password = app.add_subcommand("password", kPasswordAbout);
  app.footer([serve] {
    return "The settings of `serve`, which may be left unnamed:\n\n" + serve->help();
  });

  // `ballcone -d x` is `ballcone serve -d x`.
  const std::set<std::string> commands = {"serve", "import", "service", "goal",    "marker",
                                          "share", "sql",    "privacy", "password"};
  const bool names_command = !arguments.empty() && commands.contains(arguments[0]);
  const bool asks_about_all =
      !arguments.empty() && (arguments[0] == "-h" || arguments[0] == "--help" ||
                             arguments[0] == "-v" || arguments[0] == "--version");
  if (!names_command && !asks_about_all) arguments.insert(arguments.begin(), "serve");
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
  try {
    app.parse(arguments);
    if (!config_file.empty()) apply_file(config_file, import->parsed() ? *import : *serve);
    if (import->parsed())
      finish_settings(*import, import_config);
    else
      finish_settings(*serve, line.config);
    if (import->parsed()) finish_import(*import, import_config, line.import);
  } catch (const CLI::ParseError& error) {
    line.exit_code = app.exit(error) == 0 ? 0 : 2;
    return line;
  }
  if (import->parsed()) line.config = std::move(import_config);
  line.command = import->parsed()     ? Command::import
                 : service->parsed()  ? Command::service
                 : goal->parsed()     ? Command::goal
                 : share->parsed()    ? Command::share
                 : marker->parsed()   ? Command::marker
                 : sql->parsed()      ? Command::sql
                 : privacy->parsed()  ? Command::privacy
                 : password->parsed() ? Command::password
                                      : Command::serve;
  line.config_text = config_text(*serve);
  return line;
}

std::string find_conflict(const Config& config) {
  const auto address = parse_ip(config.web_host);
  const bool is_local = config.web_host == "localhost" || (address && is_loopback(*address));
  if (config.web_auth == "basic" && config.web_password_hash.empty()) {
    return "--web-auth basic needs --web-password-hash: make one with `ballcone password`";
  }
  const bool outlives =
      config.keep_totals_days > 0 &&
      (config.keep_hits_days == 0 || config.keep_hits_days > config.keep_totals_days);
  if (outlives) {
    return fmt::format(
        "--keep-totals {} would forget totals whose hits are kept ({}): give --keep-hits the same "
        "or less",
        config.keep_totals, config.keep_hits);
  }
  if (!is_local && config.web_auth.empty() && config.web_password_hash.empty()) {
    return fmt::format(
        "--web-host {} would show the dashboard to everyone who can reach it. Give a password "
        "(--web-password-hash, made by `ballcone password`), or say --web-auth none if something "
        "in front asks for one",
        config.web_host);
  }
  return {};
}

}  // namespace ballcone
