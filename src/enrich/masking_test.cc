#include "enrich/masking.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "base/time.h"
#include "enrich/referrer.h"
#include "enrich/url.h"

namespace ballcone {
namespace {

struct Case {
  std::string_view text;
  std::string_view want;
};

const std::string kToken =
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P";

std::string query_of(std::string_view text) {
  std::string memory;
  return std::string(mask_query(text, &memory));
}
std::string path_of(std::string_view text) {
  std::string memory;
  return std::string(mask_path(text, &memory));
}

// A row per rule: the value of each name in the table goes, also of a longer name that ends in it
// where the table says so, and in a path.
TEST(Masking, TakesTheValueOfEveryNameInTheTable) {
  std::set<std::string_view> names;
  for (const MaskedName& one : masked_names()) {
    const std::string name(one.name);
    EXPECT_TRUE(names.insert(one.name).second) << name << " is there twice";
    EXPECT_EQ(query_of("a=1&" + name + "=abc&b=2"), "a=1&" + name + "=***&b=2");
    EXPECT_EQ(path_of("/a;" + name + "=abc/b"), "/a;" + name + "=***/b");
    EXPECT_EQ(query_of("my_" + name + "=abc") == "my_" + name + "=***", !one.is_whole_only) << name;
    EXPECT_EQ(query_of("x" + name + "y=abc"), "x" + name + "y=abc");
  }
}

TEST(Masking, TakesEveryShapeInTheTable) {
  const Case kCases[] = {
      {"an e-mail address", "jane@example.org"},
      {"a JSON Web Token", kToken},
      {"a card number", "4111111111111111"},
  };
  ASSERT_EQ(std::size(kCases), masked_shapes().size());
  for (size_t i = 0; i < std::size(kCases); ++i) {
    const auto& [what, text] = kCases[i];
    EXPECT_EQ(masked_shapes()[i].what, what);
    EXPECT_EQ(find_masked_shape(text), &masked_shapes()[i]) << what;
    EXPECT_EQ(query_of("q=" + std::string(text) + "&p=1"), "q=***&p=1");
    EXPECT_EQ(query_of(text), "***");
    EXPECT_EQ(path_of("/a/" + std::string(text) + "/b"), "/a/***/b");
  }
  EXPECT_EQ(find_masked_shape("just a text of 12 words"), nullptr);
}

TEST(Masking, TakesSecretsOutOfQueries) {
  constexpr Case kCases[] = {
      {"a=1&TOKEN=abc&b=2", "a=1&TOKEN=***&b=2"},
      {"reset_token=abc&access-token=def", "reset_token=***&access-token=***"},
      {"accessToken=abc&stripe.api_key=d", "accessToken=***&stripe.api_key=***"},
      {"user[password]=x&user%5Bpassword%5D=x", "user[password]=***&user%5Bpassword%5D=***"},
      {"X-Api-Key=1;session_id=2", "X-Api-Key=***;session_id=***"},
      {"X-Amz-Signature=00&X-Amz-Date=20261123", "X-Amz-Signature=***&X-Amz-Date=20261123"},
      {"e-mail=y&E_Mail=z", "e-mail=***&E_Mail=***"},
      {"q=jane.doe%2Bnews%40mail.example.org&p=2", "q=***&p=2"},
      {"q=jane%2540example.org", "q=***"},
      {"jane@example.org=1&b=2", "***&b=2"},
      {"to=mailto:jane@example.org", "to=***"},
      {"q=4111-1111-1111-1111&r=4111+1111%201111+1111", "q=***&r=***"},
      {"q=378282246310005", "q=***"},
      {"next=%2Flogin%3Ftoken%3Dabc", "next=***"},
      {"next=/login?token=abc", "next=***"},
      {"next=%2Fa%3Fb%3D1", "next=%2Fa%3Fb%3D1"},
  };
  for (const auto& [text, want] : kCases) EXPECT_EQ(query_of(text), want) << text;
}

TEST(Masking, LeavesWhatOnlyLooksLikeIt) {
  constexpr std::string_view kQueries[] = {
      "",
      "a=1&b=2",
      "token=",
      "token=***",
      "token",
      "tokens=5&passage=2&aside=1&compass=n&inside=1&sort_key=price&keyword=x",
      "q=@jane&r=a@b&s=50%25@home&t=a@b.1",
      "q=eyJ.a.b",
      "utm_source=mailing&gclid=Cj0KCQiA4111111111111111&page=2",
      "t=1700000000000&v=1795435200000",       // times in milliseconds
      "id=4111111111111112&n=12345678901234",  // no check digit; of no issuer
      "h=a4111111111111111",                   // within a word
      "%zz=1&=&&;=x",
  };
  for (const std::string_view text : kQueries) EXPECT_EQ(query_of(text), text);
  constexpr std::string_view kPaths[] = {
      "/",
      "/a/b.html",
      "/a;v=1/b",
      "/@jane/photos",
      "/npm/@scope/package@1.2.3/index.js",
      "/npm/bootstrap@5.3.min.css",
      "/photo@2x.png",
      "/token/abc",
      "/2026/11/24/1234567890",
      "http://a:b@c/",
  };
  for (const std::string_view text : kPaths) EXPECT_EQ(path_of(text), text);
}

TEST(Masking, TakesSecretsOutOfPaths) {
  constexpr Case kCases[] = {
      {"/unsubscribe/jane@example.org", "/unsubscribe/***"},
      {"/u/jane%40example.org/edit", "/u/***/edit"},
      {"/a;jsessionid=1A2B/b", "/a;jsessionid=***/b"},
      {"/reset/token=abc", "/reset/token=***"},
      {"/a?x=1&token=abc", "/a?x=1&token=***"},  // an escaped question mark, decoded
      {"/pay/4111 1111 1111 1111", "/pay/***"},
  };
  for (const auto& [text, want] : kCases) EXPECT_EQ(path_of(text), want) << text;
}

// What the steps keep of a hit: path ? query | referrer | utm_campaign.
std::string kept(std::string_view uri, std::string_view referrer, bool masks_urls) {
  HitBatch batch;
  EnrichContext context{.masks_urls = masks_urls};
  batch.append(Hit{.time_us = 1, .uri = uri, .referrer = referrer});
  fill_url(batch, context);
  fill_referrer(batch, context);
  return std::string(batch.path.at(0)) + " ? " + std::string(batch.query.at(0)) + " | " +
         std::string(batch.referrer.at(0)) + " | " +
         std::string(batch.utm_campaign.at(batch.query.codes()[0]));
}

TEST(Masking, IsAppliedToPathQueryAndReferrer) {
  constexpr std::string_view kUri = "/u/jane%40example.org?utm_campaign=a%40example.org&sid=1";
  constexpr std::string_view kReferrer = "https://www.example.com/u/jane@example.org/x?token=1";
  EXPECT_EQ(kept(kUri, kReferrer, true),
            "/u/*** ? utm_campaign=***&sid=*** | https://www.example.com/u/***/x | ***");
  EXPECT_EQ(kept(kUri, kReferrer, false),
            "/u/jane@example.org ? utm_campaign=a%40example.org&sid=1 | "
            "https://www.example.com/u/jane@example.org/x | a@example.org");
  EXPECT_EQ(kept("/", "mailto:jane@example.org", true), "/ ?  | *** | ");
}

TEST(Masking, HasItsNamesInTheDocuments) {
  std::ostringstream text;
  text << std::ifstream(BALLCONE_SOURCE_DIR "/docs/privacy.md").rdbuf();
  for (const MaskedName& one : masked_names()) {
    const std::string name(one.name);
    const std::string mark = one.is_whole_only ? " ¹" : "";
    const bool is_there = text.str().find(" " + name + mark + ",") != std::string::npos ||
                          text.str().find(" " + name + mark + " |") != std::string::npos;
    EXPECT_TRUE(is_there) << name;
  }
}

// What is cut off for its length must not leave half of a secret without what it is told by.
TEST(Masking, ComesBeforeTheCut) {
  const std::string name(kQueryBytesMax - 10, 'a');
  EXPECT_EQ(kept("/?" + name + "=jane.doe@example.org", "", true), "/ ? " + name + "=*** |  | ");
  const std::string path = "/" + std::string(kPathBytesMax - 10, 'a') + "/jane.doe@example.org";
  EXPECT_EQ(kept(path, "", true), path.substr(0, kPathBytesMax - 8) + "*** ?  |  | ");
}

// However it is nested and repeated, a query of the greatest length is looked at in little time.
TEST(Masking, TakesHostileTexts) {
  for (const std::string_view part :
       {"a=", "=%3D", "%40", "a@", "eyJ", "4-", "&token=", "%2540a."}) {
    std::string text;
    while (text.size() < 8'192) text += part;
    EXPECT_LE(query_of(text).size(), text.size() + 8'192 * kMasked.size());
    EXPECT_LE(path_of(text).size(), text.size() + 8'192 * kMasked.size());
  }
}

}  // namespace
}  // namespace ballcone
