#include "ingest/head.h"

#include <gtest/gtest.h>

namespace ballcone {
namespace {

TEST(Head, NamesTheServiceOfAFile) {
  const struct {
    const char* file;
    const char* service;
  } kRows[] = {
      {"/var/log/nginx/access.log", "default"},
      {"access.log.2.gz", "default"},
      {"/var/log/nginx/example.com-access.log.2.gz", "example.com"},
      {"example.com.access.log", "example.com"},
      {"access_example.com.log", "example.com"},
      {"blog_access.log-20261123.zst", "blog"},
      {"blog.log-2026-11-23", "blog"},
      {"other_vhosts_access.log", "other_vhosts"},
      {"-", "default"},
      {"", "default"},
      {"1.example.org.log", "1.example.org"},
      {"EXAMPLE.ORG.log", "example.org"},
  };
  for (const auto& row : kRows) EXPECT_EQ(service_of_file(row.file), row.service) << row.file;
}

TEST(Head, IsCutIntoLines) {
  EXPECT_EQ(lines_of("a\r\n\nb"), (std::vector<std::string_view>{"a", "", "b"}));
  EXPECT_TRUE(lines_of("").empty());
}

TEST(Head, BeginsWithTheFirstLineThatIsNoComment) {
  EXPECT_EQ(without_comments("#a\n#b\nc\n#d\n"), "c\n#d\n");
  EXPECT_EQ(without_comments("#a"), "");
  EXPECT_EQ(without_comments("a\n"), "a\n");
}

}  // namespace
}  // namespace ballcone
