#include "web/assets.h"

#include <gtest/gtest.h>

#include <string>

namespace ballcone {
namespace {

// Of all pages; what one of them loads is measured in test/browser/pages_test.mjs.
constexpr size_t kEverythingMax = 135'000;

// `href="/assets/app-ab12cd34.css"` → the path; empty if the page names none with that ending.
std::string named_asset(std::string_view html, std::string_view ending) {
  const size_t end = html.find(std::string(ending) + '"');
  if (end == html.npos) return {};
  const size_t begin = html.rfind('"', end) + 1;
  return std::string(html.substr(begin, end + ending.size() - begin));
}

TEST(Assets, PageAndWhatItNamesAreThere) {
  const Asset* page = find_asset("/index.html");
  ASSERT_NE(page, nullptr);
  EXPECT_EQ(page->content_type, "text/html; charset=utf-8");
  for (std::string_view ending : {".js", ".css", ".svg"}) {
    EXPECT_NE(find_asset(named_asset(page->bytes, ending)), nullptr) << ending;
  }
}

TEST(Assets, UnknownPathIsNull) {
  EXPECT_EQ(find_asset("/assets/app.js"), nullptr);
  EXPECT_EQ(find_asset(""), nullptr);
}

TEST(Assets, EachIsWholeCompressedAndTagged) {
  size_t everything = 0;
  for (const Asset& asset : all_assets()) {
    EXPECT_FALSE(asset.bytes.empty()) << asset.path;
    EXPECT_FALSE(asset.content_type.empty()) << asset.path;
    // RFC 1952: a gzip member begins with 1f 8b and ends with the length of what it holds.
    ASSERT_GT(asset.gzip.size(), 18u) << asset.path;
    EXPECT_EQ(asset.gzip.substr(0, 2), "\x1f\x8b") << asset.path;
    size_t length = 0;
    for (size_t i = 0; i < 4; ++i) {
      length |= size_t{static_cast<uint8_t>(asset.gzip[asset.gzip.size() - 4 + i])} << (8 * i);
    }
    EXPECT_EQ(length, asset.bytes.size()) << asset.path;
    EXPECT_TRUE(asset.etag.starts_with('"') && asset.etag.ends_with('"')) << asset.etag;
    everything += asset.gzip.size();
  }
  EXPECT_LT(everything, kEverythingMax);
}

}  // namespace
}  // namespace ballcone
