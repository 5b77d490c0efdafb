// GET /privacy/{service}: what is kept of that service's visitors, in plain words, from the
// settings in force. For everybody: a site links to it from its own privacy page.
#include <fmt/format.h>

#include <algorithm>

#include "base/time.h"
#include "hit/service.h"
#include "web/handlers.h"

namespace ballcone {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

// The colours are those of ui/style/tokens.css. Inline, since the page's own files ask for the
// password.
constexpr std::string_view kStyle =
    ":root{color-scheme:light dark}"
    "body{margin:0 auto;padding:32px 20px 64px;max-width:46rem;"
    "background:light-dark(#f5f6f8,#0e1014);color:light-dark(#171a21,#e6e9ef);"
    "font:15px/1.55 system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','DejaVu Sans',sans-serif}"
    "h1{font-size:1.5rem;line-height:1.25}h2{font-size:1.1rem;margin:2em 0 .5em}"
    "dl{margin:0;border:1px solid light-dark(#e2e5eb,#272c35);border-radius:8px;"
    "background:light-dark(#fff,#16191f)}"
    "dt{padding:12px 16px 0;font-weight:600}dd{margin:0;padding:2px 16px 12px}"
    "dd+dt{border-top:1px solid light-dark(#e2e5eb,#272c35)}"
    "footer{margin-top:2em;color:light-dark(#5b6370,#9aa3b2)}";

// Nothing but the text and its style; no script can run, whatever the text.
HttpResponse page(int status, const std::string& title, const std::string& body) {
  HttpResponse response{.status = status, .content_type = "text/html; charset=utf-8"};
  response.headers = {{"Content-Security-Policy",
                       "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
                       "form-action 'none'; frame-ancestors 'none'"},
                      {"X-Frame-Options", "DENY"},
                      {"Referrer-Policy", "no-referrer"}};
  response.body = fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>{0}</title>\n<style>{1}</style>\n</head>\n<body>\n<main>\n<h1>{0}</h1>\n{2}</main>\n"
      "</body>\n</html>\n",
      escaped(title), kStyle, body);
  return response;
}

AddressPolicy policy_of(const PrivacySettings& server, const ServiceSettings& service) {
  return service.address.value_or(server.addresses);
}

// One for each row of the table: what it is about, and what the settings make of it.
struct PrivacyFact {
  const char* title;
  std::string (*text)(const PrivacySettings& server, const ServiceSettings& service);
};

std::string address_text(const PrivacySettings& server, const ServiceSettings& service) {
  switch (policy_of(server, service)) {
    case AddressPolicy::none:
      return "Not stored.";
    case AddressPolicy::full:
      return "Stored in full.";
    default:
      return "Stored without its end: of 192.0.2.77 what is kept is 192.0.2.0, of "
             "2001:db8:1:2::3 it is 2001:db8:1::. That is the network, which many people share.";
  }
}

std::string place_text(const PrivacySettings& server, const ServiceSettings& service) {
  if (!server.has_places) return "Not looked up.";
  if (!service.keeps_regions) return "Only the country that the address belongs to.";
  return "The country that the address belongs to; region, city and the network's owner too where "
         "the list of places that is installed has them. The list lies on the server: nobody is "
         "asked.";
}

std::string url_text(const PrivacySettings& server, const ServiceSettings&) {
  return server.masks_urls
             ? "Values in them that look like passwords, tokens, session ids, e-mail "
               "addresses, names, telephone or card numbers are replaced by *** "
               "before anything is stored."
             : "Stored as they were asked for, whatever a site has written into them.";
}

std::string signal_text(bool is_honoured) {
  return is_honoured
             ? "Honoured: script and pixel do not count a browser that sends it. The log of the "
               "web server, where one is counted, has its requests all the same."
             : "Makes no difference here.";
}

constexpr PrivacyFact kFacts[] = {
    {"Each request",
     [](const PrivacySettings&, const ServiceSettings&) -> std::string {
       return "Its time, the host and path of the page, whether and how fast it was answered, and "
              "how large the answer was: what web servers write into their logs.";
     }},
    {"Your address on the Internet", address_text},
    {"Where you are", place_text},
    {"Your browser",
     [](const PrivacySettings&, const ServiceSettings&) -> std::string {
       return "The User-Agent that it sends with every request: its name and version, and those of "
              "the system.";
     }},
    {"The page that led here",
     [](const PrivacySettings&, const ServiceSettings& service) -> std::string {
       return service.keeps_referrer ? "Its address, without what stands behind the question mark."
                                     : "Only the name of its site.";
     }},
    {"The part of a page's address behind the question mark",
     [](const PrivacySettings&, const ServiceSettings& service) -> std::string {
       return service.keeps_query ? "Stored, with the tags of campaigns in it." : "Not stored.";
     }},
    {"Secrets in addresses of pages", url_text},
    {"Script and pixel",
     [](const PrivacySettings&, const ServiceSettings&) -> std::string {
       return "Pages that carry the script or pixel also send language, time zone, sizes of screen "
              "and window, and how long the page was read. An older form of the pixel can send the "
              "platform, memory and number of cores. A site may send events of its own, such as a "
              "sign-up, with what it writes into them.";
     }},
    {"Global Privacy Control (Sec-GPC)",
     [](const PrivacySettings&, const ServiceSettings& service) -> std::string {
       return signal_text(service.honours_gpc);
     }},
    {"Do Not Track (DNT)",
     [](const PrivacySettings&, const ServiceSettings& service) -> std::string {
       return signal_text(service.honours_dnt);
     }},
};

std::string days_text(int days) { return fmt::format("{} day{}", days, days == 1 ? "" : "s"); }

std::string visitors_text(AddressPolicy policy) {
  std::string text =
      "<p>No cookie is set and nothing is stored in your browser. To tell how many visitors there "
      "were on a day, a number is computed from your address, your browser's User-Agent, the name "
      "of this service and a random key. The key is made anew for every day and deleted "
      "48 hours after its last use. So a day is not linked to the next one by it, nor this "
      "service to another.</p>\n";
  text +=
      policy == AddressPolicy::full
          ? "<p>Your address is stored in full beside that number, and can link days for whoever "
            "may read it.</p>\n"
          : "<p>Once the key is gone nobody can compute the number again, the operator of this "
            "server included, not even who knows your address and browser.</p>\n";
  return text;
}

std::string keep_text(const PrivacySettings& server) {
  const std::string totals =
      server.keep_totals_days == 0
          ? "Sums per day, such as how often a page was viewed, are kept for good."
          : fmt::format("Sums per day, such as how often a page was viewed, are kept for {}.",
                        days_text(server.keep_totals_days));
  if (server.keep_hits_days == 0)
    return "<p>Requests are kept for as long as the operator keeps this database: no end is "
           "set.</p>\n<p>" +
           totals + "</p>\n";
  return fmt::format("<p>Requests are kept for {}, then deleted. {}</p>\n",
                     days_text(server.keep_hits_days), totals);
}

// What a person has said of it; a service with hits alone has what the server has. Nothing:
// unknown.
std::optional<ServiceSettings> find_service(const WebContext& context, std::string_view text) {
  const auto name = service_name(text);
  if (!name) return std::nullopt;
  if (context.registry) {
    const auto services = context.registry->now();
    if (const ServiceSettings* service = services->find(*name)) return *service;
  }
  const auto stored = context.store->services();
  if (std::find(stored.begin(), stored.end(), *name) == stored.end()) return std::nullopt;
  return ServiceSettings{.name = *name};
}

}  // namespace

HttpResponse get_privacy(const Call& call) {
  const WebContext& context = call.context;
  const auto service = find_service(context, call.arguments[0]);
  if (!service)
    return page(404, "Nothing is known of this service",
                "<p>There is no service of this name here, so nothing is stored for it.</p>\n");
  const PrivacySettings& server = context.privacy;
  std::string body =
      "<p>This page is written by Ballcone, the program that counts visits here, from the settings "
      "in force at this moment; what came earlier was stored by those of then. It runs on a server "
      "of the site's operator and sends nothing of "
      "this to anybody.</p>\n<h2>What is stored</h2>\n<dl>\n";
  for (const PrivacyFact& fact : kFacts)
    body += fmt::format("<dt>{}</dt><dd>{}</dd>\n", fact.title, fact.text(server, *service));
  body += "</dl>\n<h2>How visitors are told apart</h2>\n";
  body += visitors_text(policy_of(server, *service));
  body += "<h2>For how long</h2>\n" + keep_text(server);
  body += fmt::format("<footer>Ballcone {}, {}</footer>\n", escaped(context.version),
                      format_time(context.now_us()).substr(0, 10));
  return page(200, "What is stored about visits of " + service->name, body);
}

}  // namespace ballcone
