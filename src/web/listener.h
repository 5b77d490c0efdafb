// Where clients connect, and which loop gets each of them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "web/loop.h"

namespace ballcone {

class Listener {
 public:
  // "localhost" is both loopback addresses; port 0 is any free one. The error names address, port
  // and cause.
  static Result<std::unique_ptr<Listener>> open(const std::string& host, uint16_t port);
  ~Listener() { close(); }

  uint16_t port() const { return port_; }
  // Before the loops start; accepts on the thread of the first one, and gives each its share.
  void start(ServerState& state, std::vector<Loop*> loops);
  // On the thread of the first loop, or when that has ended.
  void close();

 private:
  // One listening socket.
  class Door final : public Watcher {
   public:
    Door(Listener& listener, int socket) : listener_(listener), socket_(socket) {}
    void on_ready(uint32_t) override { listener_.accept(socket_); }
    int socket() const { return socket_; }

   private:
    Listener& listener_;
    const int socket_;
  };

  Listener() = default;
  void accept(int socket);
  void take(std::shared_ptr<AcceptedSocket> accepted);
  void watch();
  void pause();

  uint16_t port_ = 0;
  std::vector<Door> doors_;
  ServerState* state_ = nullptr;
  std::vector<Loop*> loops_;
  size_t next_ = 0;  // of loops_
};

}  // namespace ballcone
