// The bytes of one HTTP request, read by the HTTP library: the only file that includes it is
// request_parser.cc.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "web/server.h"

namespace ballcone {

// What a request's head says beside the HttpRequest that is made of it.
struct ParsedHead {
  std::string target;
  size_t hosts = 0;          // Host headers
  bool is_http_1_1 = false;  // else 1.0
  bool keeps_alive = false;  // as the client wishes
};

// One thread.
class RequestParser {
 public:
  RequestParser(size_t header_bytes_max, size_t body_bytes_max);
  ~RequestParser();

  struct Fault {
    int status;
    std::string message;
  };
  // Takes what belongs to the request from the front of `*input`; what is left there begins the
  // next one, or is a part of a line whose rest is to come. The fault ends the connection.
  std::optional<Fault> put(std::string* input);
  bool is_done() const;
  size_t body_bytes() const;
  // The head is here, and the client waits for our word before it sends the body.
  bool waits_for_continue() const;
  // Method, headers and body of the request that is done.
  ParsedHead release(HttpRequest* request);

 private:
  struct Library;
  std::unique_ptr<Library> library_;
};

}  // namespace ballcone
