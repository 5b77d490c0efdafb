// What visitors' browsers and one's own servers send: docs/tracker.md and docs/collect.md.
#include <fmt/format.h>

#include "web/setup.h"

namespace ballcone {
namespace {

using Steps = std::vector<SetupStep>;

constexpr std::string_view kRegisterFirst =
    "This needs the service's key: register the service first, on this page.";

std::string origin_of(const std::string& url) { return url.substr(0, url.find('/', 8)); }

constexpr SetupOption kScriptOptions[] = {
    {"hash", "Fragments are pages: /#/cart and /#/pay are two"},
    {"more", "Also count outbound links, downloads, forms, pages not found, and web vitals"},
    {"exclude", "Leave paths out"},
    {"early", "Events may come before the script has run"},
    {"key", "Send the key, for pages on other hosts than the service's"},
};

// With data-exclude the second script stands first: the first one asks it when it begins.
std::string script_tags(const SetupPlace& place) {
  std::string text;
  if (place.has("early"))
    text +=
        "<script>window.ballcone = window.ballcone || function () "
        "{ (ballcone.q = ballcone.q || []).push(arguments) }</script>\n";
  if (place.has("more") || place.has("exclude"))
    text += fmt::format("<script defer src=\"{}/more.js\"{}></script>\n", place.url,
                        place.has("exclude") ? " data-exclude=\"/admin/*, /drafts\"" : "");
  text += fmt::format("<script defer src=\"{}/hello.js\" data-service=\"{}\"", place.url,
                      place.service);
  if (place.needs_key()) text += fmt::format(" data-key=\"{}\"", place.key);
  if (place.has("hash")) text += " data-hash";
  return text + "></script>";
}

Steps script_steps(const SetupPlace& place) {
  const std::string origin = origin_of(place.url);
  return {{"In the <head> of every page, once:", script_tags(place)},
          {"Where a site has a Content-Security-Policy, it has to allow this server:",
           fmt::format("script-src 'self' {}; connect-src 'self' {}", origin, origin)},
          {"What happens without a page view is an event of yours, with properties if you like:",
           "ballcone('Signup', { plan: 'pro', seats: 3 });"}};
}

constexpr SetupOption kPixelOptions[] = {
    {"key", "Send the key, for pages on other hosts than the service's"}};

Steps pixel_steps(const SetupPlace& place) {
  const std::string key = place.needs_key() ? "?dk=" + place.key : "";
  Steps steps{
      {"Pages without JavaScript, in their <body>; beside the script it counts those who "
       "have switched it off:",
       fmt::format("<noscript><img src=\"{}/noscript.gif{}\" alt=\"\"></noscript>", place.url,
                   key)}};
  const std::string mail =
      "A mail has no host, so it needs the key; /newsletter/17 is what it will be "
      "called here:";
  if (place.key.empty()) {
    steps.push_back({"Mails: " + std::string(kRegisterFirst), ""});
  } else {
    steps.push_back({mail, fmt::format("<img src=\"{}/hello.gif?dk={}&amp;pa=/newsletter/17\" "
                                       "alt=\"\">",
                                       place.url, place.key)});
  }
  return steps;
}

constexpr SetupOption kServerOptions[] = {
    {"server_key", "Show the server key, which is secret, in the line"}};

Steps server_steps(const SetupPlace& place) {
  if (place.server_key.empty()) return {{std::string(kRegisterFirst), ""}};
  const bool is_shown = place.has("server_key");
  const std::string key = is_shown ? place.server_key : "$SERVER_KEY";
  return {
      {is_shown ? "Whoever has this key can say anything about this service: keep it on servers."
                : "The server key is shown below, where the service's keys are:",
       is_shown ? "" : "read -rs SERVER_KEY"},
      {"Up to 1,000 hits, a line of JSON each. Lines with an id are stored once, so a batch whose "
       "answer was lost is sent again:",
       fmt::format("curl {}/api/v1/hits -H \"Authorization: Bearer {}\" --data-binary '\n"
                   "{{\"id\": \"order-17\", \"url\": \"https://{}/thanks\", \"event\": \"Order\", "
                   "\"props\": {{\"plan\": \"pro\"}}, \"address\": \"192.0.2.7\", \"user_agent\": "
                   "\"Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0\"}}'",
                   place.url, key, place.host)}};
}

Steps plausible_steps(const SetupPlace& place) {
  return {{"With Plausible's npm package:",
           fmt::format("import {{ init }} from '@plausible-analytics/tracker'\n\n"
                       "init({{ domain: '{}', endpoint: '{}/api/event' }})",
                       place.service, place.url)},
          {"With a copy of Plausible's script.js that your site serves, or a plug-in that lets you "
           "set where events go:",
           fmt::format("<script defer data-domain=\"{}\" data-api=\"{}/api/event\" "
                       "src=\"/js/script.js\"></script>",
                       place.service, place.url)},
          {"Programs that read Plausible's Stats API v2 take this address, and the service's name "
           "for site_id:",
           fmt::format("{}/api/v2/query", place.url)}};
}

constexpr SetupWay kWays[] = {
    {"script", "Script", "A script of 700 bytes in the site's pages: no cookies, no storage.",
     false, kScriptOptions, script_steps},
    {"pixel", "Pixel", "An image, for pages without JavaScript and for mails.", false,
     kPixelOptions, pixel_steps},
    {"server", "Your server", "A program of yours sends hits and events as lines of JSON.", false,
     kServerOptions, server_steps},
    {"plausible",
     "Plausible",
     "What sends to Plausible can send here.",
     false,
     {},
     plausible_steps},
};

}  // namespace

std::span<const SetupWay> page_ways() { return kWays; }

}  // namespace ballcone
