// Result<T>: a value, or an Error that tells a person what was expected, what came, where, and what
// to do.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace ballcone {

struct Error {
  std::string message;
  // Where in the text that was given (SQL, JSON, a pattern) the fault lies, in bytes from 0; -1 if
  // unknown.
  int position = -1;
  std::string field = {};  // the part of a request that is wrong: "metrics"; empty if none is
};

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> failure(std::string message, int position = -1) {
  return tl::unexpected<Error>(Error{std::move(message), position});
}

}  // namespace ballcone
