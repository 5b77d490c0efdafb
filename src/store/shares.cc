#include "store/shares.h"

namespace ballcone {
namespace {

std::string text_of(const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text ? *text : std::string();
}

int64_t integer_of(const Value& value) {
  const auto* integer = std::get_if<int64_t>(&value);
  return integer ? *integer : 0;
}

Share share_of(const std::vector<Value>& row) {
  return {.id = integer_of(row[0]),
          .service = text_of(row[1]),
          .name = text_of(row[2]),
          .token_digest = text_of(row[3]),
          .password_hash = text_of(row[4]),
          .embed_on = text_of(row[5]),
          .created_us = integer_of(row[6]),
          .ends_us = integer_of(row[7])};
}

}  // namespace

Result<std::vector<Share>> read_shares(Store& store) {
  const auto table =
      store.query({"SELECT id, service, name, token_digest, password_hash, embed_on, created_us,"
                   " ends_us FROM data.shares ORDER BY id",
                   {}},
                  {});
  if (!table) return tl::unexpected(table.error());
  std::vector<Share> shares;
  for (const auto& row : table->rows) shares.push_back(share_of(row));
  return shares;
}

Result<void> add_share(Store& store, Share* share) {
  return store.transact([&](Transaction& transaction) -> Result<void> {
    const auto done = transaction.run(
        {"INSERT INTO data.shares SELECT nextval('data.share_id'), ?, ?, ?, ?, ?, ?, ?"
         " RETURNING id",
         {share->service, share->name, share->token_digest, share->password_hash, share->embed_on,
          share->created_us, share->ends_us}});
    if (!done) return tl::unexpected(done.error());
    share->id = integer_of(done->rows.at(0).at(0));
    return {};
  });
}

Result<bool> remove_share(Store& store, int64_t id) {
  bool is_there = false;
  const auto done = store.transact([&](Transaction& transaction) -> Result<void> {
    const auto found = transaction.run({"DELETE FROM data.shares WHERE id = ? RETURNING id", {id}});
    if (!found) return tl::unexpected(found.error());
    is_there = !found->rows.empty();
    return {};
  });
  if (!done) return tl::unexpected(done.error());
  return is_there;
}

}  // namespace ballcone
