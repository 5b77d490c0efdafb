// From the text of a pattern to its steps.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/check.h"
#include "base/text.h"
#include "decode/nginx_variables.h"
#include "decode/pattern.h"

namespace ballcone {
namespace {

// A field, or a literal: text of the pattern that stands in the line as it is.
struct Piece {
  std::string literal;
  std::string name = {};  // empty: a literal
  Field field = Field::ignored;
  int rank = 0;  // of several pieces that say the same, the highest counts, and of equals the first
  bool is_list = false;
  CivilTimeFormat time_format = {};
};

bool is_path(const Piece& piece) { return piece.field == Field::uri || piece.field == Field::path; }

// What a field says: those that say the same have the same place, and the finer one a higher rank.
struct Place {
  Field field;
  int rank;
};
Place place_of(Field field) {
  switch (field) {
    case Field::time_clf:
      return {Field::time_iso, 1};
    case Field::time_iso:
      return {Field::time_iso, 2};
    case Field::time_epoch:
    case Field::time_epoch_ms:
    case Field::time_epoch_us:
    case Field::time_epoch_ns:
      return {Field::time_iso, 3};
    case Field::duration_s:
      return {Field::duration_s, 1};
    case Field::duration_ms:
      return {Field::duration_s, 2};
    case Field::duration_us:
    case Field::duration_ns:
      return {Field::duration_s, 3};
    default:
      return {field, 0};
  }
}

bool may_be_repeated(Field field) {
  return field == Field::ignored || field == Field::duration_part_s ||
         field == Field::upstream_part_s;
}

class PatternMaker {
 public:
  void add_literal(std::string_view text) {
    if (text.empty()) return;
    if (pieces_.empty() || !pieces_.back().name.empty()) pieces_.push_back({""});
    pieces_.back().literal += text;
  }
  void add(Piece piece) { pieces_.push_back(std::move(piece)); }
  void allow_rest() { pattern_.allows_rest = true; }

  Result<LinePattern> make() {
    join_uris();
    choose();
    for (size_t i = 0; i < pieces_.size(); ++i) {
      if (auto error = add_step(i)) return tl::unexpected(*error);
    }
    while (pattern_.after.ends_with(' ')) pattern_.after.pop_back();
    if (auto error = check()) return tl::unexpected(*error);
    return std::move(pattern_);
  }

 private:
  // "$uri$is_args$args" and "%U%q" are one URI.
  void join_uris() {
    for (size_t i = 0; i + 1 < pieces_.size(); ++i) {
      if (pieces_[i].field != Field::path) continue;
      const size_t query = i + (pieces_[i + 1].name == "$is_args" ? 2 : 1);
      if (query >= pieces_.size() || pieces_[query].field != Field::query) continue;
      for (size_t j = i + 1; j <= query; ++j) pieces_[i].name += pieces_[j].name;
      pieces_[i].field = Field::uri;
      pieces_.erase(pieces_.begin() + static_cast<ptrdiff_t>(i) + 1,
                    pieces_.begin() + static_cast<ptrdiff_t>(query) + 1);
    }
  }

  // Of pieces that say the same one is kept; the others are read and ignored.
  void choose() {
    bool has_date = false;
    bool has_time = false;
    for (const Piece& piece : pieces_) {
      has_date = has_date || piece.time_format.has_date();
      has_time = has_time || piece.time_format.has_time();
    }
    has_civil_time_ = has_date && has_time;
    std::array<Piece*, kFieldCount> kept{};
    for (Piece& piece : pieces_) {
      if (!piece.time_format.is_empty()) {
        piece.field = has_civil_time_ ? Field::date : Field::ignored;
        continue;
      }
      if (may_be_repeated(piece.field)) continue;
      const Place place = place_of(piece.field);
      piece.rank += place.rank;
      if (has_civil_time_ && place.field == Field::time_iso) piece.rank = -1;
      Piece*& best = kept[static_cast<size_t>(place.field)];
      if (piece.rank < 0 || (best != nullptr && best->rank >= piece.rank)) {
        piece.field = Field::ignored;
      } else {
        if (best != nullptr) best->field = Field::ignored;
        best = &piece;
      }
    }
  }

  std::optional<Error> add_step(size_t i) {
    Piece& piece = pieces_[i];
    if (piece.name.empty()) {
      pattern_.after = piece.literal;
      return std::nullopt;
    }
    const Piece* next = i + 1 < pieces_.size() ? &pieces_[i + 1] : nullptr;
    const bool is_next_literal = next != nullptr && next->name.empty();
    LinePattern::Step step{std::exchange(pattern_.after, ""), piece.name, piece.field};
    step.is_quoted =
        step.before.ends_with('"') && is_next_literal && next->literal.starts_with('"');
    step.is_list = piece.is_list;
    step.ends_at_slash = next != nullptr && !is_next_literal && is_path(*next);
    step.time_format = std::move(piece.time_format);
    if (next != nullptr && !is_next_literal && !step.ends_at_slash && step.time_format.is_empty()) {
      return Error{
          fmt::format("expected some text between {} and {}: without it nobody can tell "
                      "where the one ends",
                      piece.name, next->name)};
    }
    pattern_.steps.push_back(std::move(step));
    return std::nullopt;
  }

  std::optional<Error> check() {
    bool has_time = has_civil_time_;
    bool has_date = false;
    bool has_time_of_day = false;
    for (const LinePattern::Step& step : pattern_.steps) {
      has_time = has_time || place_of(step.field).field == Field::time_iso;
      has_date = has_date || step.field == Field::date;
      has_time_of_day = has_time_of_day || step.field == Field::time_of_day;
      pattern_.has_request = pattern_.has_request || step.field == Field::request ||
                             step.field == Field::uri || step.field == Field::path ||
                             step.field == Field::status;
    }
    if (has_time || (has_date && has_time_of_day)) return std::nullopt;
    return Error{
        "expected a date and a time in the pattern, such as $time_local, $time_iso8601 or $msec "
        "of nginx, or %t of Apache"};
  }

  std::vector<Piece> pieces_;
  LinePattern pattern_;
  bool has_civil_time_ = false;
};

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

Piece nginx_piece(std::string_view name) {
  Piece piece{"", "$" + std::string(name), field_of_nginx_variable(name)};
  piece.is_list = name.starts_with("upstream_") || piece.field == Field::forwarded_for;
  // What the browser asked for says more than what the configuration calls it.
  piece.rank = name == "host" ? 2 : name == "http_host" ? 1 : 0;
  return piece;
}

struct OwnName {
  std::string_view name;
  Field field;
};
constexpr OwnName kOwnNames[] = {
    {"_", Field::ignored},
    {"time_iso", Field::time_iso},
    {"time_clf", Field::time_clf},
    {"address", Field::address},
    {"address_and_port", Field::address_and_port},
    {"forwarded_for", Field::forwarded_for},
    {"user_agent", Field::user_agent},
    {"referrer", Field::referrer},
    {"request", Field::request},
    {"host", Field::host},
    {"status", Field::status},
    {"bytes", Field::bytes},
    {"bytes_body", Field::bytes_body},
    {"duration_s", Field::duration_s},
    {"duration_ms", Field::duration_ms},
    {"duration_part_s", Field::duration_part_s},
    {"upstream_ms", Field::upstream_ms},
    {"upstream_part_s", Field::upstream_part_s},
};

Piece own_piece(std::string_view name) {
  for (const OwnName& own : kOwnNames) {
    if (own.name == name) return {"", "$" + std::string(name), own.field};
  }
  CHECK(false);
}

// Text with $name and ${name} in it.
Result<LinePattern> compile_dollars(std::string_view text, Piece (*piece_of)(std::string_view)) {
  PatternMaker maker;
  size_t at = 0;
  while (at < text.size()) {
    const size_t dollar = std::min(text.find('$', at), text.size());
    maker.add_literal(text.substr(at, dollar - at));
    if (dollar == text.size()) break;
    const bool is_braced = text.substr(dollar + 1).starts_with('{');
    const size_t begin = dollar + (is_braced ? 2 : 1);
    size_t end = begin;
    while (end < text.size() && is_name_character(text[end])) ++end;
    if (end == begin || (is_braced && !text.substr(end).starts_with('}'))) {
      return failure("expected the name of a variable behind $, as in $status or ${status}",
                     static_cast<int>(dollar));
    }
    maker.add(piece_of(text.substr(begin, end - begin)));
    at = end + (is_braced ? 1 : 0);
  }
  return maker.make();
}

// What stands behind a percent sign: modifiers, {argument}, letter.
struct Directive {
  std::string_view text;  // all of it
  std::string_view argument;
  std::string_view letter;
};

// "%!200,304{Referer}i" → "Referer" and "i". The letter is empty if there is none.
Directive take_directive(std::string_view text) {
  size_t at = std::min(text.find_first_not_of("!0123456789,<>", 1), text.size());
  Directive directive;
  if (text.substr(at).starts_with('{')) {
    const size_t end = text.find('}', at);
    if (end == text.npos) return {text, {}, {}};
    directive.argument = text.substr(at + 1, end - at - 1);
    at = end + 1;
  }
  const size_t size = text.substr(at).starts_with('^') ? 3 : 1;  // "%{…}^ti"
  directive.letter = text.substr(at, size);
  directive.text = text.substr(0, std::min(at + size, text.size()));
  return directive;
}

Field field_of_header(std::string_view prefix, std::string_view header) {
  std::string name = std::string(prefix) + to_lower_ascii(header);
  std::replace(name.begin(), name.end(), '-', '_');
  return field_of_nginx_variable(name);
}

struct Letter {
  char letter;
  Field field;
  int rank;
};
constexpr Letter kLetters[] = {
    {'h', Field::address, 1},  {'a', Field::address, 2},     {'r', Field::request, 0},
    {'s', Field::status, 0},   {'b', Field::bytes_body, 0},  {'B', Field::bytes_body, 0},
    {'O', Field::bytes, 0},    {'D', Field::duration_us, 0}, {'T', Field::duration_s, 0},
    {'U', Field::path, 0},     {'q', Field::query, 0},       {'m', Field::method, 0},
    {'H', Field::protocol, 0}, {'v', Field::host, 0},        {'V', Field::host, 1},
};
constexpr std::string_view kIgnoredLetters = "ACEFILPRSXefklnopucgx^";

Result<Piece> directive_piece(const Directive& directive) {
  Piece piece{"", std::string(directive.text)};
  const char letter = directive.letter.empty() ? '\0' : directive.letter[0];
  const std::string_view argument = directive.argument;
  if (letter == 'i') {
    piece.field = field_of_header("http_", argument);
    piece.rank = piece.field == Field::host ? 2 : 0;
    piece.is_list = piece.field == Field::forwarded_for;
    return piece;
  }
  if (letter == 'o') {
    piece.field = field_of_header("sent_http_", argument);
    return piece;
  }
  if (letter == 'T' && !argument.empty()) {
    piece.field = argument == "us"   ? Field::duration_us
                  : argument == "ms" ? Field::duration_ms
                                     : Field::duration_s;
    return piece;
  }
  for (const Letter& known : kLetters) {
    if (known.letter != letter) continue;
    piece.field = known.field;
    piece.rank = letter == 'a' && argument == "c" ? 0 : known.rank;
    return piece;
  }
  if (letter != '\0' && kIgnoredLetters.find(letter) != kIgnoredLetters.npos) return piece;
  return failure(
      fmt::format("expected a LogFormat directive such as %h, %>s or %{{Referer}}i, got "
                  "'{}'",
                  directive.text));
}

// %t, %{sec}t, %{begin:msec_frac}t and %{%d/%b/%Y:%T}t.
std::optional<Error> add_time(const Directive& directive, PatternMaker& maker) {
  std::string_view format = directive.argument;
  for (const std::string_view moment : {"begin:", "end:"}) {
    if (format.starts_with(moment)) format.remove_prefix(moment.size());
  }
  Piece piece{"", std::string(directive.text)};
  if (format.empty() || format == "begin" || format == "end") {
    maker.add_literal("[");
    piece.field = Field::time_clf;
    maker.add(std::move(piece));
    maker.add_literal("]");
    return std::nullopt;
  }
  const struct {
    std::string_view format;
    Field field;
  } kPlain[] = {
      {"sec", Field::time_epoch},          {"msec", Field::time_epoch_ms},
      {"usec", Field::time_epoch_us},      {"%d/%b/%Y:%H:%M:%S %z", Field::time_clf},
      {"%d/%b/%Y:%T %z", Field::time_clf}, {"%Y-%m-%dT%H:%M:%S%z", Field::time_iso},
      {"%FT%T%z", Field::time_iso},
  };
  for (const auto& plain : kPlain) {
    if (plain.format == format) piece.field = plain.field;
  }
  if (piece.field == Field::ignored) {
    auto compiled = CivilTimeFormat::compile(format == "msec_frac"   ? "%3f"
                                             : format == "usec_frac" ? "%6f"
                                                                     : format);
    if (!compiled) return Error{fmt::format("{} in {}", compiled.error().message, piece.name)};
    piece.time_format = *std::move(compiled);
  }
  maker.add(std::move(piece));
  return std::nullopt;
}

}  // namespace

Result<LinePattern> compile_nginx_pattern(std::string_view text) {
  return compile_dollars(text, nginx_piece);
}

Result<LinePattern> compile_own_pattern(std::string_view text) {
  constexpr std::string_view kRest = "$rest";
  if (!text.ends_with(kRest)) return compile_dollars(text, own_piece);
  auto pattern = compile_dollars(trim(text.substr(0, text.size() - kRest.size())), own_piece);
  if (pattern) pattern->allows_rest = true;
  return pattern;
}

Result<LinePattern> compile_apache_pattern(std::string_view text) {
  PatternMaker maker;
  for (size_t at = 0; at < text.size();) {
    if (text[at] == '\\' && at + 1 < text.size()) {
      const char c = text[at + 1];
      maker.add_literal(c == 't' ? "\t" : c == 'n' ? "\n" : text.substr(at + 1, 1));
      at += 2;
      continue;
    }
    if (text[at] != '%' || text.substr(at).starts_with("%%")) {
      maker.add_literal(text.substr(at, 1));
      at += text[at] == '%' ? 2 : 1;
      continue;
    }
    const Directive directive = take_directive(text.substr(at));
    if (directive.letter == "t") {
      if (auto error = add_time(directive, maker)) {
        return failure(error->message, static_cast<int>(at));
      }
    } else {
      auto piece = directive_piece(directive);
      if (!piece) return failure(piece.error().message, static_cast<int>(at));
      maker.add(*std::move(piece));
    }
    at += directive.text.size();
  }
  return maker.make();
}

}  // namespace ballcone
