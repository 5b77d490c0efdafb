// What page views are told by, shared by the SQL that joins them and that which derives from them.
#pragma once

#include <string>
#include <string_view>

#include "derive/sql.h"

namespace ballcone {

constexpr std::string_view kPageColumns =
    "h.time, h.host, h.path, h.query, h.referrer, h.channel, h.user_agent, h.address";
// Of a page view and nobody else; those that hits have by the same name.
constexpr std::string_view kOfView =
    "status, method, protocol, scheme, content_type, fetch_dest, cache_status, via,"
    " generation_time_us";
// What a script may tell of a page view when the log's row of the pair does not.
constexpr std::string_view kOfScript = "browser_facts, props, edge_location";

// "h.status, h.method, …"
std::string prefixed(std::string_view columns, std::string_view rows);

// A condition on data.hits h.
std::string is_page_view(const DaySql& day);

}  // namespace ballcone
