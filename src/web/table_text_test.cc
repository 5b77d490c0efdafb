#include "web/table_text.h"

#include <gtest/gtest.h>

namespace ballcone {
namespace {

TEST(TableText, AlignsColumnsAndKeepsEachRowOnItsLine) {
  Table table;
  table.columns = {{"path", "VARCHAR"}, {"count", "BIGINT"}, {"note", "VARCHAR"}};
  table.rows = {{std::string("/привет"), int64_t{12}, Value{}},
                {std::string("/a\n\x1b[2J"), int64_t{3}, std::string("x")}};
  EXPECT_EQ(table_text(table),
            "path     count  note\n"
            "-------  -----  ----\n"
            "/привет     12  –\n"
            "/a··[2J      3  x\n");
}

}  // namespace
}  // namespace ballcone
