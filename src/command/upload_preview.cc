#include "command/upload_preview.h"

#include "command/import_dry_run.h"
#include "command/spool.h"
#include "decode/format.h"
#include "web/http.h"
#include "web/json.h"

namespace ballcone {
namespace {

HttpResponse refuse(int status, std::string_view message) {
  return error_response("/api/", status, message);
}

void write(const FirstLines& first, JsonWriter* json) {
  json->begin_object().key("format").value(first.format).key("lines").value(uint64_t{first.lines});
  json->key("columns").begin_array();
  for (const TableColumn& column : first.table.columns) json->value(column.name);
  json->end_array().key("rows").begin_array();
  for (const auto& row : first.table.rows) {
    json->begin_array();
    for (const Value& value : row) json->value(std::get<std::string>(value));
    json->end_array();
  }
  json->end_array().key("dropped").begin_array();
  for (size_t i = 0; i < kDropCount; ++i) {
    if (first.dropped[i] == 0) continue;
    json->begin_object().key("reason").value(kDrops[i].name).key("lines").value(first.dropped[i]);
    json->key("help").value(kDrops[i].help).key("example").value(first.examples[i]).end_object();
  }
  json->end_array().end_object();
}

}  // namespace

Result<ImportOptions> upload_options(const UploadCall& call) {
  ImportOptions options{.service = call.service};
  if (!call.format.empty()) options.format = call.format;
  if (options.format == "auto") return options;
  if (const auto decoder = open_format(options.format); !decoder)
    return tl::unexpected(decoder.error());
  return options;
}

HttpResponse preview_upload(const UploadCall& call) {
  const auto options = upload_options(call);
  if (!options) return refuse(400, options.error().message);
  auto spool = Spool::make_in_memory();
  auto kept = spool ? spool->append(call.piece) : Result<void>(tl::unexpected(spool.error()));
  if (!kept) return refuse(507, kept.error().message);
  const auto first = read_first_lines(*options, {call.name, spool->release()}, 0);
  if (!first) return refuse(422, first.error().message);
  HttpResponse response;
  JsonWriter json(&response.body);
  write(*first, &json);
  return response;
}

}  // namespace ballcone
