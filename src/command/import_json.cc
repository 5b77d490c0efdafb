#include "command/import_json.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/time.h"

namespace ballcone {
namespace {

using nlohmann::json;

std::string text_of_json(const json& value, int indent = -1) {
  return value.dump(indent, ' ', false, json::error_handler_t::replace) + "\n";
}

template <class T>
void put(json* out, const char* key, const std::optional<T>& value) {
  if (value) (*out)[key] = *value;
}

template <class T>
void get(const json& in, const char* key, std::optional<T>* value) {
  if (in.contains(key)) *value = in[key].get<T>();
}

// ---- what a command says

constexpr const char* kRequestNames[] = {"import", "files", "begin", "stop", "list", "undo"};

json to_json(const ImportOptions& options) {
  json out{{"service", options.service},   {"service_from", options.service_from},
           {"format", options.format},     {"label", options.label},
           {"excludes", options.excludes}, {"keeps_query", options.keeps_query},
           {"is_again", options.is_again}};
  put(&out, "since_us", options.since_us);
  put(&out, "until_us", options.until_us);
  return out;
}

ImportOptions options_of(const json& in) {
  ImportOptions options;
  options.service = in.at("service").get<std::string>();
  options.service_from = in.at("service_from").get<std::string>();
  options.format = in.at("format").get<std::string>();
  options.label = in.at("label").get<std::string>();
  options.excludes = in.at("excludes").get<std::vector<std::string>>();
  options.keeps_query = in.at("keeps_query").get<bool>();
  options.is_again = in.at("is_again").get<bool>();
  get(in, "since_us", &options.since_us);
  get(in, "until_us", &options.until_us);
  return options;
}

json to_json(const ImportSettings& settings) {
  json out = json::object();
  put(&out, "addresses", settings.addresses);
  put(&out, "mask_urls", settings.mask_urls);
  put(&out, "log_pixels", settings.log_pixels);
  put(&out, "geoip", settings.geoip);
  put(&out, "services", settings.services);
  put(&out, "services_max", settings.services_max);
  put(&out, "period_s", settings.period_s);
  put(&out, "visit_gap_min", settings.visit_gap_min);
  put(&out, "rules_off", settings.rules_off);
  put(&out, "time_zones", settings.time_zones);
  return out;
}

ImportSettings settings_of(const json& in) {
  ImportSettings settings;
  get(in, "addresses", &settings.addresses);
  get(in, "mask_urls", &settings.mask_urls);
  get(in, "log_pixels", &settings.log_pixels);
  get(in, "geoip", &settings.geoip);
  get(in, "services", &settings.services);
  get(in, "services_max", &settings.services_max);
  get(in, "period_s", &settings.period_s);
  get(in, "visit_gap_min", &settings.visit_gap_min);
  get(in, "rules_off", &settings.rules_off);
  get(in, "time_zones", &settings.time_zones);
  return settings;
}

// ---- what a server says

constexpr const char* kReplyNames[] = {"taken", "figures", "done", "list", "undone", "error"};

json dropped_json(const std::array<uint64_t, kDropCount>& dropped) {
  json out = json::object();
  for (size_t i = 0; i < kDropCount; ++i)
    if (dropped[i] > 0) out[std::string(kDrops[i].name)] = dropped[i];
  return out;
}

json examples_json(const ImportFigures& figures) {
  json out = json::object();
  for (size_t i = 0; i < kDropCount; ++i)
    if (!figures.examples[i].empty()) out[std::string(kDrops[i].name)] = figures.examples[i];
  return out;
}

json to_json(const ImportFigures& figures) {
  json services = json::object();
  for (const auto& [name, service] : figures.services)
    services[name] = {service.hits, service.page_views, service.first_us, service.last_us};
  json steps = json::array();
  for (const StepTime& step : figures.steps) steps.push_back({step.name, step.rows, step.ns});
  return {{"import", figures.import},
          {"file", figures.file},
          {"format", figures.format},
          {"files", figures.files},
          {"files_read", figures.files_read},
          {"files_known", figures.files_known},
          {"file_bytes", figures.file_bytes},
          {"file_bytes_max", figures.file_bytes_max},
          {"bytes", figures.bytes},
          {"bytes_known", figures.bytes_known},
          {"lines", figures.lines},
          {"stored", figures.stored},
          {"repaired", figures.repaired},
          {"dropped", dropped_json(figures.dropped)},
          {"examples", examples_json(figures)},
          {"services", services},
          {"problems", figures.problems},
          {"steps", steps},
          {"seconds", figures.seconds},
          {"derived_days", figures.derived_days},
          {"derive_seconds", figures.derive_seconds},
          {"is_stopped", figures.is_stopped}};
}

ImportFigures figures_of(const json& in) {
  ImportFigures figures;
  const auto take = [&](const char* key, auto* value) { in.at(key).get_to(*value); };
  take("import", &figures.import);
  take("file", &figures.file);
  take("format", &figures.format);
  take("files", &figures.files);
  take("files_read", &figures.files_read);
  take("files_known", &figures.files_known);
  take("file_bytes", &figures.file_bytes);
  take("file_bytes_max", &figures.file_bytes_max);
  take("bytes", &figures.bytes);
  take("bytes_known", &figures.bytes_known);
  take("lines", &figures.lines);
  take("stored", &figures.stored);
  take("repaired", &figures.repaired);
  take("problems", &figures.problems);
  take("seconds", &figures.seconds);
  take("derived_days", &figures.derived_days);
  take("derive_seconds", &figures.derive_seconds);
  take("is_stopped", &figures.is_stopped);
  for (size_t i = 0; i < kDropCount; ++i) {
    const std::string name(kDrops[i].name);
    figures.dropped[i] = in.at("dropped").value(name, uint64_t{0});
    figures.examples[i] = in.at("examples").value(name, std::vector<std::string>{});
  }
  for (const auto& [name, service] : in.at("services").items())
    figures.services[name] = {service.at(0).get<uint64_t>(), service.at(1).get<uint64_t>(),
                              service.at(2).get<int64_t>(), service.at(3).get<int64_t>()};
  for (const json& step : in.at("steps"))
    figures.steps.push_back(
        {step.at(0).get<std::string>(), step.at(1).get<uint64_t>(), step.at(2).get<uint64_t>()});
  return figures;
}

json to_json(const ImportInfo& info) {
  return {{"id", info.id},
          {"what", info.start.what},
          {"label", info.start.label},
          {"format", info.start.format},
          {"is_follow", info.start.is_follow},
          {"started_us", info.started_us},
          {"finished_us", info.finished_us},
          {"inputs", info.inputs},
          {"lines", info.lines},
          {"stored", info.stored},
          {"bytes", info.bytes}};
}

ImportInfo info_of(const json& in) {
  ImportInfo info;
  in.at("id").get_to(info.id);
  in.at("what").get_to(info.start.what);
  in.at("label").get_to(info.start.label);
  in.at("format").get_to(info.start.format);
  in.at("is_follow").get_to(info.start.is_follow);
  in.at("started_us").get_to(info.started_us);
  in.at("finished_us").get_to(info.finished_us);
  in.at("inputs").get_to(info.inputs);
  in.at("lines").get_to(info.lines);
  in.at("stored").get_to(info.stored);
  in.at("bytes").get_to(info.bytes);
  return info;
}

// Calls `read` with the parsed line and the index of its one-word name; the library's exceptions
// end here.
template <class T, size_t kCount, class Read>
Result<T> parse_line(std::string_view line, const char* const (&names)[kCount], Read read) {
  try {
    const json in = json::parse(line);
    const std::string what = in.at("what").get<std::string>();
    for (size_t i = 0; i < kCount; ++i)
      if (what == names[i]) return read(in, static_cast<typename T::What>(i));
    return failure(fmt::format("expected one of {}; got {}", fmt::join(names, ", "), what));
  } catch (const json::exception& error) {
    return failure(fmt::format("expected a line of JSON about an import: {}", error.what()));
  }
}

json time_json(int64_t time_us) {
  return time_us == 0 ? json(nullptr) : json(format_time(time_us));
}

}  // namespace

std::string to_line(const ImportRequest& request) {
  json out{{"what", kRequestNames[static_cast<size_t>(request.what)]}};
  if (request.what == ImportRequest::What::import) {
    out["options"] = to_json(request.options);
    out["settings"] = to_json(request.settings);
  }
  if (request.what == ImportRequest::What::files) out["names"] = request.names;
  if (request.what == ImportRequest::What::undo) out["import"] = request.import;
  return text_of_json(out);
}

std::string to_line(const ImportReply& reply) {
  using What = ImportReply::What;
  json out{{"what", kReplyNames[static_cast<size_t>(reply.what)]}};
  if (reply.what == What::taken || reply.what == What::undone) out["count"] = reply.count;
  if (reply.what == What::figures || reply.what == What::done)
    out["figures"] = to_json(reply.figures);
  if (reply.what == What::error) out["error"] = reply.error;
  if (reply.what == What::list) {
    out["imports"] = json::array();
    for (const ImportInfo& info : reply.imports) out["imports"].push_back(to_json(info));
  }
  return text_of_json(out);
}

Result<ImportRequest> parse_request(std::string_view line) {
  using What = ImportRequest::What;
  return parse_line<ImportRequest>(line, kRequestNames, [](const json& in, What what) {
    ImportRequest request{.what = what};
    if (what == What::import) {
      request.options = options_of(in.at("options"));
      request.settings = settings_of(in.at("settings"));
    }
    if (what == What::files) in.at("names").get_to(request.names);
    if (what == What::undo) in.at("import").get_to(request.import);
    return request;
  });
}

Result<ImportReply> parse_reply(std::string_view line) {
  using What = ImportReply::What;
  return parse_line<ImportReply>(line, kReplyNames, [](const json& in, What what) {
    ImportReply reply{.what = what};
    if (what == What::taken || what == What::undone) in.at("count").get_to(reply.count);
    if (what == What::figures || what == What::done) reply.figures = figures_of(in.at("figures"));
    if (what == What::error) in.at("error").get_to(reply.error);
    if (what == What::list)
      for (const json& info : in.at("imports")) reply.imports.push_back(info_of(info));
    return reply;
  });
}

std::string summary_json(const ImportFigures& figures, bool with_steps) {
  nlohmann::ordered_json services = nlohmann::ordered_json::object();
  for (const auto& [name, service] : figures.services)
    services[name] = {{"hits", service.hits},
                      {"page_views", service.page_views},
                      {"first", format_time(service.first_us)},
                      {"last", format_time(service.last_us)}};
  const double rate =
      figures.seconds > 0 ? static_cast<double>(figures.lines) / figures.seconds : 0;
  nlohmann::ordered_json out;
  out["import"] = figures.import;
  out["files"] = figures.files;
  out["files_read"] = figures.files_read;
  out["known_files"] = figures.files_known;
  out["lines"] = figures.lines;
  out["stored"] = figures.stored;
  out["repaired"] = figures.repaired;
  out["dropped"] = dropped_json(figures.dropped);
  out["examples"] = examples_json(figures);
  out["bytes"] = figures.bytes;
  out["known_bytes"] = figures.bytes_known;
  out["file_bytes"] = figures.file_bytes;
  out["seconds"] = figures.seconds;
  out["derived_days"] = figures.derived_days;
  out["derive_seconds"] = figures.derive_seconds;
  out["lines_per_second"] = static_cast<uint64_t>(rate);
  out["services"] = std::move(services);
  out["problems"] = figures.problems;
  out["stopped"] = figures.is_stopped;
  if (with_steps) {
    out["steps"] = nlohmann::ordered_json::array();
    for (const StepTime& step : figures.steps)
      out["steps"].push_back({{"name", step.name}, {"rows", step.rows}, {"ns", step.ns}});
  }
  return out.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

std::string list_json(const std::vector<ImportInfo>& imports) {
  json out = json::array();
  for (const ImportInfo& info : imports) {
    json row = to_json(info);
    row.erase("started_us");
    row.erase("finished_us");
    row.erase("is_follow");
    row["follow"] = info.start.is_follow;
    row["started"] = time_json(info.started_us);
    row["finished"] = time_json(info.finished_us);
    out.push_back(std::move(row));
  }
  return text_of_json(out, 2);
}

std::string undo_json(uint32_t import, uint64_t hits) {
  return text_of_json({{"import", import}, {"removed", hits}}, 2);
}

std::string error_json(std::string_view message) {
  return text_of_json({{"error", std::string(message)}}, 2);
}

}  // namespace ballcone
