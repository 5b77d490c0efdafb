#include "command/import_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <set>
#include <tuple>

#include "base/time.h"
#include "decode/format.h"
#include "hit/service.h"

namespace ballcone {

const char* const kImportAbout =
    "Read access logs into the database: each line once, however often the command is given.\n"
    "While a server runs on the database it does the work; the command looks the same.\n\n"
    "  ballcone import /var/log/nginx/access.log*            rotations and .gz .zst .bz2 too\n"
    "  ballcone import --service blog 'logs/blog-*.log.gz'   we expand what the shell does not\n"
    "  ballcone import --dry-run access.log                  shows ten lines, changes nothing\n"
    "  zcat x.gz | grep -v healthz | ballcone import -       whatever a pipe brings\n"
    "  tail -F access.log | ballcone import -                commits every --period seconds\n"
    "  ballcone import --list                                what was imported\n"
    "  ballcone import --undo 3                              takes it back\n";

namespace {

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

}  // namespace

void add_import_flags(CLI::App& app, ImportCommand& import) {
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  ImportOptions& options = import.options;
  const auto add = [&](const char* group, const char* flag, auto& value, const char* about) {
    return app.add_option(flag, value, about)->group(group);
  };
  app.add_option("FILE", import.files, "Files, globs in quotes, or - for standard input")
      ->type_name("")
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
  app.add_flag_callback(
         "--drop-query", [&options] { options.keeps_query = false; },
         "Leave out the part of each URL behind ?")
      ->group("What is kept");
  app.add_flag_callback(
         "--keep-query", [&options] { options.keeps_query = true; }, "Keep it (as usual)")
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

void fit_settings_to_import(CLI::App& app) {
  const std::set<std::string> unheeded_groups = {"Syslog", "Web", "Files", "Script and pixel"};
  const std::set<std::string> unheeded = {"top-limit", "days", "keep-hits", "keep-totals"};
  for (const char* name : {"--services", "--services-max"}) app.get_option(name)->group("Data");
  for (CLI::Option* option : app.get_options()) {
    if (option->get_lnames().empty()) continue;
    if (unheeded_groups.contains(option->get_group()) ||
        unheeded.contains(option->get_lnames().front()))
      option->group("");
    // "--services a FILE": the file is no service.
    if (option->get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll)
      option->allow_extra_args(false);
  }
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
  if (is_given("--mask-urls")) settings.mask_urls = config.mask_urls;
  if (is_given("--log-pixels")) settings.log_pixels = config.log_pixels;
  if (is_given("--geoip")) settings.geoip = config.geoip;
  if (is_given("--services")) settings.services = config.services;
  if (is_given("--services-max")) settings.services_max = config.services_max;
  if (is_given("--period")) settings.period_s = config.period_s;
  if (is_given("--visit-gap")) settings.visit_gap_min = config.visit_gap_min;
  if (is_given("--rules-off")) settings.rules_off = config.rules_off;
  if (is_given("--time-zone")) settings.time_zones = config.time_zones;
}

}  // namespace ballcone
