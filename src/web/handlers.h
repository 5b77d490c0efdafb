// What the rows of the table in routes.cc call. Each is in the file of its subject.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "web/password.h"
#include "web/routes.h"
#include "web/server.h"

namespace ballcone {

struct Call {
  const WebContext& context;
  const HttpRequest& request;
  std::vector<std::string> arguments;  // what stood for the {…} of the pattern, in order
};

// {"error": …} whatever the path. Errors of the query room: no such service is 404, another field
// or a position 400, and what the store could not do 503.
HttpResponse json_error(int status, const Error& error);
int status_of(const Error& error);
HttpResponse json_answer(Result<std::string> json);

// api.cc
HttpResponse get_services(const Call& call);
HttpResponse get_reports(const Call& call);
HttpResponse get_query(const Call& call);
HttpResponse post_query(const Call& call);
HttpResponse post_plausible(const Call& call);
HttpResponse get_count(const Call& call);
HttpResponse get_average(const Call& call);
HttpResponse get_count_group(const Call& call);

// collect.cc
HttpResponse get_pixel(const Call& call);
// The GIF; `refusal`: null if the hit was taken.
HttpResponse pixel_response(const Refusal* refusal);
HttpResponse post_hello(const Call& call);
HttpResponse post_event(const Call& call);
HttpResponse post_hits(const Call& call);

// registry.cc
HttpResponse get_registry(const Call& call);
HttpResponse post_registry(const Call& call);
HttpResponse get_goals(const Call& call);
HttpResponse post_goals(const Call& call);
HttpResponse get_markers(const Call& call);
HttpResponse post_markers(const Call& call);
HttpResponse get_segments(const Call& call);
HttpResponse post_segments(const Call& call);
HttpResponse post_funnel(const Call& call);

// console.cc
HttpResponse post_sql(const Call& call);
HttpResponse post_sql_form(const Call& call);
HttpResponse get_schema(const Call& call);

// live.cc
HttpResponse get_live(const Call& call);

// import.cc
HttpResponse post_import(const Call& call);
HttpResponse post_import_preview(const Call& call);
HttpResponse post_import_piece(const Call& call);
HttpResponse post_import_action(const Call& call);
HttpResponse get_import(const Call& call);

// setup.cc
HttpResponse get_setup(const Call& call);
HttpResponse get_nginx(const Call& call);

// privacy.cc
HttpResponse get_privacy(const Call& call);

// status.cc
HttpResponse get_status(const Call& call);
HttpResponse get_healthz(const Call& call);

// prometheus.cc
HttpResponse get_metrics(const Call& call);

// pages.cc
HttpResponse get_page(const Call& call);
HttpResponse get_service_page(const Call& call);
HttpResponse get_asset(const Call& call);
HttpResponse get_script(const Call& call);
// The page, which will say that there is nothing here, or ask for the password.
HttpResponse missing_page(const HttpRequest& request);
HttpResponse login_page(const HttpRequest& request);

// login.cc
HttpResponse post_login(const Call& call);
HttpResponse post_logout(const Call& call);
// Of {"password": …}; and the answer to a wrong one, or to too many of them.
std::optional<std::string> password_of(const HttpRequest& request);
HttpResponse password_refusal(Access access);

// shares.cc
HttpResponse get_shares(const Call& call);
HttpResponse post_shares(const Call& call);

// share_view.cc
HttpResponse get_share_page(const Call& call);
HttpResponse get_share(const Call& call);
HttpResponse post_share_login(const Call& call);
HttpResponse get_shared_services(const Call& call);
HttpResponse get_shared_reports(const Call& call);
HttpResponse get_shared_query(const Call& call);
HttpResponse post_shared_query(const Call& call);
HttpResponse get_shared_markers(const Call& call);
HttpResponse get_shared_goals(const Call& call);
HttpResponse post_shared_funnel(const Call& call);

}  // namespace ballcone
