#include "enrich/pattern_set.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <fmt/format.h>
#include <pcre2.h>
#include <re2/filtered_re2.h>
#include <re2/re2.h>

#include <algorithm>

#include "enrich/atom_finder.h"

namespace ballcone {
namespace {

// Shorter atoms occur in nearly every User-Agent and save nothing.
constexpr int kAtomBytesMin = 3;
// What one expression may try on one text. The most that any of uap-core's 17,992 test cases needs
// is far below; a text made to backtrack stops here and counts as no match.
constexpr uint32_t kMatchLimit = 20'000;
constexpr uint32_t kCaptures = std::tuple_size_v<PatternSet::Captures>;
constexpr size_t kJitStackBytesMin = 32 * 1024;
constexpr size_t kJitStackBytesMax = 512 * 1024;

template <auto Free>
struct FreeBy {
  template <class T>
  void operator()(T* thing) const {
    Free(thing);
  }
};
using Code = std::unique_ptr<pcre2_code, FreeBy<pcre2_code_free>>;
using MatchData = std::unique_ptr<pcre2_match_data, FreeBy<pcre2_match_data_free>>;
using MatchContext = std::unique_ptr<pcre2_match_context, FreeBy<pcre2_match_context_free>>;
using JitStack = std::unique_ptr<pcre2_jit_stack, FreeBy<pcre2_jit_stack_free>>;

Result<Code> compile(const Pattern& pattern) {
  int error = 0;
  PCRE2_SIZE at = 0;
  Code code(pcre2_compile(
      reinterpret_cast<PCRE2_SPTR>(pattern.regex.data()), pattern.regex.size(),
      PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_UTF | (pattern.ignores_case ? PCRE2_CASELESS : 0u), &error,
      &at, nullptr));
  if (!code) {
    std::array<PCRE2_UCHAR, 256> message{};
    pcre2_get_error_message(error, message.data(), message.size());
    return failure(fmt::format("expected a regular expression, got \"{}\": {}", pattern.regex,
                               reinterpret_cast<const char*>(message.data())),
                   static_cast<int>(at));
  }
  return code;
}

// RE2 folds the case of all of Unicode where it looks for atoms, our finder that of ASCII only.
bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<uint8_t>(c) < 128; });
}

void read_captures(const PCRE2_SIZE* ends, uint32_t count, std::string_view text,
                   PatternSet::Captures* captures) {
  captures->fill({});
  for (uint32_t i = 0; i < count; ++i) {
    const PCRE2_SIZE begin = ends[2 * i];
    const PCRE2_SIZE end = ends[2 * i + 1];  // before begin only by \K in a look-ahead
    if (begin != PCRE2_UNSET && begin <= end) (*captures)[i] = text.substr(begin, end - begin);
  }
}

}  // namespace

struct PatternSet::Impl {
  std::vector<Pattern> patterns;
  std::vector<Code> codes;
  std::vector<bool> is_fast;               // machine code is made when a pattern is first tried
  re2::FilteredRE2 filter{kAtomBytesMin};  // knows the patterns by their place in `filtered`
  std::vector<int> filtered;
  std::vector<int> always;  // patterns that RE2 could not look into
  AtomFinder atoms;
  std::vector<uint32_t> atom_seen;  // the round in which the atom was seen last
  uint32_t round = 0;
  std::vector<int> found_atoms, passed, candidates;
  MatchData match{pcre2_match_data_create(kCaptures, nullptr)};
  MatchContext context{pcre2_match_context_create(nullptr)};
  JitStack stack{pcre2_jit_stack_create(kJitStackBytesMin, kJitStackBytesMax, nullptr)};
  size_t tried = 0;

  Impl() {
    pcre2_set_match_limit(context.get(), kMatchLimit);
    pcre2_jit_stack_assign(context.get(), nullptr, stack.get());
  }

  Result<void> add(size_t index);
  void finish();
  void find_candidates(std::string_view text);
  // How many captures, the whole match included; 0: no match.
  uint32_t match_at(int index, std::string_view text);
};

Result<void> PatternSet::Impl::add(size_t index) {
  const Pattern& pattern = patterns[index];
  Result<Code> code = compile(pattern);
  if (!code) return tl::unexpected(code.error());
  codes.push_back(std::move(*code));
  is_fast.push_back(false);
  RE2::Options options;
  options.set_log_errors(false);
  options.set_case_sensitive(!pattern.ignores_case);
  int id = 0;
  const bool is_filtered =
      is_ascii(pattern.regex) && filter.Add(pattern.regex, options, &id) == RE2::NoError;
  (is_filtered ? filtered : always).push_back(static_cast<int>(index));
  return {};
}

void PatternSet::Impl::finish() {
  std::vector<std::string> texts;
  if (!filtered.empty()) filter.Compile(&texts);
  atoms = AtomFinder(texts);
  atom_seen.assign(texts.size(), 0);
}

void PatternSet::Impl::find_candidates(std::string_view text) {
  candidates = always;
  if (filtered.empty()) return;
  if (++round == 0) {  // after 2^32 texts
    std::fill(atom_seen.begin(), atom_seen.end(), 0);
    round = 1;
  }
  found_atoms.clear();
  atoms.find(text, [&](size_t atom) {
    if (atom_seen[atom] == round) return;
    atom_seen[atom] = round;
    found_atoms.push_back(static_cast<int>(atom));
  });
  filter.AllPotentials(found_atoms, &passed);
  for (const int id : passed) candidates.push_back(filtered[static_cast<size_t>(id)]);
  std::sort(candidates.begin(), candidates.end());
}

uint32_t PatternSet::Impl::match_at(int index, std::string_view text) {
  const auto at = static_cast<size_t>(index);
  if (!is_fast[at]) {
    // About 50 µs each, and most are never tried. Without JIT pcre2_match interprets.
    pcre2_jit_compile(codes[at].get(), PCRE2_JIT_COMPLETE);
    is_fast[at] = true;
  }
  ++tried;
  const int count = pcre2_match(codes[at].get(), reinterpret_cast<PCRE2_SPTR>(text.data()),
                                text.size(), 0, 0, match.get(), context.get());
  if (count < 0) return 0;
  return count == 0 ? kCaptures : static_cast<uint32_t>(count);  // 0: more groups than we keep
}

PatternSet::PatternSet(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
PatternSet::PatternSet(PatternSet&&) noexcept = default;
PatternSet& PatternSet::operator=(PatternSet&&) noexcept = default;
PatternSet::~PatternSet() = default;

Result<PatternSet> PatternSet::make(std::vector<Pattern> patterns) {
  auto impl = std::make_unique<Impl>();
  impl->patterns = std::move(patterns);
  for (size_t i = 0; i < impl->patterns.size(); ++i) {
    if (Result<void> added = impl->add(i); !added) return tl::unexpected(added.error());
  }
  impl->finish();
  return PatternSet(std::move(impl));
}

size_t PatternSet::size() const { return impl_->patterns.size(); }
size_t PatternSet::tried() const { return impl_->tried; }

int PatternSet::first_match(std::string_view text, Captures* captures) {
  text = text.substr(0, kTextBytesMax);
  impl_->find_candidates(text);
  for (const int index : impl_->candidates) {
    const uint32_t count = impl_->match_at(index, text);
    if (count == 0) continue;
    if (captures)
      read_captures(pcre2_get_ovector_pointer(impl_->match.get()), count, text, captures);
    return index;
  }
  return -1;
}

std::vector<int> PatternSet::all_matches(std::string_view text) {
  text = text.substr(0, kTextBytesMax);
  impl_->find_candidates(text);
  std::vector<int> found;
  for (const int index : impl_->candidates) {
    if (impl_->match_at(index, text) > 0) found.push_back(index);
  }
  return found;
}

}  // namespace ballcone
