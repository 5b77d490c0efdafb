#include "query/dimensions.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace ballcone {
namespace {

TEST(Dimensions, KnowWhichTableHoldsThem) {
  const struct {
    const char* name;
    const char* title;
    const char* text;
    bool is_number;
  } kRows[] = {
      {"path", "Path", "path", false},
      {"browser_version", "Browser version", "user_agent", false},
      {"utm_source", "UTM source", "query", false},
      {"os", "OS", "user_agent", false},
      {"country", "Country", "address", false},
      {"asn", "ASN", "address", true},
      {"status", "Status", "", true},
      {"gpc", "GPC", "", true},
      {"event:props:plan", "Property plan", "props", false},
  };
  for (const auto& row : kRows) {
    const Dimension* dimension = find_dimension(row.name);
    ASSERT_TRUE(dimension) << row.name;
    EXPECT_EQ(dimension->title, row.title);
    EXPECT_EQ(dimension->text, row.text) << row.name;
    EXPECT_EQ(dimension->is_number, row.is_number) << row.name;
  }
}

TEST(Dimensions, LeaveOutAmountsAndIds) {
  for (const char* name : {"time", "bytes", "generation_time_us", "request_id", "visitor", "uri"}) {
    EXPECT_EQ(find_dimension(name), nullptr) << name;
  }
}

TEST(Dimensions, WriteNoNameOfAPropertyIntoSql) {
  EXPECT_EQ(attribute_sql(*find_dimension("event:props:a/~'"), "x."),
            "json_extract_string(x.props, decode(unhex('2f617e317e3027')))");
  EXPECT_EQ(attribute_sql(*find_dimension("browser"), "x."), "x.browser");
  EXPECT_EQ(find_dimension("event:props:"), nullptr);
  EXPECT_EQ(find_dimension("event:props:" + std::string(kPropertyBytesMax + 1, 'a')), nullptr);
}

TEST(Dimensions, TellTextsWithAttributes) {
  EXPECT_TRUE(has_attributes("user_agent"));
  EXPECT_TRUE(has_attributes("bot"));
  EXPECT_FALSE(has_attributes("path"));
  EXPECT_FALSE(has_attributes("service"));
}

// UPDATE_GOLDEN=1 rewrites the page.
TEST(Dimensions, AreDescribedInTheColumnsPage) {
  const std::string path = std::string(BALLCONE_SOURCE_DIR) + "/docs/columns.md";
  if (std::getenv("UPDATE_GOLDEN")) std::ofstream(path) << columns_markdown();
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  EXPECT_EQ(text.str(), columns_markdown()) << "run with UPDATE_GOLDEN=1 and look at the diff";
}

}  // namespace
}  // namespace ballcone
