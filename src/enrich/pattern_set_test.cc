#include "enrich/pattern_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "enrich/atom_finder.h"

namespace ballcone {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

PatternSet make(std::vector<Pattern> patterns) {
  auto set = PatternSet::make(std::move(patterns));
  EXPECT_TRUE(set) << set.error().message;
  return std::move(*set);
}

TEST(AtomFinder, FindsOverlappingAtomsWhateverTheirCase) {
  const AtomFinder finder({"he", "she", "hers", "é"});
  std::vector<size_t> found;
  finder.find("uSHErs, é", [&](size_t atom) { found.push_back(atom); });
  EXPECT_THAT(found, ElementsAre(1, 0, 2, 3));
}

TEST(AtomFinder, FindsNothingWithoutAtoms) {
  AtomFinder(std::vector<std::string>()).find("text", [](size_t) { FAIL(); });
  AtomFinder().find("text", [](size_t) { FAIL(); });
}

TEST(PatternSet, FirstInOrderWins) {
  struct Row {
    const char* text;
    int want;
  };
  PatternSet set = make({{R"(Edg/(\d+))"},
                         {R"(Chrome/(\d+)\.(\d+))"},
                         {R"(chrome)", true},
                         {R"(^Opera[/ ]|OPR/)"},
                         {R"([0-9]{4}$)"}});
  const Row rows[] = {
      {"Chrome/120.0 Edg/119", 0},
      {"Chrome/120.0", 1},
      {"CHROME/120", 2},
      {"Opera/9", 3},
      {"x Opera/9", -1},
      {"x OPR/9", 3},
      {"x 2026", 4},
      {"x 2026\n", -1},  // "$" is the very end
      {"", -1},
  };
  for (const Row& row : rows) EXPECT_EQ(set.first_match(row.text), row.want) << row.text;
}

TEST(PatternSet, FindsAllInOrder) {
  PatternSet set = make({{"Safari"}, {"Chrome"}, {"Firefox"}, {"Mozilla"}});
  EXPECT_THAT(set.all_matches("Mozilla/5.0 Chrome/1 Safari/1"), ElementsAre(0, 1, 3));
}

TEST(PatternSet, CapturesGroups) {
  PatternSet set = make({{R"((\w+)/(\d+)(?:\.(\d+)|)(b)?)"}, {"(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)"}});
  PatternSet::Captures groups;
  ASSERT_EQ(set.first_match("see Foo/12.3", &groups), 0);
  EXPECT_THAT(groups, ElementsAre("Foo/12.3", "Foo", "12", "3", "", "", "", "", "", ""));
  ASSERT_EQ(set.first_match("see Foo/12", &groups), 0);
  EXPECT_THAT(groups, ElementsAre("Foo/12", "Foo", "12", "", "", "", "", "", "", ""));
  ASSERT_EQ(set.first_match("abcdefghij", &groups), 1);
  EXPECT_EQ(groups[9], "i");
}

TEST(PatternSet, UnderstandsLookAroundAndOtherScripts) {
  PatternSet set = make({{"(?<!cu)bot", true}, {"Яндекс"}, {"яндекс", true}});
  EXPECT_EQ(set.first_match("FooBot"), 0);
  EXPECT_EQ(set.first_match("CUBOT"), -1);
  EXPECT_EQ(set.first_match("Яндекс"), 1);
  EXPECT_EQ(set.first_match("яндекс"), 2);
}

TEST(PatternSet, SaysWhichExpressionIsWrong) {
  const auto set = PatternSet::make({{"fine"}, {"a(b"}});
  ASSERT_FALSE(set);
  EXPECT_THAT(set.error().message, HasSubstr("got \"a(b\""));
  EXPECT_EQ(set.error().position, 3);
}

TEST(PatternSet, TriesOnlyWhatCanMatch) {
  std::vector<Pattern> patterns;
  for (int i = 0; i < 1000; ++i) patterns.push_back({"Agent" + std::to_string(10000 + i) + "/\\d"});
  PatternSet set = make(std::move(patterns));
  EXPECT_EQ(set.first_match("Mozilla/5.0 Agent10777/2"), 777);
  EXPECT_EQ(set.tried(), 1u);
}

TEST(PatternSet, LooksAtTheFirstBytesOnly) {
  PatternSet set = make({{"needle"}});
  EXPECT_EQ(set.first_match(std::string(PatternSet::kTextBytesMax - 6, ' ') + "needle"), 0);
  EXPECT_EQ(set.first_match(std::string(PatternSet::kTextBytesMax - 5, ' ') + "needle"), -1);
}

TEST(PatternSet, StopsAtTheMatchLimit) {
  // 2^2000 ways to fail, were there no limit.
  PatternSet set = make({{"(?:a+)+$"}, {"aaa"}});
  EXPECT_EQ(set.first_match(std::string(2000, 'a') + "b"), 1);
}

}  // namespace
}  // namespace ballcone
