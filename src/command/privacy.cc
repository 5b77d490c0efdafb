#include "command/privacy.h"

#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/ip.h"
#include "command/sql_console.h"
#include "enrich/masking.h"
#include "enrich/url.h"

namespace ballcone {
namespace {

using Json = nlohmann::json;

// What is wrong with a value, or nullptr; and the value as it may be shown.
struct Judge {
  const char* good;  // of a column of which nothing is wrong
  const char* bad;   // "12 <bad>"
  bool (*is_bad)(const std::string& value);
  std::string (*shown)(const std::string& value);
};

std::string cut(const std::string& text, size_t bytes) {
  return text.size() <= bytes ? text : std::string(cut_text(text, bytes)) + "…";
}

std::string masked_address(const std::string& text) {
  const auto address = parse_ip(text);
  return address ? format_ip(mask_ip(*address, 24, 48)) : "?";
}

bool has_secret(std::string_view (*mask)(std::string_view, std::string*), const std::string& text) {
  std::string memory;
  return mask(text, &memory) != text;
}
template <std::string_view (*mask)(std::string_view, std::string*)>
constexpr Judge kUrl{"nothing that a rule of masking finds", "with what should be masked",
                     [](const std::string& text) { return has_secret(mask, text); },
                     [](const std::string& text) {
                       std::string memory;
                       return cut(std::string(mask(text, &memory)), 40);
                     }};

constexpr Judge kAddress{"masked to /24 and /48", "not masked",
                         [](const std::string& text) { return masked_address(text) != text; },
                         masked_address};
// Of 48 bits; after the salt's end a number like any other.
constexpr Judge kHash{"keyed hashes; each day's key is deleted within 48 hours", "",
                      [](const std::string&) { return false; },
                      [](const std::string& text) { return cut(text, 4); }};
// What sites or browsers write themselves: only its shape can tell.
constexpr Judge kText{"no e-mail address, token or card number found",
                      "with an e-mail address, token or card number",
                      [](const std::string& text) { return find_masked_shape(text) != nullptr; },
                      [](const std::string& text) { return cut(text, 12); }};
constexpr Judge kPlace{"of many people each", "", [](const std::string&) { return false; },
                       [](const std::string& text) { return text; }};

struct PersonalColumn {
  const char* name;
  const char* holds;
  const Judge& judge;
};
constexpr PersonalColumn kColumns[] = {
    {"address", "where a visitor's connection came from", kAddress},
    {"visitor", "who was the same on a day, on a service", kHash},
    {"user_agent", "browser and system, as they name themselves", kText},
    {"path", "the page asked for", kUrl<mask_path>},
    {"query", "what stood behind the ? of its URL", kUrl<mask_query>},
    {"referrer", "the page that led there", kUrl<mask_path>},
    {"utm_source", "campaign tags of the query", kText},
    {"utm_medium", "the same", kText},
    {"utm_campaign", "the same", kText},
    {"utm_content", "the same", kText},
    {"utm_term", "the same", kText},
    {"event", "names of events, by the site", kText},
    {"props", "properties of events, by the site", kText},
    {"browser_facts", "language, time zone, screen and the like", kText},
    {"request_id", "the server's name for a request", kText},
    {"region", "region of the address", kPlace},
    {"city", "city of the address", kPlace},
    {"network", "who runs the network of the address", kPlace},
};

constexpr int kValuesMax = 10'000;  // looked at, of a column

std::string text_of(const Json& cell) {
  return cell.is_string() ? cell.get<std::string>() : cell.dump();
}

class PrivacyCheck {
 public:
  explicit PrivacyCheck(const Config& config) : console_(config) {}

  Result<std::vector<Value>> row(const PersonalColumn& column) {
    const auto count = ask(fmt::format("SELECT count(DISTINCT {}) FROM hits", column.name));
    if (!count) return tl::unexpected(count.error());
    const int64_t distinct = (*count)[0][0].get<int64_t>();
    const auto values = ask(fmt::format(
        "SELECT DISTINCT {0} FROM hits WHERE {0} IS NOT NULL LIMIT {1}", column.name, kValuesMax));
    if (!values) return tl::unexpected(values.error());
    return std::vector<Value>{std::string(column.name), std::string(column.holds), distinct,
                              state(column, *values, distinct), example(column, *values)};
  }

 private:
  Result<Json> ask(const std::string& statement) {
    const auto answer = console_.ask(statement, "json");
    if (!answer) return tl::unexpected(answer.error());
    Json json = Json::parse(answer->text, nullptr, /*allow_exceptions=*/false);
    const bool is_table = json.is_object() && json.contains("rows") && json["rows"].is_array();
    if (!is_table) return failure("expected a table from the server, got something else");
    return std::move(json["rows"]);
  }

  static std::string state(const PersonalColumn& column, const Json& rows, int64_t distinct) {
    if (distinct == 0) return "holds nothing";
    size_t bad = 0;
    for (const Json& row : rows) bad += column.judge.is_bad(text_of(row[0]));
    std::string text = column.judge.good;
    if (bad > 0) text = fmt::format("{} {}", bad, column.judge.bad);
    if (distinct > kValuesMax) text += fmt::format(" (of {} looked at)", rows.size());
    return text;
  }

  static Value example(const PersonalColumn& column, const Json& rows) {
    if (rows.empty()) return std::monostate();
    return column.judge.shown(text_of(rows[0][0]));
  }

  SqlConsole console_;
};

}  // namespace

Result<Table> check_privacy(const Config& config) {
  PrivacyCheck check(config);
  Table table{.columns = {{"column", "VARCHAR"},
                          {"what", "VARCHAR"},
                          {"values", "BIGINT"},
                          {"state", "VARCHAR"},
                          {"example", "VARCHAR"}}};
  for (const PersonalColumn& column : kColumns) {
    auto row = check.row(column);
    if (!row) return tl::unexpected(row.error());
    table.rows.push_back(std::move(*row));
  }
  return table;
}

int run_privacy(const Config& config, const PrivacyCommand& command) {
  const auto table = check_privacy(config);
  if (!table) {
    std::cerr << "ballcone privacy: " << table.error().message << "\n";
    return 1;
  }
  std::cout << format_table(*table, command.format) << std::flush;
  return 0;
}

}  // namespace ballcone
