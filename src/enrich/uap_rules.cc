#include "enrich/uap_rules.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "base/text.h"

namespace ballcone {
namespace {

struct FieldNames {
  const char* replacement;
  int group;
};
struct SectionNames {
  const char* key;
  std::vector<FieldNames> fields;
};

// What a field is called in the file, and the group it takes where no replacement is given.
const SectionNames& names_of(UapSection section) {
  static const std::array<SectionNames, 3> kNames{{
      {"user_agent_parsers",
       {{"family_replacement", 1},
        {"v1_replacement", 2},
        {"v2_replacement", 3},
        {"v3_replacement", 4}}},
      {"os_parsers",
       {{"os_replacement", 1},
        {"os_v1_replacement", 2},
        {"os_v2_replacement", 3},
        {"os_v3_replacement", 4},
        {"os_v4_replacement", 5}}},
      {"device_parsers",
       {{"device_replacement", 1}, {"brand_replacement", 0}, {"model_replacement", 1}}},
  }};
  return kNames[static_cast<size_t>(section)];
}

// "Firefox ($1)" and the groups → "Firefox (Minefield)"
std::string fill_in(std::string_view replacement, const PatternSet::Captures& groups) {
  std::string out;
  for (size_t i = 0; i < replacement.size(); ++i) {
    const bool is_group = replacement[i] == '$' && i + 1 < replacement.size() &&
                          replacement[i + 1] >= '1' && replacement[i + 1] <= '9';
    if (is_group) {
      out += groups[static_cast<size_t>(replacement[++i] - '0')];
    } else {
      out += replacement[i];
    }
  }
  return std::string(trim(out));
}

std::string text_of(const YAML::Node& rule, const char* key) {
  const YAML::Node value = rule[key];
  return value ? value.as<std::string>() : std::string();
}

}  // namespace

std::optional<UapFields> UapRules::find(std::string_view user_agent) {
  PatternSet::Captures groups;
  const int index = patterns_.first_match(user_agent, &groups);
  if (index < 0) return std::nullopt;
  UapFields found;
  const Fields& fields = fields_[static_cast<size_t>(index)];
  for (size_t i = 0; i < fields.size(); ++i) {
    const auto& [replacement, group] = fields[i];
    if (!replacement.empty()) {
      found[i] = fill_in(replacement, groups);
    } else if (group > 0) {
      found[i] = trim(groups[static_cast<size_t>(group)]);
    }
  }
  if (found[0] == "Other") found[0].clear();
  return found;
}

Result<std::vector<UapRules>> read_uap_rules(const std::string& path,
                                             const std::vector<UapSection>& sections) {
  try {
    const YAML::Node file = YAML::LoadFile(path);
    std::vector<UapRules> all;
    for (const UapSection section : sections) {
      const SectionNames& names = names_of(section);
      std::vector<Pattern> patterns;
      std::vector<UapRules::Fields> fields;
      for (const YAML::Node& rule : file[names.key]) {
        patterns.push_back({rule["regex"].as<std::string>(), text_of(rule, "regex_flag") == "i"});
        UapRules::Fields& row = fields.emplace_back();
        for (size_t i = 0; i < names.fields.size(); ++i)
          row[i] = {text_of(rule, names.fields[i].replacement), names.fields[i].group};
      }
      if (patterns.empty())
        return failure(fmt::format("expected rules under {} in {}, got none", names.key, path));
      Result<PatternSet> set = PatternSet::make(std::move(patterns));
      if (!set) return failure(fmt::format("{}: {}", path, set.error().message));
      all.push_back(UapRules(std::move(*set), std::move(fields)));
    }
    return all;
  } catch (const YAML::Exception& error) {
    return failure(
        fmt::format("expected uap-core's regexes.yaml at {}, got: {}", path, error.what()));
  }
}

}  // namespace ballcone
