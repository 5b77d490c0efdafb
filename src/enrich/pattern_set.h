// Many regular expressions, one short text: which is the first that matches? A regular expression
// can only match where certain literal texts occur (RE2's FilteredRE2 knows which), so one pass
// over the text leaves a handful of candidates; PCRE2's compiled code confirms these in order and
// captures. Measured on 2 cores for 1,175 expressions: 155 µs one after the other with RE2, about
// 5 µs so, with the same answers.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ballcone {

struct Pattern {
  std::string regex;  // Perl's syntax; bytes, not code points; "$" is the very end
  bool ignores_case = false;
};

class PatternSet {
 public:
  // [0] is the whole match, [1] to [9] the groups; a group that took no part is empty.
  using Captures = std::array<std::string_view, 10>;

  // Longer texts are cut before they are looked at: a bound on what a hostile one may cost.
  static constexpr size_t kTextBytesMax = 2048;

  // Fails on an expression that neither library understands. What only PCRE2 understands
  // (look-around) works, but is tried on every text.
  static Result<PatternSet> make(std::vector<Pattern> patterns);

  PatternSet(PatternSet&&) noexcept;
  PatternSet& operator=(PatternSet&&) noexcept;
  ~PatternSet();

  size_t size() const;
  // The index of the first pattern, in the order given, that is found in `text`; -1: none.
  // `captures` (may be null) are views into `text`. Patterns are compiled when first needed, so one
  // set belongs to one thread.
  int first_match(std::string_view text, Captures* captures = nullptr);
  // The indexes of all that match, in order.
  std::vector<int> all_matches(std::string_view text);
  // How many were tried on a text in vain or not; for tests and the benchmark.
  size_t tried() const;

 private:
  struct Impl;
  explicit PatternSet(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace ballcone
