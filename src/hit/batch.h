// HitBatch: rows of hits as columns, and for_each_column, THE schema. The database's tables, the
// append, the API's dimensions and filters, and docs/columns.md are generated from it; a new column
// is one member and one row there, and the enrichment step that fills it.
#pragma once

#include <string>

#include "base/arena.h"
#include "hit/column.h"
#include "hit/hit.h"

namespace ballcone {

struct HitBatch {
  Arena arena;  // owns the text of all columns

  // Facts: one number per row.
  NumberColumn<int64_t> time;
  NumberColumn<uint16_t> status;
  NumberColumn<int64_t> bytes;
  NumberColumn<int64_t> generation_time_us;
  NumberColumn<int64_t> upstream_time_us;
  NumberColumn<int64_t> range_start;
  NumberColumn<uint8_t> gpc;
  NumberColumn<RequestId> request_id;
  NumberColumn<uint64_t> visitor;
  NumberColumn<uint32_t> import;
  NumberColumn<int64_t> engaged_us;

  // Texts: one code per row; each has a table in the store.
  StringColumn service;
  StringColumn host;
  StringColumn path;
  StringColumn query;
  StringColumn method;
  StringColumn protocol;
  StringColumn scheme;
  StringColumn content_type;
  StringColumn fetch_dest;
  StringColumn purpose;
  StringColumn cache_status;
  StringColumn referrer;
  StringColumn channel;
  StringColumn user_agent;
  StringColumn address;
  StringColumn kind;
  StringColumn bot;
  StringColumn via;
  StringColumn event;
  StringColumn props;
  StringColumn browser_facts;
  StringColumn edge_location;

  // Attributes: one value per *distinct* text of the column they belong to, absent's included.
  StringColumn utm_source, utm_medium, utm_campaign, utm_content, utm_term;  // of query
  StringColumn referrer_host, referrer_name;                                 // of referrer
  StringColumn browser, browser_version, os, os_version, device;             // of user_agent
  StringColumn country, region, city, network;                               // of address
  NumberColumn<uint32_t> asn;                                                // of address
  StringColumn bot_kind, bot_reason;                                         // of bot
  StringColumn language, timezone, outer_resolution, inner_resolution;       // of browser_facts
  StringColumn color_depth, platform, memory, cores;                         // of browser_facts

  // As decoded, until the enrichment steps have made path and query of it; not stored.
  StringColumn uri;

  size_t rows() const { return time.size(); }
  void append(const Hit& hit) { append(hit, prepare(hit)); }
  // The same in two steps, for those who have several hits at hand: see StringColumn::prepare().
  struct Prepared {
    StringColumn::Prepared uri, referrer, user_agent, address;
  };
  Prepared prepare(const Hit& hit) const {
    return {uri.prepare(hit.uri), referrer.prepare(hit.referrer),
            user_agent.prepare(hit.user_agent), address.prepare(hit.address)};
  }
  void append(const Hit& hit, const Prepared& prepared);
  // A row as it was appended, while the enrichment steps have not been here. Valid until clear().
  Hit hit(size_t row) const;
  // Empty again; memory is kept for the next round.
  void clear();
  // Every column has one value per row, every attribute one per distinct text. Aborts otherwise.
  void check_lengths() const;
};

enum class Role {
  fact,       // a number per row, stored in hits
  text,       // a code per row, stored in hits; the texts in a table of their own
  attribute,  // depends on a text alone; a column of that text's table
};

enum class Unit { none, time, bytes, us, id };

template <class Column>
struct ColumnRow {
  const char*
      name;  // in SQL, API and docs; microseconds end in _us and are shown in seconds without it
  Column HitBatch::*data;
  Role role;
  StringColumn HitBatch::*of;  // what an attribute belongs to; null otherwise
  Unit unit;
  const char* doc;
};

template <class T>
constexpr ColumnRow<NumberColumn<T>> fact(const char* name, NumberColumn<T> HitBatch::*data,
                                          Unit unit, const char* doc) {
  return {name, data, Role::fact, nullptr, unit, doc};
}
constexpr ColumnRow<StringColumn> text(const char* name, StringColumn HitBatch::*data,
                                       const char* doc) {
  return {name, data, Role::text, nullptr, Unit::none, doc};
}
template <class Column>
constexpr ColumnRow<Column> attribute(StringColumn HitBatch::*of, const char* name,
                                      Column HitBatch::*data, const char* doc) {
  return {name, data, Role::attribute, of, Unit::none, doc};
}

// The schema: calls `visit(row)` for each column, in order. A plain list of calls, because a
// constexpr tuple of the same rows makes g++ 12 print 30,000 characters for one wrong letter.
// Attributes stand after the text they belong to. Append new rows at the end of their group: an
// existing database gets them as new columns when it is opened.
template <class Visit>
void for_each_column(Visit&& visit) {
  visit(fact("time", &HitBatch::time, Unit::time,
             "When the server logged the request, by the log's own clock, UTC"));
  visit(fact("status", &HitBatch::status, Unit::none, "HTTP status of the answer"));
  visit(fact("bytes", &HitBatch::bytes, Unit::bytes,
             "Bytes sent to the client, headers included where the log counts them"));
  visit(fact("generation_time_us", &HitBatch::generation_time_us, Unit::us,
             "From the request's first byte to the answer's last"));
  visit(fact("upstream_time_us", &HitBatch::upstream_time_us, Unit::us,
             "How long the server behind the proxy took"));
  visit(fact("range_start", &HitBatch::range_start, Unit::bytes,
             "First byte asked for by a Range header; negative counts from the end"));
  visit(
      fact("gpc", &HitBatch::gpc, Unit::none, "Sec-GPC: 1 if the visitor asked not to be tracked"));
  visit(fact("request_id", &HitBatch::request_id, Unit::id, "The server's own id of the request"));
  visit(fact("visitor", &HitBatch::visitor, Unit::id,
             "Keyed hash of address, User-Agent and service; lives for one day"));
  visit(fact("import", &HitBatch::import, Unit::none,
             "Which import the hit came with; absent for what was received live"));
  visit(fact("engaged_us", &HitBatch::engaged_us, Unit::us,
             "How long the page was visible and in use so far, of an event engagement"));

  visit(text("service", &HitBatch::service, "The site or server, as the log format names it"));
  visit(text("host", &HitBatch::host, "Host that was asked for, lower-case, without port"));
  visit(text("path", &HitBatch::path, "Path of the URL, percent-decoded, without the query"));
  visit(text("query", &HitBatch::query, "Query of the URL as sent, without the question mark"));
  visit(attribute(&HitBatch::query, "utm_source", &HitBatch::utm_source,
                  "Campaign source of the URL"));
  visit(attribute(&HitBatch::query, "utm_medium", &HitBatch::utm_medium,
                  "Campaign medium of the URL"));
  visit(attribute(&HitBatch::query, "utm_campaign", &HitBatch::utm_campaign,
                  "Campaign name of the URL"));
  visit(attribute(&HitBatch::query, "utm_content", &HitBatch::utm_content,
                  "Campaign content of the URL"));
  visit(attribute(&HitBatch::query, "utm_term", &HitBatch::utm_term, "Campaign term of the URL"));
  visit(text("method", &HitBatch::method, "HTTP method"));
  visit(text("protocol", &HitBatch::protocol, "HTTP version"));
  visit(text("scheme", &HitBatch::scheme, "http or https"));
  visit(text("content_type", &HitBatch::content_type,
             "Media type of the answer, without parameters"));
  visit(
      text("fetch_dest", &HitBatch::fetch_dest, "Sec-Fetch-Dest: what the browser wanted it for"));
  visit(text("purpose", &HitBatch::purpose,
             "Sec-Purpose: prefetch or prerender, where it was not a person's click"));
  visit(
      text("cache_status", &HitBatch::cache_status, "What the server's cache said: HIT, MISS, …"));
  visit(text("referrer", &HitBatch::referrer, "URL of the page that led here"));
  visit(attribute(&HitBatch::referrer, "referrer_host", &HitBatch::referrer_host,
                  "Host of the referrer, without www."));
  visit(attribute(&HitBatch::referrer, "referrer_name", &HitBatch::referrer_name,
                  "Name of the referring site: Google, Mastodon, …"));
  visit(text("channel", &HitBatch::channel,
             "How the visitor came: Direct, Organic Search, AI Assistant, …"));
  visit(text("user_agent", &HitBatch::user_agent, "User-Agent as sent"));
  visit(attribute(&HitBatch::user_agent, "browser", &HitBatch::browser, "Browser's name"));
  visit(attribute(&HitBatch::user_agent, "browser_version", &HitBatch::browser_version,
                  "Browser's version"));
  visit(attribute(&HitBatch::user_agent, "os", &HitBatch::os, "Operating system's name"));
  visit(attribute(&HitBatch::user_agent, "os_version", &HitBatch::os_version,
                  "Operating system's version"));
  visit(attribute(&HitBatch::user_agent, "device", &HitBatch::device,
                  "desktop, mobile, tablet, tv, console, wearable or other"));
  visit(text("address", &HitBatch::address,
             "Client's address, masked to /24 or /48 unless the settings say otherwise"));
  visit(attribute(&HitBatch::address, "country", &HitBatch::country,
                  "ISO 3166-1 code of the address's country"));
  visit(attribute(&HitBatch::address, "region", &HitBatch::region,
                  "Region of the address, where the database has it"));
  visit(attribute(&HitBatch::address, "city", &HitBatch::city,
                  "City of the address, where the database has it"));
  visit(attribute(&HitBatch::address, "asn", &HitBatch::asn,
                  "Autonomous system number, where the database has it"));
  visit(attribute(&HitBatch::address, "network", &HitBatch::network,
                  "Organisation of the autonomous system"));
  visit(text("kind", &HitBatch::kind,
             "page, asset, api, redirect, error, feed, download, probe or event"));
  visit(text("bot", &HitBatch::bot, "Name of the bot; absent for people"));
  visit(attribute(&HitBatch::bot, "bot_kind", &HitBatch::bot_kind,
                  "search, ai-training, ai-search, ai-user, seo, social, monitor, feed, tool, "
                  "scanner or other"));
  visit(
      attribute(&HitBatch::bot, "bot_reason", &HitBatch::bot_reason, "Why it was taken for a bot"));
  visit(text("via", &HitBatch::via,
             "script, pixel or server: who told of it; absent for requests in logs"));
  visit(text("event", &HitBatch::event,
             "Name of a custom event, or engagement; absent for requests and page views"));
  visit(text("props", &HitBatch::props,
             "Properties that came with an event or page view: a JSON object of texts"));
  visit(text("browser_facts", &HitBatch::browser_facts,
             "What a script or pixel said of the browser, as name=value;…"));
  const auto browser_fact = [&](const char* name, StringColumn HitBatch::*data, const char* doc) {
    visit(attribute(&HitBatch::browser_facts, name, data, doc));
  };
  browser_fact("language", &HitBatch::language, "Language of the browser: de-DE");
  browser_fact("timezone", &HitBatch::timezone, "Time zone of the browser: Europe/Berlin");
  browser_fact("outer_resolution", &HitBatch::outer_resolution, "Size of the screen: 1920x1080");
  browser_fact("inner_resolution", &HitBatch::inner_resolution,
               "Size of the page's area in the window: 1280x720, or its width alone");
  browser_fact("color_depth", &HitBatch::color_depth, "Bits per pixel of the screen");
  browser_fact("platform", &HitBatch::platform, "Platform, as the browser names it");
  browser_fact("memory", &HitBatch::memory, "Gigabytes of memory, as the browser rounds them");
  browser_fact("cores", &HitBatch::cores, "Cores of the processor, as the browser says");
  visit(text("edge_location", &HitBatch::edge_location,
             "Where a CDN answered from, by its own code: FRA56-P4"));
}

// Rows as lines "name=value …", absent values left out; for tests.
std::string to_string(const HitBatch& batch);

}  // namespace ballcone
