#include "importer.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <numeric>

#include "base/log.h"

namespace ballcone {
namespace {

// A file that exists only as long as it is open.
int file_of(const std::string& content) {
  const int file = memfd_create("log", MFD_CLOEXEC);
  EXPECT_EQ(write(file, content.data(), content.size()), static_cast<ssize_t>(content.size()));
  lseek(file, 0, SEEK_SET);
  return file;
}

std::string line(int i, const std::string& path = "/") {
  return fmt::format(
      "192.0.2.{} - - [02/Jan/2026:12:00:{:02} +0000] \"GET {}?n={} HTTP/1.1\" 200 100 \"-\" "
      "\"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\"\n",
      i % 250, i / 250 % 60, path, i);
}

std::string lines(int begin, int end) {
  std::string text;
  for (int i = begin; i < end; ++i) text += line(i);
  return text;
}

class ImporterTest : public testing::Test {
 protected:
  void SetUp() override {
    set_log_level(LogLevel::error);
    config_.geoip = "none";
    config_.period_s = 0.05;
    store_ = *open_store({});
    salts_ = *open_salts("");
  }
  void TearDown() override { set_log_level(LogLevel::info); }

  ImportFigures import(std::vector<std::pair<std::string, std::string>> contents) {
    std::vector<ImportFile> files;
    for (const auto& [name, content] : contents) files.push_back({name, file_of(content)});
    return import_files(std::move(files));
  }

  ImportFigures import_files(std::vector<ImportFile> files) {
    auto figures = run_import(config_, BALLCONE_DATA_DIR, *store_, *salts_, options_,
                              std::move(files), claims_, is_stopping_, nullptr);
    EXPECT_TRUE(figures.has_value()) << figures.error().message;
    const uint64_t dropped =
        std::accumulate(figures->dropped.begin(), figures->dropped.end(), uint64_t{0});
    EXPECT_EQ(figures->lines, figures->stored + dropped);
    return *figures;
  }

  int64_t count(const std::string& sql) {
    const auto table = store_->query({sql, {}}, {});
    EXPECT_TRUE(table.has_value()) << table.error().message;
    return std::get<int64_t>(table->rows.at(0).at(0));
  }
  int64_t hits() { return count("SELECT count(*) FROM data.hits"); }

  Config config_;
  ImportOptions options_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Salts> salts_;
  Claims claims_;
  std::atomic<bool> is_stopping_{false};
};

uint64_t dropped(const ImportFigures& figures, Drop reason) {
  return figures.dropped[static_cast<size_t>(reason)];
}

TEST_F(ImporterTest, StoresEachLineOnceAndShowsWhatItDropped) {
  const std::string log = lines(0, 1000) + "what is this\n\n" + lines(1000, 2000);
  const ImportFigures first = import({{"blog-access.log", log}});
  EXPECT_EQ(first.lines, 2002u);
  EXPECT_EQ(first.stored, 2000u);
  EXPECT_EQ(first.bytes, log.size());
  EXPECT_EQ(dropped(first, Drop::malformed), 1u);
  EXPECT_EQ(dropped(first, Drop::empty), 1u);
  EXPECT_EQ(first.examples[static_cast<size_t>(Drop::malformed)],
            (std::vector<std::string>{"blog-access.log:1001: what is this"}));
  EXPECT_EQ(first.format, "combined");
  ASSERT_EQ(first.services.size(), 1u);
  EXPECT_EQ(first.services.at("blog").hits, 2000u);
  EXPECT_EQ(first.services.at("blog").page_views, 2000u);
  EXPECT_EQ(first.services.at("blog").last_us - first.services.at("blog").first_us, 7'000'000);
  EXPECT_EQ(hits(), 2000);

  const ImportFigures again = import({{"access.log.1", log}});
  EXPECT_EQ(again.lines, 0u);
  EXPECT_EQ(again.files_known, 1u);
  EXPECT_EQ(again.import, 0u);
  const ImportFigures grown = import({{"blog-access.log", log + lines(2000, 2010)}});
  EXPECT_EQ(grown.stored, 10u);
  EXPECT_EQ(grown.bytes_known, log.size());
  EXPECT_EQ(hits(), 2010);
}

TEST_F(ImporterTest, TakesAFileUnderTwoNamesOnce) {
  const std::string log = lines(0, 5000);
  const ImportFigures figures =
      import({{"a.log", log}, {"b.log", log}, {"c.log", log + lines(5000, 5001)}});
  EXPECT_EQ(figures.files_read, 3u);
  EXPECT_EQ(hits(), 5001);
  EXPECT_EQ(figures.stored, 5001u);
}

TEST_F(ImporterTest, LeavesWhatIsFollowedToTheFollower) {
  const std::string log = lines(0, 100);
  const auto known = store_->open_input("", "access.log", log);
  ASSERT_TRUE(known.has_value());
  claims_.follow(known->id);
  const ImportFigures figures = import({{"access.log", log}});
  EXPECT_EQ(figures.files_known, 1u);
  EXPECT_EQ(figures.stored, 0u);
}

TEST_F(ImporterTest, RefusesWhatAnotherImportReads) {
  const std::string log = lines(0, 100);
  const auto known = store_->open_input("", "access.log", log);
  ASSERT_TRUE(known.has_value());
  {
    Claims::Owner other(claims_);
    EXPECT_EQ(other.take(known->id), Claims::Owner::Answer::taken);
    other.read(known->id);
    const ImportFigures figures = import({{"access.log", log}});
    EXPECT_EQ(figures.stored, 0u);
    ASSERT_EQ(figures.problems.size(), 1u);
    EXPECT_NE(figures.problems[0].find("another import"), std::string::npos);
  }
  EXPECT_EQ(import({{"access.log", log}}).stored, 100u);
}

TEST_F(ImporterTest, TellsEqualFilesApartByTheirLabels) {
  options_.label = "a";
  EXPECT_EQ(import({{"x.log", lines(0, 10)}}).stored, 10u);
  options_.label = "b";
  EXPECT_EQ(import({{"x.log", lines(0, 10)}}).stored, 10u);
  EXPECT_EQ(import({{"x.log", lines(0, 10)}}).stored, 0u);
}

TEST_F(ImporterTest, StoresAgainWhenToldTo) {
  EXPECT_EQ(import({{"x.log", lines(0, 10)}}).stored, 10u);
  options_.is_again = true;
  EXPECT_EQ(import({{"x.log", lines(0, 10)}}).stored, 10u);
  EXPECT_EQ(hits(), 20);
}

TEST_F(ImporterTest, CanBeUndone) {
  const ImportFigures first = import({{"x.log", lines(0, 10)}});
  const ImportFigures second = import({{"x.log", lines(0, 30)}});
  EXPECT_EQ(*store_->undo_import(second.import), 20u);
  EXPECT_EQ(hits(), 10);
  EXPECT_EQ(*store_->undo_import(first.import), 10u);
  EXPECT_EQ(import({{"x.log", lines(0, 30)}}).stored, 30u);
}

TEST_F(ImporterTest, TakesOnlyWhatIsWanted) {
  options_.since_us = 1'767'355'201'000'000;  // 2026-01-02T12:00:01Z
  options_.until_us = 1'767'355'203'000'000;
  options_.excludes = {"/status*"};
  options_.keeps_query = false;
  const ImportFigures figures = import({{"x.log", lines(0, 1000) + line(300, "/status/live")}});
  EXPECT_EQ(dropped(figures, Drop::out_of_range), 500u);
  EXPECT_EQ(dropped(figures, Drop::excluded), 1u);
  EXPECT_EQ(figures.stored, 500u);
  EXPECT_EQ(count("SELECT count(*) FROM main.hits WHERE query IS NOT NULL"), 0);
}

TEST_F(ImporterTest, NamesServicesAsAsked) {
  options_.service = "Shop";
  EXPECT_TRUE(import({{"x.log", lines(0, 10)}}).services.contains("shop"));
  config_.services = {"shop"};
  options_.service = "other";
  EXPECT_EQ(dropped(import({{"x.log", lines(0, 10)}}), Drop::service_not_allowed), 10u);
}

// Lines of a CDN's log: requests for the pixel by turns with one that cannot be read and a page.
std::string cdn_log(int pixels) {
  std::string log =
      "#Fields: date time x-edge-location c-ip cs-method cs(Host) cs-uri-stem cs-uri-query "
      "sc-status\n";
  for (int i = 0; i < pixels; ++i) {
    const auto add = [&](std::string_view request) {
      log +=
          fmt::format("2026-01-02\t12:00:{:02}\tFRA56-P4\t192.0.2.{}\tGET\tcdn.example\t{}\t200\n",
                      i / 250 % 60, i % 250, request);
    };
    add(fmt::format("/hello.gif\tu=https%253A%252F%252Fblog.example%252F{}%253Fa&l=l{}", i, i));
    add("/hello.gif\tu=nonsense");
    add("/page\t-");
  }
  return log;
}

TEST_F(ImporterTest, TakesTheWordOfACdnsPixels) {
  const ImportFigures figures = import({{"cdn.log", cdn_log(1000)}});
  EXPECT_EQ(figures.stored, 3000u);
  EXPECT_EQ(figures.repaired, 1000u);
  EXPECT_EQ(figures.services.at("blog.example").page_views, 1000u);
  EXPECT_EQ(figures.services.at("cdn.example").page_views, 1000u);
  EXPECT_EQ(count("SELECT count(*) FROM main.hits WHERE via = 'pixel' AND kind = 'page' AND query ="
                  " 'a' AND path = '/' || substr(language, 2) AND edge_location = 'FRA56-P4'"),
            1000);
  EXPECT_EQ(count("SELECT count(DISTINCT path) FROM main.hits WHERE via = 'pixel'"), 1000);
  EXPECT_EQ(count("SELECT count(*) FROM main.access_logs WHERE location = 'FRA56-P4'"), 2000);
  EXPECT_EQ(import({{"cdn.log.1", cdn_log(1000)}}).stored, 0u);
}

TEST_F(ImporterTest, CanLeaveACdnsPixelsAlone) {
  config_.log_pixels = "off";
  EXPECT_EQ(import({{"cdn.log", cdn_log(10)}}).stored, 30u);
  EXPECT_EQ(count("SELECT count(*) FROM main.hits WHERE via IS NOT NULL"), 0);
}

TEST_F(ImporterTest, FollowsTheFieldsOfALog) {
  const std::string head =
      "#Version: 1.0\n#Fields: date time c-ip cs-method cs-uri-stem sc-status\n";
  const std::string log = head + "2026-01-02 12:00:00 192.0.2.1 GET /a 200\n" +
                          "#Fields: date time sc-status cs-uri-stem cs-method c-ip\n" +
                          "2026-01-02 12:00:01 404 /b GET 192.0.2.2\n";
  const ImportFigures figures = import({{"u_ex260102.log", log}});
  EXPECT_EQ(figures.stored, 2u);
  EXPECT_EQ(dropped(figures, Drop::comment), 3u);
  EXPECT_EQ(count("SELECT count(*) FROM main.hits WHERE path = '/b' AND status = 404"), 1);
  const ImportFigures grown =
      import({{"u_ex260102.log", log + "2026-01-02 12:00:02 500 /c GET 192.0.2.2\n"}});
  EXPECT_EQ(grown.stored, 1u);
  EXPECT_EQ(grown.lines, 1u);
  EXPECT_EQ(count("SELECT count(*) FROM main.hits WHERE path = '/c' AND status = 500"), 1);
}

TEST_F(ImporterTest, TellsOfFilesThatCannotBeReadAndReadsTheOthers) {
  const ImportFigures figures = import({{"x.log", std::string("\0\1\2\3\0\0\0\0\n", 9)},
                                        {"y.log", lines(0, 10)},
                                        {"empty.log", ""}});
  EXPECT_EQ(figures.stored, 10u);
  ASSERT_EQ(figures.problems.size(), 1u);
  EXPECT_NE(figures.problems[0].find("x.log"), std::string::npos) << figures.problems[0];
}

TEST_F(ImporterTest, LeavesAHalfWrittenLineForLater) {
  const std::string log = lines(0, 10);
  const ImportFigures first = import({{"x.log", log.substr(0, log.size() - 20)}});
  EXPECT_EQ(first.stored, 9u);
  EXPECT_EQ(first.lines, 9u);
  ASSERT_EQ(first.problems.size(), 1u);
  EXPECT_NE(first.problems[0].find("last line is not whole"), std::string::npos);
  EXPECT_EQ(import({{"x.log", log}}).stored, 1u);
  EXPECT_EQ(hits(), 10);
  // One that only lacks its line end is whole.
  const ImportFigures second =
      import({{"y.log", lines(0, 5) + line(6, "/y").substr(0, line(6, "/y").size() - 1)}});
  EXPECT_TRUE(second.problems.empty());
  EXPECT_EQ(second.stored, 6u);
}

TEST_F(ImporterTest, CommitsWhatAPipeHasSentAndStopsWhenTold) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const std::string log = lines(0, 100);
  ASSERT_EQ(write(ends[1], log.data(), log.size()), static_cast<ssize_t>(log.size()));
  const auto figures =
      run_import(config_, BALLCONE_DATA_DIR, *store_, *salts_, options_, {{"-", ends[0]}}, claims_,
                 is_stopping_, [&](const ImportFigures& so_far) {
                   if (so_far.stored == 100) is_stopping_ = true;
                 });
  close(ends[1]);
  ASSERT_TRUE(figures.has_value());
  EXPECT_TRUE(figures->is_stopped);
  EXPECT_EQ(hits(), 100);
}

}  // namespace
}  // namespace ballcone
