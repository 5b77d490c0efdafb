#include "web/request_parser.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http.hpp>

#include "base/text.h"

namespace ballcone {
namespace {

namespace http = boost::beast::http;
using boost::system::error_code;

std::string_view view_of(boost::beast::string_view text) { return {text.data(), text.size()}; }

}  // namespace

struct RequestParser::Library {
  http::request_parser<http::string_body> parser;
};

RequestParser::RequestParser(size_t header_bytes_max, size_t body_bytes_max)
    : library_(std::make_unique<Library>()) {
  library_->parser.header_limit(static_cast<uint32_t>(header_bytes_max));
  library_->parser.body_limit(body_bytes_max);
  library_->parser.eager(true);
}

RequestParser::~RequestParser() = default;

std::optional<RequestParser::Fault> RequestParser::put(std::string* input) {
  error_code error;
  while (!error && !input->empty() && !is_done()) {
    const size_t used = library_->parser.put(boost::asio::buffer(*input), error);
    input->erase(0, used);
  }
  if (!error || error == http::error::need_more) return std::nullopt;
  const int status = error == http::error::header_limit  ? 431
                     : error == http::error::body_limit  ? 413
                     : error == http::error::bad_version ? 505
                                                         : 400;
  return Fault{status, "expected HTTP/1.1, got: " + error.message()};
}

bool RequestParser::is_done() const { return library_->parser.is_done(); }

size_t RequestParser::body_bytes() const { return library_->parser.get().body().size(); }

bool RequestParser::waits_for_continue() const {
  const auto& parser = library_->parser;
  if (!parser.is_header_done() || parser.get().version() < 11) return false;
  return equal_ignoring_case(view_of(parser.get()[http::field::expect]), "100-continue");
}

ParsedHead RequestParser::release(HttpRequest* request) {
  auto message = library_->parser.release();
  request->method = view_of(message.method_string());
  request->body = std::move(message.body());
  for (const auto& field : message) {
    request->headers.emplace_back(to_lower_ascii(view_of(field.name_string())),
                                  view_of(field.value()));
  }
  return {.target = std::string(view_of(message.target())),
          .hosts = message.count(http::field::host),
          .is_http_1_1 = message.version() == 11,
          .keeps_alive = message.keep_alive()};
}

}  // namespace ballcone
