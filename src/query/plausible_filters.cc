#include "query/plausible_filters.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "query/names.h"
#include "query/plausible_names.h"
#include "query/query.h"

namespace ballcone {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kShape = R"(a filter as ["is", "event:page", ["/"]])";

tl::unexpected<Error> filter_failure(std::string message) {
  return field_failure("filters", std::move(message));
}

struct Verb {
  std::string_view name;  // "contains"
  bool is_negative = false;
};

Result<Verb> find_verb(std::string_view name) {
  constexpr std::string_view kVerbs[] = {"is", "contains", "matches"};
  for (const std::string_view verb : kVerbs) {
    if (name == verb) return Verb{verb, false};
    if (name == std::string(verb) + "_not" || (verb == "is" && name == "is_not")) {
      return Verb{verb, true};
    }
  }
  if (name == "has_done" || name == "has_not_done") {
    return filter_failure(fmt::format(
        "{} is not supported: a filter on pages holds for page views here, and visits are those "
        "that include one",
        in_quotes(name)));
  }
  return name_failure(
      "filters", "a filter's verb", name,
      {"is", "is_not", "contains", "contains_not", "matches", "matches_not", "and", "or", "not"});
}

std::string escape_wildcards(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '*' || c == '?' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

// One simple filter, taken apart.
struct Simple {
  Verb verb;
  const PlausibleDimension* dimension = nullptr;
  std::vector<std::string> clauses;
  bool is_case_sensitive = true;
};

Result<bool> read_modifiers(const Json& json, const Verb& verb) {
  bool is_sensitive = true;
  if (!json.is_object()) return filter_failure("expected modifiers as {\"case_sensitive\": false}");
  for (const auto& [name, value] : json.items()) {
    if (name != "case_sensitive" || !value.is_boolean() || verb.name == "matches") {
      return filter_failure(
          R"(expected no modifier but {"case_sensitive": false}, and none for "matches")");
    }
    is_sensitive = value.get<bool>();
  }
  return is_sensitive;
}

Result<Simple> read_simple(const Json& json) {
  if (json.size() < 3 || json.size() > 4 || !json[1].is_string() || !json[2].is_array() ||
      json[2].empty()) {
    return filter_failure(fmt::format("expected {}", kShape));
  }
  Simple simple;
  const auto verb = find_verb(json[0].get_ref<const std::string&>());
  if (!verb) return tl::unexpected<Error>(verb.error());
  simple.verb = *verb;
  const auto& name = json[1].get_ref<const std::string&>();
  if (find_plausible_time(name)) {
    return filter_failure(
        fmt::format("{} is no filter; date_range says which time is meant", name));
  }
  const auto dimension = find_plausible_dimension("filters", name);
  if (!dimension) return tl::unexpected<Error>(dimension.error());
  simple.dimension = *dimension;
  for (const Json& clause : json[2]) {
    if (!clause.is_string() && !clause.is_number_integer()) {
      return filter_failure(fmt::format("expected the values of {} to be texts", name));
    }
    simple.clauses.push_back(clause.is_string() ? clause.get<std::string>() : clause.dump());
  }
  if (json.size() == 3) return simple;
  const auto is_sensitive = read_modifiers(json[3], *verb);
  if (!is_sensitive) return tl::unexpected<Error>(is_sensitive.error());
  simple.is_case_sensitive = *is_sensitive;
  return simple;
}

// What holds if any of them holds: a list of our filters on one column.
using Parts = std::vector<Json>;

Json is_one_of(std::string_view column, const std::vector<std::string>& values) {
  if (values.size() == 1) return Json::array({"is", column, values[0]});
  return Json::array({"in", column, values});
}

Parts is_parts(const Simple& simple, std::string_view column) {
  std::vector<std::string> values;
  for (const std::string& clause : simple.clauses) {
    for (std::string& value : own_values(*simple.dimension, clause)) {
      if (std::find(values.begin(), values.end(), value) == values.end()) {
        values.push_back(std::move(value));
      }
    }
  }
  if (simple.is_case_sensitive) return {is_one_of(column, values)};
  Parts parts;
  for (const std::string& value : values) {
    parts.push_back(value.empty() ? Json::array({"is", column, ""})
                                  : Json::array({"matches", column, escape_wildcards(value)}));
  }
  return parts;
}

Parts contains_parts(const Simple& simple, std::string_view column) {
  Parts parts;
  std::vector<std::string> codes;
  for (const std::string& clause : simple.clauses) {
    if (simple.dimension->value != PlausibleValue::country_name) {
      parts.push_back(Json::array({"contains", column, clause}));
      continue;
    }
    for (std::string& code : own_values_containing(clause)) codes.push_back(std::move(code));
  }
  if (simple.dimension->value == PlausibleValue::country_name) {
    if (codes.empty()) codes.emplace_back("--");  // no country's
    parts.push_back(is_one_of(column, codes));
  }
  return parts;
}

Result<Parts> matches_parts(const Simple& simple, std::string_view column) {
  if (simple.dimension->value == PlausibleValue::country_name) {
    return filter_failure("visit:country_name cannot be matched; take visit:country or contains");
  }
  Parts parts;
  for (const std::string& clause : simple.clauses) {
    const auto wildcards = wildcards_of_regex(clause);
    if (!wildcards) return tl::unexpected<Error>(wildcards.error());
    for (const std::string& pattern : *wildcards) {
      parts.push_back(Json::array({"matches", column, pattern}));
    }
  }
  return parts;
}

// A single filter takes the "not" into its verb.
Json joined(Parts parts, bool is_negative) {
  Json json = parts.size() == 1 ? std::move(parts[0]) : Json::array({"or", std::move(parts)});
  if (!is_negative) return json;
  const std::string verb = json[0];
  if (verb == "or") return Json::array({"not", std::move(json)});
  json[0] = verb == "is" ? "is_not" : verb == "in" ? "not_in" : verb + "_not";
  return json;
}

Result<Json> own_simple(const Json& json) {
  const auto simple = read_simple(json);
  if (!simple) return tl::unexpected<Error>(simple.error());
  // A source is a site, by its name where that is known ("Google"), else by its host.
  std::vector<std::string_view> columns = {simple->dimension->column};
  const bool is_absent = simple->clauses.size() == 1 && simple->verb.name == "is" &&
                         own_values(*simple->dimension, simple->clauses[0])[0].empty();
  if (simple->dimension->name == "visit:source" && !is_absent) columns.push_back("referrer_name");
  Parts parts;
  for (const std::string_view column : columns) {
    Result<Parts> some = simple->verb.name == "matches"    ? matches_parts(*simple, column)
                         : simple->verb.name == "contains" ? contains_parts(*simple, column)
                                                           : is_parts(*simple, column);
    if (!some) return tl::unexpected<Error>(some.error());
    for (Json& part : *some) parts.push_back(std::move(part));
  }
  return joined(std::move(parts), simple->verb.is_negative);
}

// One alternative of a regular expression, and how far it has been read.
class RegexReader {
 public:
  explicit RegexReader(std::string_view regex) : regex_(regex) {}

  Result<std::string> read() {
    std::string out = take('^') ? "" : "*";
    while (!regex_.empty()) {
      if (regex_ == "$") return out;
      if (!read_one(&out)) {
        return filter_failure(fmt::format(
            "{} is not supported in a regular expression; there are ^, $, ., .*, .+, | outside "
            "of groups and escaped signs",
            in_quotes(regex_.substr(0, regex_[0] == '\\' ? 2 : 1))));
      }
    }
    return out + (out.ends_with('*') && !out.ends_with("\\*") ? "" : "*");
  }

 private:
  bool take(char c) {
    const bool is_next = !regex_.empty() && regex_[0] == c;
    if (is_next) regex_.remove_prefix(1);
    return is_next;
  }

  bool read_one(std::string* out) {
    constexpr std::string_view kSigns = R"(\^$.|?*+()[]{})";
    char c = regex_[0];
    if (c == '.') {
      regex_.remove_prefix(1);
      *out += take('*') ? "*" : take('+') ? "?*" : "?";
      return true;
    }
    size_t size = 1;
    if (c == '\\') {
      if (regex_.size() < 2 || std::isalnum(static_cast<unsigned char>(regex_[1]))) return false;
      c = regex_[1];
      size = 2;
    } else if (kSigns.find(c) != kSigns.npos) {
      return false;
    }
    // What a sign of quantity would repeat.
    if (regex_.size() > size && std::string_view("*+?{").find(regex_[size]) != std::string::npos) {
      regex_.remove_prefix(size);
      return false;
    }
    regex_.remove_prefix(size);
    *out += escape_wildcards(std::string_view(&c, 1));
    return true;
  }

  std::string_view regex_;
};

}  // namespace

Result<std::vector<std::string>> wildcards_of_regex(std::string_view regex) {
  if (regex.starts_with("(?i)")) regex.remove_prefix(4);  // case does not matter anyway
  std::vector<std::string> patterns;
  size_t begin = 0;
  for (size_t i = 0; i <= regex.size(); ++i) {
    if (i + 1 < regex.size() && regex[i] == '\\') {
      ++i;
    } else if (i == regex.size() || regex[i] == '|') {
      auto pattern = RegexReader(regex.substr(begin, i - begin)).read();
      if (!pattern) return tl::unexpected<Error>(pattern.error());
      patterns.push_back(std::move(*pattern));
      begin = i + 1;
    }
  }
  return patterns;
}

Result<Json> own_filter(const Json& theirs, size_t depth) {
  if (depth > kFilterDepthMax) {
    return filter_failure(fmt::format("expected filters nested at most {} deep", kFilterDepthMax));
  }
  if (!theirs.is_array() || theirs.empty() || !theirs[0].is_string()) {
    return filter_failure(fmt::format("expected {}", kShape));
  }
  const auto& verb = theirs[0].get_ref<const std::string&>();
  if (verb == "not") {
    if (theirs.size() != 2) return filter_failure(R"(expected ["not", filter])");
    const auto inner = own_filter(theirs[1], depth + 1);
    if (!inner) return inner;
    return Json::array({"not", *inner});
  }
  if (verb != "and" && verb != "or") return own_simple(theirs);
  if (theirs.size() != 2 || !theirs[1].is_array() || theirs[1].empty()) {
    return filter_failure(R"(expected ["and", [filter, …]] or ["or", [filter, …]])");
  }
  Json list = Json::array();
  for (const Json& part : theirs[1]) {
    auto inner = own_filter(part, depth + 1);
    if (!inner) return inner;
    list.push_back(std::move(*inner));
  }
  return Json::array({verb, std::move(list)});
}

}  // namespace ballcone
