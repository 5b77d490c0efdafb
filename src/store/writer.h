// Appends batches from several threads at once. New texts are committed first, in a short
// transaction of their own under a lock: without a hit they harm nobody. Then the rows follow on a
// connection of the caller's own, so that threads compress at the same time. Only a batch with a
// new service goes in one transaction as a whole: there is no service without a hit.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"
#include "hit/batch.h"
#include "hit/input.h"
#include "store/engine.h"
#include "store/imports.h"
#include "store/rows.h"
#include "store/texts.h"

namespace ballcone {

using Services = std::map<std::string, int64_t>;  // name → code in data.text_service

// Any thread.
class Writer {
 public:
  // `connections`: as many batches can be appended at once.
  Writer(std::unique_ptr<Texts> texts, std::vector<std::unique_ptr<Connection>> connections,
         Rows& rows);

  // Reads from the database what append() needs to know. Before the first append.
  Result<void> load();
  // All rows and pieces or none.
  Result<void> append(const HitBatch& batch, const std::vector<Piece>& pieces);
  // As Store says.
  Result<uint32_t> code_text(const std::string& column, const std::vector<std::string>& text);
  // After hits have been deleted, while nothing is appended: services without hits vanish.
  Result<void> forget_hits(uint64_t count);

  // As of the last commit.
  uint64_t hits() const { return hits_; }
  // Old hits are gone; their services stay.
  void count_deleted(uint64_t hits) { hits_ -= hits; }
  std::shared_ptr<const Services> services() const;

 private:
  class Lent;  // one of connections_

  Result<void> append_with_services(const HitBatch& batch, const std::vector<Coding>& codings,
                                    const std::vector<Piece>& pieces);
  Result<void> append_rows(Connection& connection, const HitBatch& batch,
                           const std::vector<Coding>& codings, const std::vector<Piece>& pieces);
  void set_services(Services services);

  std::mutex texts_mutex_;
  std::unique_ptr<Texts> texts_;
  std::mutex connections_mutex_;
  std::condition_variable connection_returned_;
  std::vector<std::unique_ptr<Connection>> connections_;  // free ones
  Rows& rows_;
  std::vector<std::string> hit_columns_;
  mutable std::mutex services_mutex_;
  std::shared_ptr<const Services> services_ = std::make_shared<Services>();
  std::atomic<uint64_t> hits_ = 0;
  std::atomic<uint32_t> last_batch_ = 0;
};

}  // namespace ballcone
