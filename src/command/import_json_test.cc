#include "command/import_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "command/import_test_figures.h"

namespace ballcone {
namespace {

using nlohmann::json;
using testing::HasSubstr;

TEST(ImportJson, TellsAServerEveryOption) {
  ImportRequest request{.what = ImportRequest::What::import};
  request.options = {.service = "blog",
                     .service_from = "host",
                     .format = "$remote_addr \"$request\"\n",
                     .label = "web1",
                     .since_us = 1,
                     .until_us = 2,
                     .excludes = {"/a", "/b*"},
                     .keeps_query = false,
                     .is_again = true};
  request.settings = {.addresses = "full",
                      .mask_urls = "off",
                      .log_pixels = "all",
                      .geoip = "/x.mmdb",
                      .services = std::vector<std::string>{"a"},
                      .services_max = 7,
                      .period_s = 0.25};
  const std::string line = to_line(request);
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  const auto back = parse_request(line);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(to_line(*back), line);
  EXPECT_EQ(back->options.since_us, 1);
  EXPECT_EQ(back->options.excludes, request.options.excludes);
  EXPECT_EQ(back->settings.mask_urls, "off");
  EXPECT_EQ(back->settings.log_pixels, "all");
  EXPECT_EQ(back->settings.period_s, 0.25);
}

TEST(ImportJson, LeavesAnUnsetSettingToTheServer) {
  const auto back = parse_request(to_line(ImportRequest{.what = ImportRequest::What::import}));
  ASSERT_TRUE(back);
  EXPECT_FALSE(back->settings.addresses.has_value());
  EXPECT_FALSE(back->options.since_us.has_value());
  EXPECT_TRUE(back->options.keeps_query);
}

TEST(ImportJson, TellsACommandEveryFigure) {
  const ImportReply reply{.what = ImportReply::What::done, .figures = test_figures()};
  const std::string line = to_line(reply);
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  const auto back = parse_reply(line);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(to_line(*back), line);
  EXPECT_EQ(back->figures.dropped, test_figures().dropped);
  EXPECT_EQ(back->figures.examples, test_figures().examples);
  EXPECT_EQ(back->figures.services.at("магазин").page_views, 1u);
  EXPECT_EQ(back->figures.steps.at(1).ns, 2'500'750u);
}

TEST(ImportJson, CarriesEveryOtherMessage) {
  for (const ImportRequest& request :
       {ImportRequest{.what = ImportRequest::What::files, .names = {"a", "b\xff"}},
        ImportRequest{.what = ImportRequest::What::begin},
        ImportRequest{.what = ImportRequest::What::stop},
        ImportRequest{.what = ImportRequest::What::list},
        ImportRequest{.what = ImportRequest::What::undo, .import = 9}}) {
    const auto back = parse_request(to_line(request));
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(back->what, request.what);
    EXPECT_EQ(back->names.size(), request.names.size());
    EXPECT_EQ(back->import, request.import);
  }
  const ImportInfo info{.id = 4,
                        .start = {"a.log", "web1", "combined", true},
                        .started_us = 5,
                        .inputs = 6,
                        .lines = 7,
                        .stored = 8,
                        .bytes = 9};
  for (const ImportReply& reply :
       {ImportReply{.what = ImportReply::What::taken, .count = 3},
        ImportReply{.what = ImportReply::What::undone, .count = 1'000'000'000'000},
        ImportReply{.what = ImportReply::What::list, .imports = {info}},
        ImportReply{.what = ImportReply::What::error, .error = "expected \"x\""}}) {
    const auto back = parse_reply(to_line(reply));
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(to_line(*back), to_line(reply));
  }
}

TEST(ImportJson, RefusesWhatIsNoMessage) {
  for (const char* line :
       {"", "{", "[]", "{}", R"({"what": "dance"})", R"({"what": 1})", R"({"what": "import"})",
        R"({"what": "files", "names": [1]})", R"({"what": "undo", "import": "x"})"}) {
    EXPECT_FALSE(parse_request(line)) << line;
  }
  for (const char* line : {"", R"({"what": "done"})", R"({"what": "done", "figures": {}})",
                           R"({"what": "begin"})", R"({"what": "list", "imports": [{}]})"})
    EXPECT_FALSE(parse_reply(line)) << line;
}

TEST(ImportSummary, HasWhatAScriptNeeds) {
  const json summary = json::parse(summary_json(test_figures(), /*with_steps=*/false));
  EXPECT_EQ(summary["import"], 3);
  EXPECT_EQ(summary["files"], 2);
  EXPECT_EQ(summary["known_files"], 1);
  EXPECT_EQ(summary["lines"], 10'003);
  EXPECT_EQ(summary["stored"], 10'000);
  EXPECT_EQ(summary["repaired"], 1);
  EXPECT_EQ(summary["dropped"], json::parse(R"({"malformed": 2, "bad_time": 1})"));
  EXPECT_EQ(summary["bytes"], 2'000'000);
  EXPECT_EQ(summary["seconds"], 0.5);
  EXPECT_EQ(summary["lines_per_second"], 20'006);
  EXPECT_EQ(summary["services"]["blog"],
            json::parse(R"({"hits": 9000, "page_views": 1000, "first": "2026-11-23T12:00:00Z",
                            "last": "2026-11-24T12:00:00Z"})"));
  EXPECT_EQ(summary["problems"].size(), 1u);
  EXPECT_EQ(summary["stopped"], true);
  EXPECT_FALSE(summary.contains("steps"));
  EXPECT_EQ(json::parse(summary_json(test_figures(), true))["steps"][0]["name"], "decode");
}

TEST(ImportSummary, ListsImports) {
  const json list = json::parse(list_json({{.id = 4,
                                            .start = {"a.log", "web1", "combined", false},
                                            .started_us = 1'795'435'200'000'000,
                                            .stored = 8}}));
  EXPECT_EQ(list[0]["id"], 4);
  EXPECT_EQ(list[0]["started"], "2026-11-23T12:00:00Z");
  EXPECT_EQ(list[0]["finished"], nullptr);
  EXPECT_EQ(list[0]["follow"], false);
}

}  // namespace
}  // namespace ballcone
