#include "enrich/device.h"

#include <gtest/gtest.h>

namespace ballcone {
namespace {

TEST(DeviceClasses, FindsKindOfDevice) {
  struct Row {
    const char* user_agent;
    const char* os;
    const char* want;
  };
  const Row rows[] = {
      {"Mozilla/5.0 (iPhone; CPU iPhone OS 17_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
       "Gecko) Version/17.2 Mobile/15E148 Safari/604.1",
       "iOS", "mobile"},
      {"Mozilla/5.0 (iPod touch; CPU iPhone OS 12_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, "
       "like Gecko) Version/12.1 Mobile/15E148 Safari/604.1",
       "iOS", "mobile"},
      {"Mozilla/5.0 (iPad; CPU OS 12_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
       "Version/12.1.2 Mobile/15E148 Safari/604.1",
       "iOS", "tablet"},
      // An iPad since iPadOS 13, or a Mac: nobody can tell.
      {"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
       "Version/17.2 Safari/605.1.15",
       "Mac OS X", "desktop"},
      {"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 "
       "Mobile Safari/537.36",
       "Android", "mobile"},
      {"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 "
       "Safari/537.36",
       "Android", "tablet"},
      {"Mozilla/5.0 (Linux; Android 13; SM-X906C Build/TP1A.220624.014; wv) AppleWebKit/537.36 "
       "(KHTML, like Gecko) Version/4.0 Chrome/114.0.5735.61 Mobile Safari/537.36",
       "Android", "tablet"},
      {"Mozilla/5.0 (Linux; Android 12; SM-T870) AppleWebKit/537.36 (KHTML, like Gecko) "
       "SamsungBrowser/23.0 Chrome/115.0.0.0 Safari/537.36",
       "Android", "tablet"},
      {"Mozilla/5.0 (Android 13; Mobile; rv:109.0) Gecko/113.0 Firefox/113.0", "Android", "mobile"},
      {"Mozilla/5.0 (Android 13; Tablet; rv:109.0) Gecko/113.0 Firefox/113.0", "Android", "tablet"},
      {"Mozilla/5.0 (Linux; Android 4.4.2; Nexus 7 Build/KOT49H) AppleWebKit/537.36 (KHTML, like "
       "Gecko) Chrome/33.0.1750.166 Safari/537.36",
       "Android", "tablet"},
      {"Mozilla/5.0 (Linux; Android 9; KFMAWI Build/PS7322; wv) AppleWebKit/537.36 (KHTML, like "
       "Gecko) Version/4.0 Chrome/88.0.4324.152 Mobile Safari/537.36",
       "Android", "tablet"},
      {"Mozilla/5.0 (Linux; Android 11; KFTRWI) AppleWebKit/537.36 (KHTML, like Gecko) "
       "Silk/113.3.1 "
       "like Chrome/113.0.5672.162 Safari/537.36",
       "Android", "tablet"},
      {"Mozilla/5.0 (X11; U; Linux armv7l like Android; en-us) AppleWebKit/531.2+ (KHTML, like "
       "Gecko) Version/5.0 Safari/533.2+ Kindle/3.0+",
       "Kindle", "tablet"},
      {"Mozilla/5.0 (PlayBook; U; RIM Tablet OS 2.1.0; en-US) AppleWebKit/536.2+ (KHTML, like "
       "Gecko) "
       "Version/7.2.1.0 Safari/536.2+",
       "BlackBerry Tablet OS", "tablet"},
      {"Mozilla/5.0 (Windows NT 6.3; ARM; Trident/7.0; Touch; rv:11.0) like Gecko", "Windows",
       "tablet"},
      {"Mozilla/5.0 (Linux; Android 9; AFTMM Build/PS7233; wv) AppleWebKit/537.36 (KHTML, like "
       "Gecko) Version/4.0 Chrome/70.0.3538.110 Mobile Safari/537.36",
       "Android", "tv"},
      {"Mozilla/5.0 (Linux; Android 12; Chromecast) AppleWebKit/537.36 (KHTML, like Gecko) "
       "Chrome/109.0.5414.74 Safari/537.36 CrKey/1.56.500000",
       "Android", "tv"},
      {"Mozilla/5.0 (Linux; Android 9; SHIELD Android TV Build/PPR1.180610.011; wv) "
       "AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/96.0.4664.45 Mobile "
       "Safari/537.36",
       "Android", "tv"},
      {"Mozilla/5.0 (Linux; Android 10; BRAVIA 4K VH2 Build/QTG3.200305.006.S259) "
       "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/97.0.4692.98 Safari/537.36",
       "Android", "tv"},
      {"AppleTV11,1/11.1", "ATV OS X", "tv"},
      {"AppleCoreMedia/1.0.0.16K45 (Apple TV; U; CPU OS 12_1_1 like Mac OS X; en_us)", "tvOS",
       "tv"},
      {"Mozilla/5.0 (SMART-TV; Linux; Tizen 5.0) AppleWebKit/537.36 (KHTML, like Gecko) "
       "SamsungBrowser/2.2 Chrome/63.0.3239.84 TV Safari/537.36",
       "Tizen", "tv"},
      {"Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 (KHTML, like Gecko) "
       "Chrome/79.0.3945.79 Safari/537.36 WebAppManager",
       "webOS", "tv"},
      {"Roku/DVP-9.10 (519.10E04111A)", "", "tv"},
      {"HbbTV/1.2.1 (;Panasonic;VIERA 2014;3.101;0071-3103 2000-0000;)", "", "tv"},
      {"Mozilla/5.0 (PlayStation; PlayStation 5/6.50) AppleWebKit/605.1.15 (KHTML, like Gecko)", "",
       "console"},
      {"Mozilla/5.0 (PlayStation 4 11.00) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/14.0 "
       "Safari/605.1.15",
       "", "console"},
      {"Mozilla/5.0 (Windows NT 10.0; Win64; x64; Xbox; Xbox One) AppleWebKit/537.36 (KHTML, like "
       "Gecko) Chrome/90.0.4430.212 Safari/537.36 Edge/44.18363.8131",
       "Windows", "console"},
      {"Mozilla/5.0 (Nintendo Switch; WifiWebAuthApplet) AppleWebKit/609.4 (KHTML, like Gecko) "
       "NF/6.0.2.21.3 NintendoBrowser/5.1.0.22474",
       "", "console"},
      {"Mozilla/5.0 (Nintendo WiiU) AppleWebKit/536.30 (KHTML, like Gecko) NX/3.0.4.2.12 "
       "NintendoBrowser/4.3.1.11264.US",
       "", "console"},
      {"atc/1.0 watchOS/5.1.3 model/Watch3,4 hwp/t8004 build/16S535 (6; dt:156)", "WatchOS",
       "wearable"},
      {"Mozilla/5.0 (Linux; Android 11; Wear OS; Pixel Watch) AppleWebKit/537.36 (KHTML, like "
       "Gecko)",
       "Android", "wearable"},
      {"Mozilla/5.0 (Linux; Tizen 2.3; SAMSUNG SM-R720) AppleWebKit/537.3 (KHTML, like Gecko) "
       "Version/2.3 Mobile Safari/537.3",
       "Tizen", "wearable"},
      {"Mozilla/5.0 (X11; Linux x86_64; Quest 3) AppleWebKit/537.36 (KHTML, like Gecko) "
       "OculusBrowser/32.0.0.4.1 Chrome/122.0.6261.128 VR Safari/537.36",
       "Linux", "wearable"},
      {"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
       "Chrome/120.0.0.0 Safari/537.36",
       "Windows", "desktop"},
      {"Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Trident/4.0; SLCC2; Tablet PC 2.0)",
       "Windows", "desktop"},
      {"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) "
       "Chrome/120.0.0.0 Safari/537.36",
       "Chrome OS", "desktop"},
      {"Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0", "Ubuntu",
       "desktop"},
      {"Mozilla/5.0 (X11; FreeBSD amd64; rv:120.0) Gecko/20100101 Firefox/120.0", "FreeBSD",
       "desktop"},
      {"Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:121.0) Gecko/20100101 Firefox/121.0",
       "Mac OS X", "desktop"},
      {"Opera/9.80 (Android; Opera Mini/36.2.2254/119.132; U; id) Presto/2.12.423 Version/12.16",
       "Android", "mobile"},
      {"Mozilla/5.0 (Mobile; Nokia 8110 4G; rv:48.0) Gecko/48.0 Firefox/48.0 KAIOS/2.5", "KaiOS",
       "mobile"},
      {"Mozilla/5.0 (BB10; Touch) AppleWebKit/537.10+ (KHTML, like Gecko) Version/10.0.9.2372 "
       "Mobile "
       "Safari/537.10+",
       "BlackBerry OS", "mobile"},
      {"Mozilla/5.0 (Windows Phone 10.0; Android 6.0.1; Microsoft; Lumia 950) AppleWebKit/537.36 "
       "(KHTML, like Gecko) Chrome/52.0.2743.116 Mobile Safari/537.36 Edge/15.15063",
       "Windows Phone", "mobile"},
      {"Dalvik/2.1.0 (Linux; U; Android 9; SM-G960F Build/PPR1.180610.011)", "Android", "mobile"},
      {"Overcast/3.0 CFNetwork/1410.0.3 Darwin/22.6.0", "iOS", "mobile"},
      {"w3m/0.5.3+git20190105", "", "other"},
      {"curl/8.1.2", "", "other"},
      {"", "", "other"},
  };
  const DeviceClasses classes;
  for (const Row& row : rows)
    EXPECT_EQ(classes.find(row.user_agent, row.os), row.want) << row.user_agent;
}

}  // namespace
}  // namespace ballcone
