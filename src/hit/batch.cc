#include "hit/batch.h"

#include <fmt/format.h>

#include <type_traits>

#include "base/check.h"
#include "base/time.h"

namespace ballcone {
namespace {

std::string value_text(Unit unit, uint64_t value) {
  return unit == Unit::id ? fmt::format("{:016x}", value) : fmt::to_string(value);
}
std::string value_text(Unit unit, int64_t value) {
  return unit == Unit::time ? format_time(value) : fmt::to_string(value);
}
std::string value_text(Unit, RequestId id) {
  return fmt::format("{:016x}{:016x}", id.high, id.low);
}
template <class T>
std::string value_text(Unit, T value) {
  return fmt::to_string(value);
}

template <class T>
bool is_absent(T value) {
  return value == kAbsent<T>;
}
bool is_absent(RequestId id) { return id == RequestId{}; }

}  // namespace

void HitBatch::append(const Hit& hit, const Prepared& prepared) {
  time.push_back(hit.time_us);
  status.push_back(hit.status);
  bytes.push_back(hit.bytes);
  generation_time_us.push_back(hit.generation_time_us);
  upstream_time_us.push_back(hit.upstream_time_us);
  range_start.push_back(hit.range_start);
  gpc.push_back(hit.gpc);
  request_id.push_back(hit.request_id);
  import.push_back(hit.import);
  engaged_us.push_back(hit.engaged_us);
  service.append(hit.service, arena);
  host.append(hit.host, arena);
  uri.append(prepared.uri, arena);
  method.append(hit.method, arena);
  protocol.append(hit.protocol, arena);
  scheme.append(hit.scheme, arena);
  content_type.append(hit.content_type, arena);
  fetch_dest.append(hit.fetch_dest, arena);
  purpose.append(hit.purpose, arena);
  cache_status.append(hit.cache_status, arena);
  via.append(hit.via, arena);
  event.append(hit.event, arena);
  props.append(hit.props, arena);
  browser_facts.append(hit.browser_facts, arena);
  edge_location.append(hit.edge_location, arena);
  referrer.append(prepared.referrer, arena);
  user_agent.append(prepared.user_agent, arena);
  address.append(prepared.address, arena);
}

Hit HitBatch::hit(size_t row) const {
  return {.time_us = time[row],
          .service = service.at(row),
          .host = host.at(row),
          .address = address.at(row),
          .method = method.at(row),
          .uri = uri.at(row),
          .protocol = protocol.at(row),
          .scheme = scheme.at(row),
          .content_type = content_type.at(row),
          .referrer = referrer.at(row),
          .user_agent = user_agent.at(row),
          .fetch_dest = fetch_dest.at(row),
          .purpose = purpose.at(row),
          .cache_status = cache_status.at(row),
          .via = via.at(row),
          .event = event.at(row),
          .props = props.at(row),
          .browser_facts = browser_facts.at(row),
          .status = status[row],
          .bytes = bytes[row],
          .generation_time_us = generation_time_us[row],
          .upstream_time_us = upstream_time_us[row],
          .engaged_us = engaged_us[row],
          .range_start = range_start[row],
          .gpc = gpc[row],
          .request_id = request_id[row],
          .import = import[row]};
}

void HitBatch::clear() {
  for_each_column([&](const auto& row) { (this->*row.data).clear(); });
  uri.clear();
  arena.clear();
}

void HitBatch::check_lengths() const {
  for_each_column([&](const auto& row) {
    const size_t expected =
        row.role == Role::attribute ? (this->*row.of).distinct().size() : rows();
    if ((this->*row.data).size() != expected) {
      fail_check(fmt::format("{} values in column {}, got {}", expected, row.name,
                             (this->*row.data).size())
                     .c_str(),
                 __FILE__, __LINE__);
    }
  });
}

std::string to_string(const HitBatch& batch) {
  std::string out;
  for (size_t i = 0; i < batch.rows(); ++i) {
    std::string line;
    for_each_column([&](const auto& row) {
      const auto& column = batch.*row.data;
      if (row.role == Role::attribute && i >= (batch.*row.of).size()) return;
      const size_t at = row.role == Role::attribute ? (batch.*row.of).codes()[i] : i;
      if (at >= column.size()) return;  // no step has filled it yet
      if constexpr (std::is_same_v<std::decay_t<decltype(column)>, StringColumn>) {
        if (!column.at(at).empty())
          line += std::string(" ") + row.name + "=" + std::string(column.at(at));
      } else if (!is_absent(column[at])) {
        line += std::string(" ") + row.name + "=" + value_text(row.unit, column[at]);
      }
    });
    out += line.empty() ? "\n" : line.substr(1) + "\n";
  }
  return out;
}

}  // namespace ballcone
