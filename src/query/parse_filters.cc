#include "query/parse_filters.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "query/dimensions.h"
#include "query/names.h"

namespace ballcone {
namespace {

constexpr std::string_view kOps[] = {"is",      "is_not",      "contains", "contains_not",
                                     "matches", "matches_not", "in",       "not_in"};

class FilterReader {
 public:
  Result<std::vector<Filter>> read_filter_list(const Json& json, size_t depth) {
    if (!json.is_array() || (!json.empty() && json[0].is_string())) {
      return expected_failure("filters", R"(a list of filters as [["is", "path", "/"]])", json);
    }
    std::vector<Filter> filters;
    for (const Json& item : json) {
      auto filter = read_filter(item, depth);
      if (!filter) return tl::unexpected<Error>(filter.error());
      filters.push_back(std::move(*filter));
    }
    return filters;
  }

 private:
  Result<Filter> read_filter(const Json& json, size_t depth) {
    if (depth > kFilterDepthMax) {
      return field_failure("filters",
                           fmt::format("expected filters nested at most {} deep", kFilterDepthMax));
    }
    if (!json.is_array() || json.empty() || !json[0].is_string()) {
      return expected_failure("filters", R"(a filter as ["is", "path", "/"])", json);
    }
    const auto& op = json[0].get_ref<const std::string&>();
    if (op == "and" || op == "or") return read_group(json, op == "or", depth);
    if (op == "not") {
      if (json.size() != 2) return expected_failure("filters", R"(["not", filter])", json);
      auto filter = read_filter(json[1], depth + 1);
      if (filter) filter->is_negated = !filter->is_negated;
      return filter;
    }
    return read_condition(json, op);
  }

  Result<Filter> read_group(const Json& json, bool is_any, size_t depth) {
    if (json.size() != 2 || !json[1].is_array() || json[1].empty()) {
      return expected_failure("filters", R"(["and", [filter, …]] or ["or", [filter, …]])", json);
    }
    auto list = read_filter_list(json[1], depth + 1);
    if (!list) return tl::unexpected<Error>(list.error());
    Filter filter;
    (is_any ? filter.any : filter.all) = std::move(*list);
    return filter;
  }

  Result<Filter> read_condition(const Json& json, const std::string& op) {
    const auto it = std::find(std::begin(kOps), std::end(kOps), op);
    if (it == std::end(kOps)) {
      std::vector<std::string_view> names(std::begin(kOps), std::end(kOps));
      names.insert(names.end(), {"and", "or", "not"});
      return name_failure("filters", "a filter's verb", op, names);
    }
    if (json.size() != 3 || !json[1].is_string()) {
      return expected_failure("filters", fmt::format(R"(["{}", column, value])", op), json);
    }
    Condition condition{
        json[1].get<std::string>(), static_cast<FilterOp>(it - std::begin(kOps)), {}};
    if (!find_dimension(condition.column)) {
      return name_failure("filters", "a dimension", condition.column, dimension_names());
    }
    if (++conditions_ > kConditionsMax) {
      return field_failure("filters",
                           fmt::format("expected at most {} conditions", kConditionsMax));
    }
    if (auto done = read_values(json[2], &condition); !done) {
      return tl::unexpected<Error>(done.error());
    }
    Filter filter;
    filter.condition = std::move(condition);
    return filter;
  }

  Result<void> read_values(const Json& json, Condition* condition) {
    const bool is_list = condition->op == FilterOp::in || condition->op == FilterOp::not_in;
    if (is_list ? !json.is_array() || json.empty() : json.is_structured()) {
      return expected_failure("filters", is_list ? R"(a list as ["a", "b"])" : "one value", json);
    }
    if (json.is_array() && json.size() > kFilterValuesMax) {
      return field_failure("filters", fmt::format("expected at most {} values, got {}",
                                                  kFilterValuesMax, json.size()));
    }
    const Json list = is_list ? json : Json::array({json});
    for (const Json& item : list) {
      auto value = read_value(item, *condition);
      if (!value) return tl::unexpected<Error>(value.error());
      condition->values.push_back(std::move(*value));
    }
    return {};
  }

  Result<std::string> read_value(const Json& json, const Condition& condition) {
    std::string value;
    if (json.is_string()) {
      value = repaired(json.get_ref<const std::string&>());
    } else if (json.is_number_integer()) {
      value = json.dump();
    } else if (!json.is_null()) {
      return expected_failure("filters", "a text, a whole number or null", json);
    }
    if (value.size() > kFilterBytesMax) {
      return field_failure("filters", fmt::format("expected a text of at most {} bytes, got {}",
                                                  kFilterBytesMax, value.size()));
    }
    const bool is_pattern =
        condition.op >= FilterOp::contains && condition.op <= FilterOp::matches_not;
    if (!value.empty() && !is_pattern && find_dimension(condition.column)->is_number) {
      return read_number(value, condition.column);
    }
    return value;
  }

  // "0404" and "404" are the same status.
  static Result<std::string> read_number(const std::string& value, std::string_view column) {
    int64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc() || end != value.data() + value.size()) {
      return field_failure("filters", fmt::format("expected a whole number for {}, got {}", column,
                                                  in_quotes(value)));
    }
    return std::to_string(number);
  }

  size_t conditions_ = 0;
};

}  // namespace

std::vector<std::string_view> dimension_names() {
  std::vector<std::string_view> names;
  for (const Dimension& dimension : dimensions()) names.push_back(dimension.name);
  return names;
}

Result<std::vector<Filter>> read_filters(const Json& json) {
  return FilterReader().read_filter_list(json, 0);
}

Json filter_json(const Filter& filter) {
  Json json;
  if (filter.condition) {
    const Condition& condition = *filter.condition;
    const bool is_list = condition.op == FilterOp::in || condition.op == FilterOp::not_in;
    json = Json::array({kOps[static_cast<size_t>(condition.op)], condition.column});
    json.push_back(is_list ? Json(condition.values) : Json(condition.values[0]));
  } else {
    Json list = Json::array();
    for (const Filter& part : filter.any.empty() ? filter.all : filter.any) {
      list.push_back(filter_json(part));
    }
    json = Json::array({filter.any.empty() ? "and" : "or", list});
  }
  return filter.is_negated ? Json::array({"not", json}) : json;
}

}  // namespace ballcone
