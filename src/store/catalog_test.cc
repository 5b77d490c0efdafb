#include "store/catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "store/test_console.h"

namespace ballcone {
namespace {

using Catalog = Console;

std::vector<std::string> names_of(const std::vector<ColumnInfo>& columns) {
  std::vector<std::string> names;
  for (const ColumnInfo& column : columns) names.push_back(column.name);
  return names;
}

// What is offered can be asked for, and each column says what it means.
TEST_F(Catalog, NamesWhatTheConsoleReads) {
  const auto schema = store_->console_schema({});
  ASSERT_TRUE(schema) << schema.error().message;
  EXPECT_EQ(schema->services, (std::vector<std::string>{"example", "other"}));
  std::vector<ViewInfo> views = schema->views;
  views.push_back({"example", "A request of the service", schema->service_columns});
  ASSERT_EQ(views.size(), 6U);
  for (const ViewInfo& view : views) {
    EXPECT_NE(view.doc, "") << view.name;
    const auto table = store_->query_console("FROM " + view.name + " LIMIT 0", {});
    ASSERT_TRUE(table) << table.error().message;
    ASSERT_EQ(table->columns.size(), view.columns.size()) << view.name;
    for (size_t i = 0; i < view.columns.size(); ++i) {
      EXPECT_EQ(view.columns[i].name, table->columns[i].name);
      EXPECT_EQ(view.columns[i].type, table->columns[i].type);
      EXPECT_NE(view.columns[i].doc, "") << view.name << "." << view.columns[i].name;
    }
  }
}

TEST_F(Catalog, SaysWhatIsMeantInThatView) {
  EXPECT_EQ(column_doc("hits", "generation_time"),
            "From the request's first byte to the answer's last, in seconds");
  EXPECT_EQ(column_doc("", "length"), column_doc("hits", "bytes"));
  EXPECT_NE(column_doc("visits", "visitor"), column_doc("hits", "visitor"));
  EXPECT_EQ(column_doc("hits", "nonsense"), "");
}

TEST_F(Catalog, NamesFunctionsThatMayBeCalled) {
  const auto schema = store_->console_schema({});
  ASSERT_TRUE(schema);
  EXPECT_THAT(schema->functions, testing::IsSupersetOf({"count", "date_trunc", "quantile_cont"}));
  EXPECT_THAT(schema->functions, testing::Not(testing::Contains("getenv")));
  EXPECT_TRUE(std::is_sorted(schema->functions.begin(), schema->functions.end()));
}

TEST(CatalogEmpty, HasViewsBeforeTheFirstService) {
  const auto store = open_in_memory();
  const auto schema = store->console_schema({});
  ASSERT_TRUE(schema) << schema.error().message;
  EXPECT_TRUE(schema->services.empty());
  EXPECT_TRUE(schema->service_columns.empty());
  EXPECT_THAT(names_of(schema->views[0].columns), testing::Contains("is_page_view"));
}

// A name of a service may need quotes, and may be that of a common view.
TEST(CatalogEmpty, KeepsViewsApartFromServicesOfTheirName) {
  const auto store = open_in_memory();
  HitBatch batch;
  fill_batch({{.service = "hits"}, {.service = "a \"b\""}}, &batch);
  ASSERT_TRUE(store->append(batch));
  const auto schema = store->console_schema({});
  ASSERT_TRUE(schema) << schema.error().message;
  EXPECT_THAT(names_of(schema->views[0].columns), testing::Contains("is_page_view"));
  EXPECT_THAT(names_of(schema->service_columns), testing::Contains("is_robot"));
}

}  // namespace
}  // namespace ballcone
