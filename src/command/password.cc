#include "command/password.h"

#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <string>

#include "web/password.h"

namespace ballcone {
namespace {

// While it lives, what is typed on a terminal is not shown.
class HiddenInput {
 public:
  HiddenInput()
      : is_terminal_(isatty(STDIN_FILENO) == 1 && tcgetattr(STDIN_FILENO, &before_) == 0) {
    if (!is_terminal_) return;
    termios hidden = before_;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSANOW, &hidden);
    std::fputs("Password: ", stderr);
  }
  ~HiddenInput() {
    if (!is_terminal_) return;
    tcsetattr(STDIN_FILENO, TCSANOW, &before_);
    std::fputs("\n", stderr);
  }
  HiddenInput(const HiddenInput&) = delete;
  HiddenInput& operator=(const HiddenInput&) = delete;

 private:
  termios before_{};
  bool is_terminal_;
};

}  // namespace

std::string read_password() {
  const HiddenInput hidden;
  std::string password;
  std::getline(std::cin, password);
  return password;
}

int run_password() {
  const std::string password = read_password();
  if (password.empty()) {
    std::fputs("ballcone password: expected a password on standard input, got an empty line\n",
               stderr);
    return 1;
  }
  std::printf("%s\n", hash_password(password).c_str());
  return 0;
}

}  // namespace ballcone
