#include "command/config_file.h"

#include <fmt/format.h>

#include <toml++/toml.h>
#include <CLI/CLI.hpp>
#include <algorithm>

namespace ballcone {
namespace {

std::string text_of(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return std::to_string(number->get());
  if (const auto* number = node.as_floating_point()) return fmt::to_string(number->get());
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  return {};
}

std::string key_names(const CLI::App& app) {
  std::string names;
  for (const auto* option :
       app.get_options([](const CLI::Option* o) { return !o->get_lnames().empty(); })) {
    const std::string& name = option->get_lnames().front();
    if (name != "help" && name != "version" && name != "config")
      names += (names.empty() ? "" : ", ") + name;
  }
  return names;
}

// A number as it is, all else as a string.
std::string toml_value(const std::string& value, bool is_text) {
  const bool is_number = !is_text && !value.empty() &&
                         value.find_first_not_of("0123456789.") == value.npos &&
                         std::count(value.begin(), value.end(), '.') < 2;
  if (is_number) return value;
  std::string text = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text + "\"";
}

}  // namespace

void apply_file(const std::string& path, CLI::App& app) {
  toml::table table;
  try {
    table = toml::parse_file(path);
  } catch (const toml::parse_error& error) {
    throw CLI::FileError(
        fmt::format("{}:{}: {}", path, error.source().begin.line, error.description()));
  }
  for (const auto& [key, node] : table) {
    std::string name(key.str());
    std::replace(name.begin(), name.end(), '_', '-');
    auto* option = name == "config" ? nullptr : app.get_option_no_throw("--" + name);
    if (option == nullptr) {
      throw CLI::ConfigError(fmt::format("{}:{}: expected one of {}; got {}", path,
                                         node.source().begin.line, key_names(app),
                                         std::string_view(key.str())));
    }
    if (option->count() > 0) continue;
    if (const auto* list = node.as_array()) {
      for (const auto& item : *list) option->add_result(text_of(item));
    } else if (const auto* zones = name == "time-zone" ? node.as_table() : nullptr) {
      // time_zone = { "*" = "Europe/Berlin", blog = "America/New_York" }
      for (const auto& [service, item] : *zones) {
        const std::string prefix = service.str() == "*" ? "" : std::string(service.str()) + "=";
        option->add_result(prefix + text_of(item));
      }
    } else {
      option->add_result(text_of(node));
    }
    option->run_callback();
  }
}

std::string config_text(const CLI::App& app) {
  std::string text;
  for (const auto* option :
       app.get_options([](const CLI::Option* o) { return !o->get_lnames().empty(); })) {
    const std::string& name = option->get_lnames().front();
    if (name == "help" || name == "version" || name == "config" || name == "print-config") continue;
    const bool is_list = option->get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll;
    const std::vector<std::string> values =
        option->count() > 0 ? option->reduced_results()
                            : std::vector<std::string>{option->get_default_str()};
    std::string value;
    for (const std::string& item : values)
      value += (value.empty() ? "" : ", ") + toml_value(item, is_list);
    if (is_list) value = "[" + value + "]";
    const bool is_unset = values.size() == 1 && values[0].empty();
    text += fmt::format("# {}\n{}{} = {}\n\n", option->get_description(), is_unset ? "# " : "",
                        name, is_unset && is_list ? "[]" : value);
  }
  return text;
}

}  // namespace ballcone
