// A name to show for a bot: the product's token, "AcmeBot" of "AcmeBot/1.2 (+https://acme.test)".
#pragma once

#include <string>
#include <string_view>

namespace ballcone {

// From a row of crawler-user-agents: "Googlebot\/" → "Googlebot"; "yandex\.com\/bots", which is an
// address, → by its first example "… (compatible; YandexBot/3.0; …)" → "YandexBot".
std::string name_of_pattern(std::string_view pattern, std::string_view example);

// The first product that is no part of every browser's User-Agent; else the owner's host; else the
// first word. At most 64 bytes of ASCII, never empty.
std::string name_of_product(std::string_view user_agent);

// The product whose name has the word `word`, a view into `user_agent`: "AcmeCrawler", "Acme
// crawler". As name_of_product where the word stands in an address.
std::string name_around(std::string_view user_agent, std::string_view word);

}  // namespace ballcone
