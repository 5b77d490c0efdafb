// Servers that write logs. What is printed here was run with nginx 1.22, Apache 2.4, HAProxy 2.6
// and Caddy 2.6; what they then wrote is in test/samples, and test/e2e/setup_test.mjs reads it.
#include <fmt/format.h>

#include "hit/nginx_format.h"
#include "web/setup.h"

namespace ballcone {
namespace {

using Steps = std::vector<SetupStep>;

constexpr SetupOption kNginxOptions[] = {
    {"original", "Only the ten fields of the first Ballcone, for programs that read them too"}};

constexpr std::string_view kUdp =
    "Syslog over UDP is neither encrypted nor acknowledged: send it on the same machine or in a "
    "private network. Check the configuration and reload:";

Steps nginx_steps(const SetupPlace& place) {
  return {{"In the http { } block of nginx.conf:",
           nginx_log_format(place.service, !place.has("original"))},
          {"In the server { } or location { } block to count:",
           nginx_access_log(place.service, place.server)},
          {std::string(kUdp), "nginx -t && nginx -s reload"}};
}

// For logs that Ballcone reads where they lie.
SetupStep follow_step(const SetupPlace& place, std::string_view file) {
  return {
      fmt::format("Ballcone reads the file as it grows, through rotation, from its beginning. "
                  "The user that runs Ballcone has to be able to read it. Start the server with "
                  "this added (in a --config file: follow = [\"{}={}\"]):",
                  place.service, file),
      fmt::format("ballcone serve --follow {}={}", place.service, file)};
}

SetupStep import_step(const SetupPlace& place, std::string_view files) {
  return {"Older files are imported once, compressed or not, also while the server runs:",
          fmt::format("ballcone import --service {} '{}'", place.service, files)};
}

constexpr SetupOption kApacheOptions[] = {
    {"syslog", "Send lines by syslog: Apache runs on another machine"}};

// What stands in front of a header's percent sign is Apache's: the value as it came, with quotes
// and backslashes escaped as JSON has it. The path is taken from the request line, because %U is
// decoded.
constexpr std::string_view kApacheFormat =
    R"(SetEnvIfExpr "%{THE_REQUEST} =~ /^[^ ]+ ([^ ]+)/" ballcone_path=$1
LogFormat "{\"service\": \")";
constexpr std::string_view kApacheFields =
    R"(\", \"date\": \"%{%Y-%m-%dT%H:%M:%S%z}t\", \"ip\": \"%a\", \"status\": \"%>s\", )"
    R"(\"length\": \"%O\", \"duration_ms\": \"%{ms}T\", \"method\": \"%m\", )"
    R"(\"protocol\": \"%H\", \"content_type\": \"%{Content-Type}o\", )"
    R"(\"gpc\": \"%{Sec-GPC}i\", \"fetch_dest\": \"%{Sec-Fetch-Dest}i\", )"
    R"(\"sec_purpose\": \"%{Sec-Purpose}i\", \"host\": \"%{Host}i\", )"
    R"(\"path\": \"%{ballcone_path}e\", \"referrer\": \"%{Referer}i\", )"
    R"(\"user_agent\": \"%{User-Agent}i\"}" ballcone_)";

// logger cuts a message at 1 KiB unless told otherwise.
Steps apache_syslog_steps(const SetupPlace& place) {
  const size_t colon = place.server.rfind(':');
  std::string host = place.server.substr(0, colon);
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  return {{"In the server's configuration (mod_setenvif and mod_logio, which are usually there):",
           fmt::format("{}{}{}{}", kApacheFormat, place.service, kApacheFields, place.service)},
          {"In the <VirtualHost> to count; logger is part of every Linux:",
           fmt::format("CustomLog \"|/usr/bin/logger --udp --server {} --port {} --rfc3164 --size "
                       "8192 --tag apache\" ballcone_{}",
                       host, place.server.substr(colon + 1), place.service)},
          {std::string(kUdp), "apachectl configtest && apachectl graceful"}};
}

Steps apache_steps(const SetupPlace& place) {
  if (place.has("syslog")) return apache_syslog_steps(place);
  return {{"Apache writes the combined format almost everywhere. If the <VirtualHost> to count has "
           "no log of its own, give it one:",
           "LogFormat \"%h %l %u %t \\\"%r\\\" %>s %O \\\"%{Referer}i\\\" \\\"%{User-Agent}i\\\"\" "
           "combined\n"
           "CustomLog /var/log/apache2/access.log combined"},
          follow_step(place, "/var/log/apache2/access.log"),
          import_step(place, "/var/log/apache2/access.log.*")};
}

Steps caddy_steps(const SetupPlace& place) {
  const std::string file = fmt::format("/var/log/caddy/{}.log", place.service);
  return {{"In the site's block of the Caddyfile:",
           fmt::format("log {{\n    output file {}\n    format json\n}}", file)},
          {"Check and reload:",
           "caddy validate --config /etc/caddy/Caddyfile && caddy reload --config "
           "/etc/caddy/Caddyfile"},
          follow_step(place, file)};
}

// Headers are left out of the log unless they are named.
constexpr std::string_view kTraefik = R"(accessLog:
  filePath: /var/log/traefik/access.log
  format: json
  fields:
    headers:
      defaultMode: drop
      names:
        User-Agent: keep
        Referer: keep
        Content-Type: keep
        Sec-Fetch-Dest: keep
        Sec-Purpose: keep
        Sec-Gpc: keep)";

Steps traefik_steps(const SetupPlace& place) {
  return {{"In Traefik's static configuration (traefik.yml), then start Traefik again:",
           std::string(kTraefik)},
          follow_step(place, "/var/log/traefik/access.log")};
}

// fhdr, since hdr takes what is behind a comma for another value, and browsers' names have some.
// pathq, since the URI of HTTP/2 has scheme and host in front.
constexpr std::string_view kHaproxy = R"(    log {} len 8192 local0
    http-request set-var(txn.host) req.fhdr(Host)
    http-request set-var(txn.path) pathq
    http-request set-var(txn.referrer) req.fhdr(Referer)
    http-request set-var(txn.agent) req.fhdr(User-Agent)
    http-request set-var(txn.dest) req.fhdr(Sec-Fetch-Dest)
    http-request set-var(txn.purpose) req.fhdr(Sec-Purpose)
    http-request set-var(txn.gpc) req.fhdr(Sec-GPC)
    http-response set-var(txn.type) res.fhdr(Content-Type)
    log-format '{{"service": "{}", )";
constexpr std::string_view kHaproxyFields =
    R"("date": "%[date,utime(%Y-%m-%dT%H:%M:%SZ)]", "ip": "%ci", "status": "%ST", )"
    R"("length": %B, "duration_ms": "%Ta", "method": "%HM", )"
    R"("scheme": "%[ssl_fc,iif(https,http)]", "protocol": "%HV", )"
    R"("content_type": "%[var(txn.type),json(utf8s)]", "gpc": "%[var(txn.gpc),json(utf8s)]", )"
    R"("fetch_dest": "%[var(txn.dest),json(utf8s)]", )"
    R"("sec_purpose": "%[var(txn.purpose),json(utf8s)]", )"
    R"("host": "%[var(txn.host),json(utf8s)]", "path": "%[var(txn.path),json(utf8s)]", )"
    R"("referrer": "%[var(txn.referrer),json(utf8s)]", )"
    R"("user_agent": "%[var(txn.agent),json(utf8s)]"}')";

Steps haproxy_steps(const SetupPlace& place) {
  return {
      {"In the frontend to count. Its other logs get these lines too; leave out \"log global\" "
       "and \"option httplog\" there:",
       fmt::format(kHaproxy, place.server, place.service) + std::string(kHaproxyFields)},
      {std::string(kUdp), "haproxy -c -f /etc/haproxy/haproxy.cfg && systemctl reload haproxy"}};
}

Steps cloudfront_steps(const SetupPlace& place) {
  return {{"In the distribution's settings switch on standard logging to a bucket, with cookies "
           "left out. CloudFront puts a compressed file there every few minutes.",
           ""},
          {"Fetch and import what is new, as often as you like: each line is stored once. BUCKET/"
           "PREFIX is where the logs lie.",
           fmt::format("aws s3 sync s3://BUCKET/PREFIX /var/lib/ballcone/cloudfront\n"
                       "ballcone import --service {} '/var/lib/ballcone/cloudfront/*.gz'",
                       place.service)}};
}

Steps file_steps(const SetupPlace& place) {
  return {{"Logs that are there already, of these servers and others (IIS, Icecast, S3, load "
           "balancers of Amazon, Google and Azure), in 22 formats or yours, compressed or not:",
           fmt::format("ballcone import --service {} 'access.log*'", place.service)},
          {"The first lines as they are understood, without storing any:",
           fmt::format("ballcone import --dry-run --service {} access.log", place.service)},
          follow_step(place, "/var/log/access.log")};
}

constexpr SetupWay kWays[] = {
    {"nginx", "nginx",
     "nginx sends each request as one line over syslog: two lines of "
     "configuration.",
     true, kNginxOptions, nginx_steps},
    {"apache", "Apache", "Ballcone reads the log that Apache writes anyway, or Apache sends it.",
     true, kApacheOptions, apache_steps},
    {"caddy", "Caddy", "Ballcone reads the log that Caddy writes.", true, {}, caddy_steps},
    {"traefik", "Traefik", "Ballcone reads the log that Traefik writes.", true, {}, traefik_steps},
    {"haproxy",
     "HAProxy",
     "HAProxy (2.4 or newer) sends each request as one line over syslog.",
     true,
     {},
     haproxy_steps},
    {"cloudfront",
     "CloudFront",
     "Ballcone imports the logs that CloudFront leaves in a bucket.",
     true,
     {},
     cloudfront_steps},
    {"files",
     "Log files",
     "Ballcone imports files once, and follows those that grow.",
     true,
     {},
     file_steps},
};

}  // namespace

std::span<const SetupWay> log_ways() { return kWays; }

}  // namespace ballcone
