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

TEST(CommandLine, RefusesWhatItDoesNotKnow) {
  const TemporaryFile unknown("web_prot = 9000\n");
  const TemporaryFile broken("web_port = \n");
  const TemporaryFile wrong("web_port = \"many\"\n");
  for (const auto& arguments : std::vector<std::vector<const char*>>{{"--no-such-flag"},
                                                                     {"-wp", "70000"},
                                                                     {"-p", "0"},
                                                                     {"--addresses", "some"},
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
