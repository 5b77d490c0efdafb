#include "command/import_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "store/test_folder.h"

namespace ballcone {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Names = std::vector<std::string>;

TEST(RotationOrder, PutsOlderFilesFirst) {
  struct Case {
    Names given;
    Names want;
  };
  for (const auto& [given, want] : std::vector<Case>{
           {{"a.log", "a.log.1", "a.log.10.gz", "a.log.2.gz"},
            {"a.log.10.gz", "a.log.2.gz", "a.log.1", "a.log"}},
           {{"a.log", "a.log-20261123", "a.log-20261122.gz", "a.log-20251231.zst"},
            {"a.log-20251231.zst", "a.log-20261122.gz", "a.log-20261123", "a.log"}},
           {{"a.log-2026112301", "a.log-2026112210"}, {"a.log-2026112210", "a.log-2026112301"}},
           {{"a.log", "a.log.1", "a.log-20261122"}, {"a.log-20261122", "a.log.1", "a.log"}},
           // Two sites beside each other, and one in two folders.
           {{"b.log", "a.log", "b.log.1", "a.log.1"}, {"b.log.1", "b.log", "a.log.1", "a.log"}},
           {{"x/a.log", "y/a.log.1", "x/a.log.1"}, {"x/a.log.1", "x/a.log", "y/a.log.1"}},
           // Not rotations: as they were given.
           {{"b-2.log", "b-1.log", "-"}, {"b-2.log", "b-1.log", "-"}},
           {{"192.0.2.7", "a"}, {"192.0.2.7", "a"}},
           {{}, {}},
       }) {
    EXPECT_EQ(in_rotation_order(given), want);
  }
}

class ImportFiles : public testing::Test {
 protected:
  std::string write(const std::string& name, std::string_view text = "x\n") const {
    std::ofstream(folder_.file(name)) << text;
    return folder_.file(name);
  }
  static Names names_of(const OpenedFiles& opened) {
    Names names;
    for (const ImportFile& file : opened.files) {
      names.push_back(std::filesystem::path(file.name).filename());
      EXPECT_GE(fcntl(file.file, F_GETFD), 0);
      close(file.file);
    }
    return names;
  }

  TestFolder folder_;
};

TEST_F(ImportFiles, ExpandsGlobsThatTheShellWasKeptFrom) {
  for (const char* name : {"a.log", "a.log.1", "a.log.2.gz", "b.log"}) write(name);
  const auto opened = open_files({folder_.file("a.log*")});
  EXPECT_THAT(names_of(opened), ElementsAre("a.log.2.gz", "a.log.1", "a.log"));
  EXPECT_TRUE(opened.problems.empty());
}

TEST_F(ImportFiles, TakesANameThatLooksLikeAGlobAndExists) {
  write("a[1].log");
  write("a1.log");
  EXPECT_THAT(names_of(open_files({folder_.file("a[1].log")})), ElementsAre("a[1].log"));
}

TEST_F(ImportFiles, ReadsTheSameFileOnce) {
  const std::string name = write("a.log");
  std::filesystem::create_symlink(name, folder_.file("b.log"));
  const auto opened = open_files({name, name, folder_.file("./a.log"), folder_.file("b.log")});
  EXPECT_THAT(names_of(opened), ElementsAre("a.log"));
}

TEST_F(ImportFiles, SaysWhatItCouldNotOpen) {
  write("a.log");
  const auto opened =
      open_files({folder_.file("none.log"), folder_.file("none*"), folder_.file("a.log")});
  EXPECT_THAT(names_of(opened), ElementsAre("a.log"));
  EXPECT_THAT(opened.problems, ElementsAre(HasSubstr("none*: no file matches"),
                                           HasSubstr("none.log: No such file or directory")));
}

TEST_F(ImportFiles, OpensMoreThanTheUsualThousand) {
  for (int i = 0; i < 1500; ++i) write(fmt::format("a.log.{}", i));
  const auto opened = open_files({folder_.file("a.log.*")});
  EXPECT_TRUE(opened.problems.empty());
  const Names names = names_of(opened);
  ASSERT_EQ(names.size(), 1500u);
  EXPECT_EQ(names.front(), "a.log.1499");
  EXPECT_EQ(names.back(), "a.log.0");
}

}  // namespace
}  // namespace ballcone
