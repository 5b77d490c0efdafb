#include "collect/logged_pixel.h"

#include <gtest/gtest.h>

namespace ballcone {
namespace {

constexpr int64_t kNoon_us = 1'561'982'400'000'000;  // 2019-07-01T12:00:00Z

Hit request_for(std::string_view uri, std::string_view referrer = {}) {
  return {.time_us = kNoon_us,
          .host = "stats.example.com",
          .address = "192.0.2.7",
          .method = "GET",
          .uri = uri,
          .protocol = "HTTP/2.0",
          .scheme = "http",
          .content_type = "image/gif",
          .referrer = referrer,
          .user_agent = "Firefox/145",
          .fetch_dest = "image",
          .cache_status = "HIT",
          .edge_location = "FRA56-P4",
          .status = 304,
          .bytes = 43,
          .generation_time_us = 1000,
          .range_start = 5};
}

// What the hit is then; empty if it stays the request that it was.
std::string told(const Hit& request) {
  LoggedPixel pixel;
  Hit hit = request;
  if (!read_logged_pixel(&pixel, &hit)) {
    hit.is_repaired = false;
    EXPECT_EQ(to_string(hit), to_string(request));
    return "";
  }
  return to_string(hit);
}

TEST(LoggedPixel, IsKnownByItsName) {
  for (const char* uri : {"/hello.gif", "/hello.gif?u=x", "/noscript.gif?", "/stats/hello.gif?u=x"})
    EXPECT_TRUE(is_pixel(uri)) << uri;
  for (const char* uri : {"", "/", "hello.gif", "/othello.gif?u=x", "/hello.gif/",
                          "/a?b=/hello.gif", "/hello.GIF", "/hello.gifs?u=x"})
    EXPECT_FALSE(is_pixel(uri)) << uri;
}

TEST(LoggedPixel, TellsOfThePageAndKeepsWhatIsOfTheConnection) {
  const std::string of_log = " user_agent=Firefox/145 cache_status=HIT via=";
  const std::string of_picture = " edge_location=FRA56-P4 bytes=43 generation_time_us=1000";
  const auto line = [&](const std::string& page, const std::string& referrer,
                        const std::string& rest) {
    return "time=2019-07-01T12:00:00Z host=blog.example address=192.0.2.7 uri=" + page +
           " protocol=HTTP/2.0 scheme=https" + referrer + of_log + rest + of_picture;
  };
  const struct {
    std::string uri, want;
  } kRows[] = {
      // As ownstats' script asks for it, and as CloudFront writes that down.
      {"/hello.gif?t=pv&ts=1561982399876&u=https%253A%252F%252Fblog.example%252Fa%253Fb%253Dc"
       "&hn=blog.example&pa=%252Fa&r=https%253A%252F%252Fnews.example%252F&w=1920&h=1080&l=de-DE"
       "&tz=Europe%252FBerlin&uso=mail",
       line("/a?b=c&utm_source=mail", " referrer=https://news.example/",
            "script browser_facts=language=de-DE;timezone=Europe/Berlin;"
            "outer_resolution=1920x1080")},
      // Encoded once, as other logs have it; and three times: by the script twice.
      {"/hello.gif?u=https%3A%2F%2Fblog.example%2F100%25", line("/100%", "", "pixel")},
      {"/hello.gif?u=https%25253A%25252F%25252Fblog.example%25252Fa", line("/a", "", "pixel")},
      {"/x/hello.gif?hn=blog.example&pa=/a", line("/a", "", "pixel")},
      {"/hello.gif?t=tr&ts=1561982399876&u=https://blog.example/a&en=Signup"
       "&pr=%257B%2522plan%2522%253A%2522pro%2522%257D",
       line("/a", "", "script event=Signup props={\"plan\":\"pro\"}")},
  };
  for (const auto& row : kRows) EXPECT_EQ(told(request_for(row.uri)), row.want) << row.uri;
}

TEST(LoggedPixel, IsOfThePageThatShowsItWhereThatHasNoScript) {
  const std::string got = told(request_for("/noscript.gif", "https://blog.example/old?a=b"));
  EXPECT_NE(got.find("host=blog.example address=192.0.2.7 uri=/old?a=b"), got.npos) << got;
  EXPECT_NE(got.find(" via=pixel"), got.npos) << got;
  EXPECT_EQ(got.find("referrer"), got.npos) << got;
}

// A mail has no host: it is of the host that was asked.
TEST(LoggedPixel, OfAMailStaysWithItsHost) {
  const std::string got = told(request_for("/hello.gif?pa=newsletter/17"));
  EXPECT_NE(got.find("host=stats.example.com address=192.0.2.7 uri=/newsletter/17"), got.npos)
      << got;
}

TEST(LoggedPixel, HasTheUserAgentOfItsParametersWhereTheLogHasNone) {
  Hit hit = request_for("/hello.gif?u=https://blog.example/&ua=Chrome/99");
  hit.user_agent = {};
  EXPECT_NE(told(hit).find("user_agent=Chrome/99"), std::string::npos);
}

TEST(LoggedPixel, LeavesPicturesAlone) {
  for (const char* uri : {"/hello.gif", "/hello.gif?v=3", "/hello.gif?u=&pa=", "/noscript.gif"}) {
    LoggedPixel pixel;
    Hit hit = request_for(uri);
    EXPECT_FALSE(read_logged_pixel(&pixel, &hit)) << uri;
    EXPECT_FALSE(hit.is_repaired) << uri;
  }
  // The page of a script that asked in vain: its picture is one.
  EXPECT_EQ(told(request_for("/hello.gif", "https://blog.example/")), "");
  Hit head = request_for("/hello.gif?u=https://blog.example/");
  head.method = "HEAD";
  EXPECT_EQ(told(head), "");
}

TEST(LoggedPixel, MarksWhatItCannotRead) {
  for (const char* uri : {"/hello.gif?u=nonsense", "/hello.gif?u=https://blog.example/&t=id",
                          "/hello.gif?u=https://blog.example/&ts=x",
                          "/hello.gif?u=https://blog.example/&ts=1561000000000",
                          "/hello.gif?u=https://blog.example/&t=tr",
                          "/hello.gif?u=https://blog.example/&t=tr&en=a&pr=%7B"}) {
    LoggedPixel pixel;
    Hit hit = request_for(uri);
    EXPECT_EQ(told(hit), "") << uri;
    EXPECT_FALSE(read_logged_pixel(&pixel, &hit)) << uri;
    EXPECT_TRUE(hit.is_repaired) << uri;
  }
}

}  // namespace
}  // namespace ballcone
