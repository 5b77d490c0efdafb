#include "hit/services.h"

#include <gtest/gtest.h>

namespace ballcone {
namespace {

TEST(Services, SaysOfSwitchesWhatWasChanged) {
  ServiceSettings service;
  EXPECT_EQ(switches_text(service), "");
  for (const char* text :
       {"ip=none", "query=drop", "referrer=host", "regions=drop", "gpc=honour", "dnt=honour"})
    EXPECT_TRUE(set_switch(text, &service)) << text;
  EXPECT_EQ(switches_text(service),
            "ip=none,query=drop,referrer=host,regions=drop,gpc=honour,dnt=honour");
  for (const char* text :
       {"ip=default", "query=keep", "referrer=full", "regions=keep", "gpc=ignore", "dnt=ignore"})
    EXPECT_TRUE(set_switch(text, &service)) << text;
  EXPECT_EQ(service, ServiceSettings{});
  for (const char* text : {"", "ip", "ip=", "ip=maskd", "query", "shoes=43"})
    EXPECT_FALSE(set_switch(text, &service)) << text;
}

TEST(Services, KnowHostsByNameAndPattern) {
  struct Case {
    const char* pattern;
    const char* host;
    bool want;
  };
  for (const Case& one : std::initializer_list<Case>{
           {"example.com", "example.com", true},
           {"example.com", "www.example.com", false},
           {"example.com", "notexample.com", false},
           {"*.example.com", "www.example.com", true},
           {"*.example.com", "a.b.example.com", true},
           {"*.example.com", "example.com", false},
           {"*.example.com", ".example.com", false},
           {"*.example.com", "evilexample.com", false},
           {"*.example.com", "www.example.com.evil.net", false},
       })
    EXPECT_EQ(fits_host(one.pattern, one.host), one.want) << one.pattern << " " << one.host;
  EXPECT_EQ(service_host(" Example.COM "), "example.com");
  EXPECT_EQ(service_host("*.Example.com"), "*.example.com");
  for (const char* text : {"", "*.", "*", "https://example.com", "a b", ".example.com", "a/b"})
    EXPECT_EQ(service_host(text), std::nullopt) << text;
}

TEST(Services, AreFoundByNameKeyAndHost) {
  ServiceRegistry registry;
  EXPECT_EQ(registry.now()->find("blog"), nullptr);
  registry.set({{.name = "blog", .hosts = {"blog.example"}, .key = "k1", .server_key = "s1"},
                {.name = "shop", .hosts = {"*.shop.example"}, .key = "k2"}});
  const auto services = registry.now();
  EXPECT_EQ(services->find("blog")->name, "blog");
  EXPECT_EQ(services->find_key("k2")->name, "shop");
  EXPECT_EQ(services->find_key("s1"), nullptr);
  EXPECT_EQ(services->find_server_key("s1")->name, "blog");
  EXPECT_EQ(services->find_server_key(""), nullptr) << "a service without one";
  EXPECT_EQ(services->find_host("www.shop.example")->name, "shop");
  EXPECT_EQ(services->find_host("shop.example"), nullptr);
}

}  // namespace
}  // namespace ballcone
