#include "command_line.h"

#include <fmt/format.h>

#include <toml++/toml.h>
#include <CLI/CLI.hpp>
#include <iostream>
#include <set>
#include <tuple>

#include "base/ip.h"
#include "base/time.h"
#include "decode/format.h"
#include "hit/service.h"
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

constexpr const char* kPasswordAbout =
    "Read a password from standard input and print its hash, for --web-password-hash.";

constexpr const char* kImportAbout =
    "Read access logs into the database: each line once, however often the command is given.\n"
    "While a server runs on the database it does the work; the command looks the same.\n\n"
    "  ballcone import /var/log/nginx/access.log*            rotations and .gz .zst .bz2 too\n"
    "  ballcone import --service blog 'logs/blog-*.log.gz'   we expand what the shell does not\n"
    "  ballcone import --dry-run access.log                  shows ten lines, changes nothing\n"
    "  zcat x.gz | grep -v healthz | ballcone import -       whatever a pipe brings\n"
    "  tail -F access.log | ballcone import -                commits every --period seconds\n"
    "  ballcone import --list                                what was imported\n"
    "  ballcone import --undo 3                              takes it back";

constexpr const char* kImportFooter =
    "Each line once: a file is known by what it begins with and how far it was read, which is "
    "committed together with\nits hits. Importing it again, importing its renamed or compressed "
    "copy, or going on after Ctrl-C or a crash\nstores what is new and nothing else. So two files "
    "that begin with the same bytes are the same file, unless\n--source (any label, such as the "
    "name of the host the log is from) or --service tells them apart.\n\n"
    "T is a day (2026-11-23: its beginning, UTC) or a time (2026-11-23T12:00:00+01:00).\n\n"
    "PATTERN is an nginx log_format ('$remote_addr - $remote_user [$time_local] …'), an Apache "
    "LogFormat ('%h %l %u …')\nor a mapping of JSON keys ('json:address=client.ip,time=ts,…').\n\n"
    "Ctrl-C stops at a committed position, and the same command goes on from there; a second one "
    "ends at once, which\nloses nothing either.\n\n"
    "Exit codes: 0 all well; 1 it did not work; 2 the command line is wrong; 3 done, but some "
    "files "
    "could not be read\n(to their end); 130 stopped.";

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

void add_settings(CLI::App& app, Config& config) {
  // A flag given twice: the last one holds, so that a script can add to a line that is there.
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  add_database(app, config);
  app.add_option("-p,--period", config.period_s, "Seconds between commits to the database")
      ->check(CLI::Range(0.01, 3600.0))
      ->capture_default_str();
  app.add_option("-t,--top-limit", config.top_limit, "Rows of a ranking")
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
      "Log files to read as they grow, through any rotation; each line once, over restarts too")
      ->type_name("FILE...")
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

  add("Data", "--addresses", config.addresses,
      "How addresses are kept: masked to /24 and /48, none, or full")
      ->check(CLI::IsMember({"masked", "none", "full"}))
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

std::string text_of(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return std::to_string(number->get());
  if (const auto* number = node.as_floating_point()) return fmt::to_string(number->get());
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  return {};
}

std::string key_names(const CLI::App& app) {
  std::string names;
  for (const auto* option :
       app.get_options([](const CLI::Option* o) { return !o->get_lnames().empty(); })) {
    const std::string& name = option->get_lnames().front();
    if (name != "help" && name != "version" && name != "config")
      names += (names.empty() ? "" : ", ") + name;
  }
  return names;
}

// Sets from the file what the command line has not set: every long flag is a key of the same name.
void apply_file(const std::string& path, CLI::App& app) {
  toml::table table;
  try {
    table = toml::parse_file(path);
  } catch (const toml::parse_error& error) {
    throw CLI::FileError(
        fmt::format("{}:{}: {}", path, error.source().begin.line, error.description()));
  }
  for (const auto& [key, node] : table) {
    std::string name(key.str());
    std::replace(name.begin(), name.end(), '_', '-');
    auto* option = name == "config" ? nullptr : app.get_option_no_throw("--" + name);
    if (option == nullptr) {
      throw CLI::ConfigError(fmt::format("{}:{}: expected one of {}; got {}", path,
                                         node.source().begin.line, key_names(app),
                                         std::string_view(key.str())));
    }
    if (option->count() > 0) continue;
    if (const auto* list = node.as_array()) {
      for (const auto& item : *list) option->add_result(text_of(item));
    } else {
      option->add_result(text_of(node));
    }
    option->run_callback();
  }
}

// A number as it is, all else as a string.
std::string toml_value(const std::string& value, bool is_text) {
  const bool is_number = !is_text && !value.empty() &&
                         value.find_first_not_of("0123456789.") == value.npos &&
                         std::count(value.begin(), value.end(), '.') < 2;
  if (is_number) return value;
  std::string text = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text + "\"";
}

// The settings in force as a file for --config.
std::string config_text(const CLI::App& app) {
  std::string text;
  for (const auto* option :
       app.get_options([](const CLI::Option* o) { return !o->get_lnames().empty(); })) {
    const std::string& name = option->get_lnames().front();
    if (name == "help" || name == "version" || name == "config" || name == "print-config") continue;
    const bool is_list = option->get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll;
    const std::vector<std::string> values =
        option->count() > 0 ? option->reduced_results()
                            : std::vector<std::string>{option->get_default_str()};
    std::string value;
    for (const std::string& item : values)
      value += (value.empty() ? "" : ", ") + toml_value(item, is_list);
    if (is_list) value = "[" + value + "]";
    const bool is_unset = values.size() == 1 && values[0].empty();
    text += fmt::format("# {}\n{}{} = {}\n\n", option->get_description(), is_unset ? "# " : "",
                        name, is_unset && is_list ? "[]" : value);
  }
  return text;
}

// ---- import

// "2026-11-23" or ISO 8601; without an offset it is UTC.
std::string read_time(const std::string& text, std::optional<int64_t>* time_us) {
  if (const auto day = parse_day(text)) {
    *time_us = *day * kDay_us;
  } else if (const auto time = parse_iso8601(text)) {
    *time_us = *time;
  } else if (const auto utc = parse_iso8601(text + "Z")) {
    *time_us = *utc;
  } else {
    return fmt::format("expected 2026-11-23 or 2026-11-23T12:00:00+01:00, got {}", text);
  }
  return {};
}

std::string format_list() {
  std::string text = "Formats that are recognised, or named with --format:\n";
  for (const Format& format : formats())
    text += fmt::format("  {:<20} {}\n", format.name, format.summary);
  return text;
}

// The settings that an import heeds, wherever it is done; the others of a file for `serve` are
// taken and not shown.
const std::set<std::string> kImportSettings = {"database",     "period",    "services",
                                               "services-max", "addresses", "geoip",
                                               "data-dir",     "memory",    "log-level"};

void add_import(CLI::App& app, Config& config, ImportCommand& import) {
  add_settings(app, config);
  for (CLI::Option* option : app.get_options()) {
    if (option->get_lnames().empty()) continue;
    const bool is_heeded = kImportSettings.contains(option->get_lnames().front());
    if (!is_heeded && option != app.get_help_ptr()) option->group("");
    // "--services a FILE": the file is no service.
    if (option->get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll)
      option->allow_extra_args(false);
  }
  for (const char* name : {"--services", "--services-max"}) app.get_option(name)->group("Data");

  ImportOptions& options = import.options;
  const auto add = [&](const char* group, const char* flag, auto& value, const char* about) {
    return app.add_option(flag, value, about)->group(group);
  };
  app.add_option("files", import.files, "Files, globs in quotes, or - for standard input")
      ->type_name("FILE")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  auto* service = add("What the lines are", "--service", options.service,
                      "The service that every line belongs to");
  service->type_name("NAME")->check([](const std::string& name) {
    return service_name(name) ? "" : std::string(text_of(Drop::bad_service).help);
  });
  add("What the lines are", "--service-from", options.service_from,
      "Where a line's service comes from: line (what it says, else its host, else the file's "
      "name), host or file")
      ->check(CLI::IsMember({"line", "host", "file"}))
      ->capture_default_str()
      ->excludes(service);
  add("What the lines are", "--source", options.label,
      "A label that tells files apart which begin with the same bytes")
      ->type_name("LABEL");
  auto* format = add("What the lines are", "--format", options.format,
                     "auto, a name from the list below, or a PATTERN")
                     ->capture_default_str();
  auto* conf = add("What the lines are", "--nginx-conf", import.nginx_conf,
                   "Take the log_format from this nginx.conf")
                   ->type_name("FILE")
                   ->excludes(format);
  add("What the lines are", "--log-format", import.log_format,
      "Which log_format of --nginx-conf, where it has several")
      ->type_name("NAME")
      ->needs(conf);

  for (auto [flag, time_us, about] :
       {std::tuple{"--since", &options.since_us, "Leave out hits before T"},
        std::tuple{"--until", &options.until_us, "Leave out hits at T and later"}}) {
    app.add_option_function<std::string>(
           flag,
           [time_us = time_us, flag = flag](const std::string& text) {
             if (const std::string error = read_time(text, time_us); !error.empty())
               throw CLI::ValidationError(flag, error);
           },
           about)
        ->type_name("T")
        ->group("What is kept");
  }
  add("What is kept", "--exclude", options.excludes,
      "Leave out this path; * stands for any text and ? for any character. May be given again")
      ->type_name("PATH")
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_flag("--drop-query{false},--keep-query{true}", options.keeps_query,
               "Whether the part of the URL behind ? is kept (it is)")
      ->group("What is kept");
  app.add_flag("--again", options.is_again, "Store lines that are known as stored, too")
      ->group("What is kept");

  auto* dry_run =
      app.add_flag("--dry-run", import.is_dry_run,
                   "Show the first ten lines of each file as they are understood; change nothing");
  app.add_flag("--json", import.prints_json, "Print the summary as JSON")->excludes(dry_run);
  app.add_flag("--profile", import.prints_profile, "Print where the time went");
  auto* list = app.add_flag("--list", import.lists, "List what was imported");
  app.add_option("--undo", import.undo, "Remove an import's hits, so that it can be done anew")
      ->type_name("ID")
      ->check(CLI::Range(uint32_t{1}, UINT32_MAX - 1))
      ->excludes(list);
  app.footer([] { return format_list() + "\n" + kImportFooter; });
}

// What an import needs beyond its flags one by one; the error is for a person.
void finish_import(CLI::App& app, const Config& config, ImportCommand& import) {
  if (import.files.empty() && !import.lists && import.undo == 0)
    throw CLI::RequiredError("FILE (or - for standard input)");
  ImportOptions& options = import.options;
  if (options.since_us && options.until_us && *options.since_us >= *options.until_us)
    throw CLI::ValidationError("--until", "is not after --since");
  if (!options.service.empty()) options.service = service_name(options.service).value();
  if (options.label.empty()) options.label = options.service;
  const auto is_given = [&](const char* flag) { return app.get_option(flag)->count() > 0; };
  ImportSettings& settings = import.settings;
  if (is_given("--addresses")) settings.addresses = config.addresses;
  if (is_given("--geoip")) settings.geoip = config.geoip;
  if (is_given("--services")) settings.services = config.services;
  if (is_given("--services-max")) settings.services_max = config.services_max;
  if (is_given("--period")) settings.period_s = config.period_s;
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
  app.set_version_flag("-v,--version", std::string("Ballcone v") + kVersion);
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
  add_import(*import, import_config, line.import);
  import->add_option("-c,--config", config_file, "The TOML file of the server, for its settings")
      ->check(CLI::ExistingFile);
  auto* sql = app.add_subcommand("sql", kSqlAbout);
  add_database(*sql, line.config);
  sql->add_option("--format", line.sql.format, "table, csv or json")
      ->check(CLI::IsMember({"table", "csv", "json"}))
      ->capture_default_str();
  sql->add_option("statement", line.sql.statement, "One SELECT; - reads it from standard input")
      ->required();
  auto* password = app.add_subcommand("password", kPasswordAbout);
  app.footer([serve] {
    return "The settings of `serve`, which may be left unnamed:\n\n" + serve->help();
  });

  // `ballcone -d x` is `ballcone serve -d x`.
  const std::set<std::string> commands = {"serve", "import", "sql", "password"};
  const bool names_command = !arguments.empty() && commands.contains(arguments[0]);
  const bool asks_about_all =
      !arguments.empty() && (arguments[0] == "-h" || arguments[0] == "--help" ||
                             arguments[0] == "-v" || arguments[0] == "--version");
  if (!names_command && !asks_about_all) arguments.insert(arguments.begin(), "serve");
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
  try {
    app.parse(arguments);
    if (!config_file.empty()) apply_file(config_file, import->parsed() ? *import : *serve);
    if (import->parsed()) finish_import(*import, import_config, line.import);
  } catch (const CLI::ParseError& error) {
    line.exit_code = app.exit(error) == 0 ? 0 : 2;
    return line;
  }
  if (import->parsed()) line.config = std::move(import_config);
  line.command = import->parsed()     ? Command::import
                 : sql->parsed()      ? Command::sql
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
