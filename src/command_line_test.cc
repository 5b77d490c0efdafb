#include "command_line.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace ballcone {
namespace {

CommandLine parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "ballcone");
  return parse_command_line(static_cast<int>(arguments.size()), arguments.data());
}

// A file that is gone with the test.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::string_view text) {
    path_ = "/tmp/ballcone-test-XXXXXX";
    const int fd = mkstemp(path_.data());
    close(fd);
    std::ofstream(path_) << text;
  }
  ~TemporaryFile() { unlink(path_.c_str()); }
  const char* path() const { return path_.c_str(); }

 private:
  std::string path_;
};

TEST(CommandLine, ServesWithTheDefaultsOfTheOriginal) {
  const CommandLine line = parse({});
  EXPECT_EQ(line.exit_code, -1);
  EXPECT_EQ(line.command, Command::serve);
  EXPECT_EQ(line.config.syslog_host, "127.0.0.1");
  EXPECT_EQ(line.config.syslog_port, 65140);
  EXPECT_EQ(line.config.web_host, "127.0.0.1");
  EXPECT_EQ(line.config.web_port, 8080);
  EXPECT_EQ(line.config.database, "ballcone.duckdb");
  EXPECT_EQ(line.config.period_s, 5);
  EXPECT_EQ(line.config.top_limit, 5);
  EXPECT_EQ(line.config.days, 30);
}

TEST(CommandLine, TakesTheFlagsOfTheOriginal) {
  const CommandLine line = parse({"-sh", "::1", "-sp", "1", "-wh", "::", "-wp", "2", "-d",
                                  ":memory:", "-p", "9", "-t", "7", "--days", "8"});
  ASSERT_EQ(line.exit_code, -1);
  EXPECT_EQ(line.config.syslog_host, "::1");
  EXPECT_EQ(line.config.syslog_port, 1);
  EXPECT_EQ(line.config.web_host, "::");
  EXPECT_EQ(line.config.web_port, 2);
  EXPECT_EQ(line.config.database, ":memory:");
  EXPECT_EQ(line.config.period_s, 9);
  EXPECT_EQ(line.config.top_limit, 7);
  EXPECT_EQ(line.config.days, 8);
}

TEST(CommandLine, LetsTheLastOfTwoFlagsHold) {
  const CommandLine line = parse({"-wp", "1", "--services", "a", "-wp", "2", "--services", "b"});
  ASSERT_EQ(line.exit_code, -1);
  EXPECT_EQ(line.config.web_port, 2);
  EXPECT_EQ(line.config.services, (std::vector<std::string>{"a", "b"}));
}

TEST(CommandLine, PutsTheCommandLineOverTheFileOverTheDefault) {
  const TemporaryFile file(
      "web-port = 9000\nsyslog_port = 9001\nservices = [\"a\", \"b\"]\nsyslog-buffer = 8\n");
  const CommandLine line = parse({"serve", "--config", file.path(), "-wp", "9002"});
  ASSERT_EQ(line.exit_code, -1);
  EXPECT_EQ(line.config.web_port, 9002);
  EXPECT_EQ(line.config.syslog_port, 9001);
  EXPECT_EQ(line.config.services, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(line.config.syslog_buffer_mb, 8u);
}

TEST(CommandLine, PrintsAFileThatSaysTheSameAgain) {
  const CommandLine first =
      parse({"serve", "-wp", "9002", "--services", "a,b", "--period", "0.5", "--print-config"});
  ASSERT_EQ(first.exit_code, -1);
  EXPECT_TRUE(first.prints_config);
  const TemporaryFile file(first.config_text);
  const CommandLine second = parse({"serve", "--config", file.path()});
  ASSERT_EQ(second.exit_code, -1) << first.config_text;
  EXPECT_EQ(second.config.web_port, 9002);
  EXPECT_EQ(second.config.period_s, 0.5);
  EXPECT_EQ(second.config.services, first.config.services);
  EXPECT_EQ(second.config_text, first.config_text);
}

TEST(CommandLine, KeepsAListOfFilesToFollow) {
  const CommandLine first =
      parse({"serve", "--follow", "/a, b.log", "/c\"\\.log", "--print-config"});
  ASSERT_EQ(first.exit_code, -1);
  EXPECT_EQ(first.config.follow, (std::vector<std::string>{"/a, b.log", "/c\"\\.log"}));
  const TemporaryFile file(first.config_text);
  const CommandLine second = parse({"serve", "-c", file.path()});
  ASSERT_EQ(second.exit_code, -1) << first.config_text;
  EXPECT_EQ(second.config.follow, first.config.follow);
  EXPECT_EQ(second.config.services, std::vector<std::string>{});
}

TEST(CommandLine, ReadsWhatToImport) {
  const CommandLine line = parse({"import",
                                  "-d",
                                  "x.duckdb",
                                  "--service",
                                  "Blog",
                                  "--format",
                                  "combined",
                                  "--since",
                                  "2026-11-23",
                                  "--until",
                                  "2026-11-23T12:00:00+01:00",
                                  "--exclude",
                                  "/a,b",
                                  "--exclude",
                                  "/c*",
                                  "a.log",
                                  "--drop-query",
                                  "--again",
                                  "--addresses",
                                  "full",
                                  "--mask-urls",
                                  "off",
                                  "--log-pixels",
                                  "all",
                                  "--json",
                                  "--profile",
                                  "-"});
  ASSERT_EQ(line.exit_code, -1);
  EXPECT_EQ(line.command, Command::import);
  EXPECT_EQ(line.config.database, "x.duckdb");
  EXPECT_EQ(line.config.addresses, "full");
  const ImportCommand& import = line.import;
  EXPECT_EQ(import.files, (std::vector<std::string>{"a.log", "-"}));
  EXPECT_EQ(import.options.service, "blog");
  EXPECT_EQ(import.options.label, "blog");
  EXPECT_EQ(import.options.format, "combined");
  EXPECT_EQ(import.options.since_us, 1'795'392'000'000'000);
  EXPECT_EQ(import.options.until_us, 1'795'431'600'000'000);
  EXPECT_EQ(import.options.excludes, (std::vector<std::string>{"/a,b", "/c*"}));
  EXPECT_FALSE(import.options.keeps_query);
  EXPECT_TRUE(import.options.is_again);
  EXPECT_TRUE(import.prints_json);
  EXPECT_TRUE(import.prints_profile);
  EXPECT_EQ(import.settings.addresses, "full");
  EXPECT_EQ(import.settings.mask_urls, "off");
  EXPECT_EQ(import.settings.log_pixels, "all");
  EXPECT_FALSE(import.settings.geoip.has_value());
}

TEST(CommandLine, ImportsWithTheSettingsOfTheServer) {
  const TemporaryFile file("web-port = 9000\naddresses = \"none\"\nservices = [\"a\", \"b\"]\n");
  const CommandLine line = parse({"import", "-c", file.path(), "--services", "c", "a.log"});
  ASSERT_EQ(line.exit_code, -1);
  EXPECT_EQ(line.import.settings.addresses, "none");
  EXPECT_EQ(line.import.settings.services, std::vector<std::string>{"c"});
  EXPECT_EQ(line.import.files, std::vector<std::string>{"a.log"});
}

TEST(CommandLine, TellsEqualFilesApartBySourceElseByService) {
  EXPECT_EQ(parse({"import", "a.log"}).import.options.label, "");
  EXPECT_EQ(parse({"import", "--service", "blog", "a.log"}).import.options.label, "blog");
  EXPECT_EQ(
      parse({"import", "--service", "blog", "--source", "web1", "a.log"}).import.options.label,
      "web1");
}

TEST(CommandLine, RefusesImportsThatMakeNoSense) {
  for (const auto& arguments : std::vector<std::vector<const char*>>{
           {"import"},
           {"import", "--service", "two words", "a"},
           {"import", "--service", "a", "--service-from", "host", "a"},
           {"import", "--service-from", "moon", "a"},
           {"import", "--since", "yesterday", "a"},
           {"import", "--since", "2026-11-24", "--until", "2026-11-23", "a"},
           {"import", "--log-format", "main", "a"},
           {"import", "--nginx-conf", "x", "--format", "combined", "a"},
           {"import", "--undo", "0"},
           {"import", "--undo", "x"},
           {"import", "--undo", "1", "--list"},
           {"import", "--dry-run", "--json", "a"},
           {"import", "--no-such-flag", "a"}}) {
    EXPECT_EQ(parse(arguments).exit_code, 2)
        << arguments.back() << " " << arguments[1 % arguments.size()];
  }
}

TEST(CommandLine, KnowsEachServicesTimeZone) {
  EXPECT_EQ(parse({}).config.zones.of("blog").name(), "UTC");
  const CommandLine line = parse(
      {"--time-zone", "Europe/Berlin", "--time-zone", "Blog=America/New_York", "--print-config"});
  ASSERT_EQ(line.exit_code, -1);
  EXPECT_EQ(line.config.zones.of("blog").name(), "America/New_York");
  EXPECT_EQ(line.config.zones.of("shop").name(), "Europe/Berlin");
  const TemporaryFile printed(line.config_text);
  const TemporaryFile one("time_zone = \"Asia/Kolkata\"\n");
  const TemporaryFile table(
      "[time_zone]\n\"*\" = \"Europe/Berlin\"\nblog = \"America/New_York\"\n");
  for (const char* path : {printed.path(), table.path()}) {
    const CommandLine again = parse({"-c", path});
    ASSERT_EQ(again.exit_code, -1) << line.config_text;
    EXPECT_EQ(again.config.zones.of("blog").name(), "America/New_York");
    EXPECT_EQ(again.config.zones.of("shop").name(), "Europe/Berlin");
  }
  EXPECT_EQ(parse({"-c", one.path()}).config.zones.of("blog").name(), "Asia/Kolkata");
  // The command line over the file, as a whole.
  const CommandLine over = parse({"import", "-c", table.path(), "--time-zone", "UTC", "a.log"});
  ASSERT_EQ(over.exit_code, -1);
  EXPECT_EQ(over.config.zones.of("blog").name(), "UTC");
  EXPECT_EQ(over.import.files, std::vector<std::string>{"a.log"});
}

TEST(CommandLine, KnowsWhatEndsAVisitAndWhichRulesAreOff) {
  EXPECT_EQ(parse({}).config.visit_gap_min, 30);
  const CommandLine line =
      parse({"--visit-gap", "45", "--rules-off", "no-assets,rate", "--rules-off", "datacenter"});
  ASSERT_EQ(line.exit_code, -1);
  EXPECT_EQ(line.config.visit_gap_min, 45);
  EXPECT_EQ(line.config.rules_off, (std::vector<std::string>{"no-assets", "rate", "datacenter"}));
  EXPECT_FALSE(parse({}).config.sets_visit_gap || parse({}).config.sets_rules_off);
  for (const char* none : {"none", ""}) {
    const CommandLine reset = parse({"--visit-gap", "30m", "--rules-off", none});
    ASSERT_EQ(reset.exit_code, -1) << none;
    EXPECT_TRUE(reset.config.sets_visit_gap && reset.config.sets_rules_off) << none;
    EXPECT_EQ(reset.config.visit_gap_min, 30);
    EXPECT_TRUE(reset.config.rules_off.empty());
  }
  const TemporaryFile file(line.config_text);
  const CommandLine again = parse({"-c", file.path()});
  ASSERT_EQ(again.exit_code, -1) << line.config_text;
  EXPECT_EQ(again.config.visit_gap_min, 45);
  EXPECT_EQ(again.config.rules_off, line.config.rules_off);
}

TEST(CommandLine, KnowsHowLongHitsAndTotalsAreKept) {
  EXPECT_EQ(parse({}).config.keep_hits_days, 0);
  const CommandLine line = parse({"--keep-hits", "90d", "--keep-totals", "forever"});
  ASSERT_EQ(line.exit_code, -1);
  EXPECT_EQ(line.config.keep_hits_days, 90);
  EXPECT_EQ(line.config.keep_totals_days, 0);
  EXPECT_EQ(find_conflict(line.config), "");
  const TemporaryFile file(line.config_text);
  EXPECT_EQ(parse({"-c", file.path()}).config.keep_hits_days, 90) << line.config_text;
  for (const char* wrong : {"90", "d", "0d", "-1d", "13m", "40000d", "1.5d", ""}) {
    testing::internal::CaptureStderr();
    EXPECT_EQ(parse({"--keep-hits", wrong}).exit_code, 2) << wrong;
    EXPECT_NE(testing::internal::GetCapturedStderr().find("expected a number of days"),
              std::string::npos)
        << wrong;
  }
}

TEST(CommandLine, KeepsTotalsAtLeastAsLongAsTheirHits) {
  EXPECT_NE(find_conflict(parse({"--keep-totals", "30d"}).config), "");
  EXPECT_NE(find_conflict(parse({"--keep-hits", "31d", "--keep-totals", "30d"}).config), "");
  EXPECT_EQ(find_conflict(parse({"--keep-hits", "30d", "--keep-totals", "30d"}).config), "");
}

TEST(CommandLine, TellsWhichNameOfAZoneOrRuleWasMeant) {
  const auto error = [](std::vector<const char*> arguments) {
    testing::internal::CaptureStderr();
    EXPECT_EQ(parse(std::move(arguments)).exit_code, 2);
    return testing::internal::GetCapturedStderr();
  };
  EXPECT_NE(error({"--time-zone", "new york"}).find(R"(did you mean "America/New_York"?)"),
            std::string::npos);
  EXPECT_NE(error({"--time-zone", "blog=Europe/Belrin"}).find(R"(did you mean "Europe/Berlin"?)"),
            std::string::npos);
  EXPECT_NE(error({"--time-zone", "two words=UTC"}).find("expected SERVICE=NAME"),
            std::string::npos);
  EXPECT_NE(error({"--rules-off", "no-asset"}).find(R"(did you mean "no-assets"?)"),
            std::string::npos);
  const TemporaryFile file("rules_off = [\"rates\"]\n");
  EXPECT_NE(error({"-c", file.path()}).find(R"(did you mean "rate"?)"), std::string::npos);
  const TemporaryFile zone("time_zone = \"Mars/Olympus\"\n");
  EXPECT_NE(error({"-c", zone.path()}).find("expected a time zone"), std::string::npos);
  error({"--visit-gap", "0"});
}

TEST(CommandLine, RefusesWhatItDoesNotKnow) {
  const TemporaryFile unknown("web_prot = 9000\n");
  const TemporaryFile broken("web_port = \n");
  const TemporaryFile wrong("web_port = \"many\"\n");
  for (const auto& arguments : std::vector<std::vector<const char*>>{{"--no-such-flag"},
                                                                     {"-wp", "70000"},
                                                                     {"-p", "0"},
                                                                     {"--addresses", "some"},
                                                                     {"--mask-urls", "maybe"},
                                                                     {"--log-pixels", "some"},
                                                                     {"--config", "/no/such/file"},
                                                                     {"--config", unknown.path()},
                                                                     {"--config", broken.path()},
                                                                     {"--config", wrong.path()},
                                                                     {"sql"}}) {
    EXPECT_EQ(parse(arguments).exit_code, 2) << arguments[0];
  }
}

TEST(CommandLine, KnowsWhatDoesNotGoTogether) {
  Config config;
  EXPECT_EQ(find_conflict(config), "");
  config.web_host = "0.0.0.0";
  EXPECT_NE(find_conflict(config).find("--web-auth none"), std::string::npos);
  config.web_auth = "none";
  EXPECT_EQ(find_conflict(config), "");
  config.web_auth = "basic";
  EXPECT_NE(find_conflict(config).find("--web-password-hash"), std::string::npos);
  config.web_password_hash = "$argon2id$…";
  EXPECT_EQ(find_conflict(config), "");
}

}  // namespace
}  // namespace ballcone
