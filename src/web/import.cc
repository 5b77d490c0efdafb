// Imports of files that a browser sends; docs/api.md. Pieces are smaller than what a proxy in front
// lets through, and a piece that was lost is sent again.
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>

#include "hit/service.h"
#include "web/handlers.h"
#include "web/http.h"

namespace ballcone {
namespace {

using Json = nlohmann::json;
using What = UploadCall::What;

constexpr size_t kNameBytesMax = 255;

HttpResponse wrong(std::string field, std::string message) {
  return json_error(400, Error{std::move(message), -1, std::move(field)});
}

HttpResponse upload(const Call& call, const UploadCall& upload) {
  if (!call.context.upload) return json_error(503, Error{"this server takes no uploads"});
  return call.context.upload(upload);
}

// "C:\logs\access.log" and "logs/access.log" are access.log.
std::string leaf_of(std::string_view name) {
  name = name.substr(name.find_last_of("/\\") + 1);  // npos + 1 is 0
  return std::string(name.substr(0, kNameBytesMax));
}

std::optional<HttpResponse> check(UploadCall* upload) {
  upload->name = leaf_of(upload->name);
  if (upload->name.empty()) return wrong("name", "expected the file's name");
  if (upload->service.empty()) return std::nullopt;
  const auto service = service_name(upload->service);
  if (!service)
    return wrong("service", "expected a service's name of letters, digits, _, - and ., or none");
  upload->service = *service;
  return std::nullopt;
}

std::string text_at(const Json& json, const char* name) {
  const bool is_there = json.is_object() && json.contains(name) && json[name].is_string();
  return is_there ? json[name].get<std::string>() : std::string();
}

}  // namespace

HttpResponse post_import_preview(const Call& call) {
  const auto parameter = [&](const char* name) {
    return std::string(call.request.parameter(name).value_or(""));
  };
  UploadCall preview{.what = What::preview,
                     .name = parameter("name"),
                     .service = parameter("service"),
                     .format = parameter("format"),
                     .piece = call.request.body};
  if (auto refusal = check(&preview)) return std::move(*refusal);
  return upload(call, preview);
}

HttpResponse post_import(const Call& call) {
  const Json json = Json::parse(call.request.body, nullptr, /*allow_exceptions=*/false);
  UploadCall begin{.what = What::begin,
                   .name = text_at(json, "name"),
                   .service = text_at(json, "service"),
                   .format = text_at(json, "format")};
  if (auto refusal = check(&begin)) return std::move(*refusal);
  if (!json.contains("bytes") || !json["bytes"].is_number_unsigned())
    return wrong("bytes", "expected the file's size in bytes");
  begin.bytes = json["bytes"].get<uint64_t>();
  return upload(call, begin);
}

HttpResponse post_import_piece(const Call& call) {
  const std::string_view text = call.request.parameter("at").value_or("");
  UploadCall piece{.what = What::piece, .id = call.arguments[0], .piece = call.request.body};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), piece.at);
  if (error != std::errc() || end != text.data() + text.size())
    return wrong("at", "expected how many bytes of the file came before, as in ?at=1048576");
  return upload(call, piece);
}

HttpResponse post_import_action(const Call& call) {
  const Json json = Json::parse(call.request.body, nullptr, /*allow_exceptions=*/false);
  const std::string action = text_at(json, "action");
  if (action != "import" && action != "stop")
    return wrong("action", "expected {\"action\": \"import\"} or {\"action\": \"stop\"}");
  return upload(call,
                {.what = action == "import" ? What::import : What::stop, .id = call.arguments[0]});
}

HttpResponse get_import(const Call& call) {
  return upload(call, {.what = What::show, .id = call.arguments[0]});
}

}  // namespace ballcone
