#include "command/uploads.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "command/import_test_figures.h"
#include "command/spool.h"
#include "store/test_folder.h"

namespace ballcone {
namespace {

using Json = nlohmann::json;
using What = UploadCall::What;
using testing::HasSubstr;

// Reads its file whole; waits to be stopped if the format says so.
class FakeWork : public ImportWork {
 public:
  Result<ImportFigures> run(const ImportOptions& options, const ImportSettings&,
                            std::vector<ImportFile> files, const std::atomic<bool>& is_stopping,
                            const ImportReport& report) override {
    ImportFigures figures;
    for (const ImportFile& file : files) {
      char bytes[64];
      for (ssize_t size; (size = read(file.file, bytes, sizeof bytes)) > 0;)
        content.append(bytes, static_cast<size_t>(size));
      close(file.file);
    }
    if (options.service == "broken") return failure("the disk is full");
    figures.lines = 7;
    report(figures);
    while (options.service == "slow" && !is_stopping) usleep(1000);
    figures.is_stopped = is_stopping;
    return figures;
  }
  Result<std::vector<ImportInfo>> list() override { return failure("unused"); }
  Result<uint64_t> undo(uint32_t) override { return failure("unused"); }

  std::string content;
};

class UploadsTest : public testing::Test {
 protected:
  Json ask(const UploadCall& call, int status = 200) {
    const HttpResponse response = uploads_->answer(call);
    EXPECT_EQ(response.status, status) << response.body;
    return Json::parse(response.body);
  }
  std::string begin(uint64_t bytes, std::string service = "blog") {
    return ask({.what = What::begin, .name = "a.log", .service = service, .bytes = bytes})["id"];
  }
  std::string error(const UploadCall& call, int status) {
    return ask(call, status)["error"]["message"];
  }
  Json until(const std::string& id, std::string_view state) {
    Json last;
    for (int i = 0; i < 5000; ++i, usleep(1000))
      if (last = ask({.id = id}); last["state"] == state) return last;
    ADD_FAILURE() << "expected " << state << ", got " << last.dump();
    return last;
  }
  void restart(UploadLimits limits) {
    uploads_.reset();
    uploads_ = start_uploads(folder_.file(""), work_, limits);
  }

  TestFolder folder_;
  FakeWork work_;
  std::unique_ptr<Uploads> uploads_ = start_uploads(folder_.file(""), work_);
};

TEST_F(UploadsTest, PutsThePiecesTogetherAndImportsThem) {
  const std::string id = begin(6);
  EXPECT_EQ(ask({.what = What::piece, .id = id, .at = 0, .piece = "abc"})["received"], 3);
  EXPECT_EQ(ask({.what = What::piece, .id = id, .at = 3, .piece = "def"})["received"], 6);
  ask({.what = What::import, .id = id});
  EXPECT_EQ(until(id, "done")["figures"]["lines"], 7);
  EXPECT_EQ(work_.content, "abcdef");
  EXPECT_TRUE(std::filesystem::is_empty(folder_.file("")));
}

TEST_F(UploadsTest, RefusesAPieceThatDoesNotFollow) {
  const std::string id = begin(6);
  EXPECT_THAT(error({.what = What::piece, .id = id, .at = 3, .piece = "abc"}, 409),
              HasSubstr("expected the piece at 0"));
  EXPECT_THAT(error({.what = What::piece, .id = id, .piece = "abcdefg"}, 400),
              HasSubstr("6 bytes more at most"));
  EXPECT_THAT(error({.what = What::import, .id = id}, 409), HasSubstr("expected 6 bytes"));
}

TEST_F(UploadsTest, TellsWhyAnImportFailed) {
  const std::string id = begin(1, "broken");
  ask({.what = What::piece, .id = id, .piece = "a"});
  ask({.what = What::import, .id = id});
  EXPECT_EQ(until(id, "failed")["error"], "the disk is full");
}

TEST_F(UploadsTest, StopsAnImportUnderWay) {
  const std::string id = begin(1, "slow");
  ask({.what = What::piece, .id = id, .piece = "a"});
  ask({.what = What::import, .id = id});
  until(id, "importing");
  ask({.what = What::stop, .id = id});
  until(id, "stopped");
}

TEST_F(UploadsTest, EndsWithTheServerWhateverIsUnderWay) {
  const std::string slow = begin(1, "slow");
  ask({.what = What::piece, .id = slow, .piece = "a"});
  ask({.what = What::import, .id = slow});
  const std::string half = begin(2);
  ask({.what = What::piece, .id = half, .piece = "a"});
  until(slow, "importing");
  uploads_->stop();
  EXPECT_EQ(ask({.id = slow})["state"], "stopped");
  EXPECT_EQ(ask({.id = half})["state"], "stopped");
  EXPECT_THAT(error({.what = What::begin, .name = "a", .bytes = 1}, 503), HasSubstr("stopping"));
}

TEST_F(UploadsTest, ForgetsWhatNobodySendsAnyMore) {
  restart({.silence_max_us = 1});
  const std::string id = begin(2);
  EXPECT_THAT(until(id, "failed")["error"].get<std::string>(), HasSubstr("did not come"));
  EXPECT_THAT(error({.what = What::piece, .id = id, .piece = "a"}, 409), HasSubstr("over"));
}

TEST_F(UploadsTest, HasLimits) {
  restart({.bytes_max = 10, .uploads_max = 1});
  EXPECT_THAT(error({.what = What::begin, .name = "a", .bytes = 11}, 413),
              HasSubstr("at most 10 bytes"));
  const std::string id = begin(10);
  EXPECT_THAT(error({.what = What::begin, .name = "b", .bytes = 1}, 503),
              HasSubstr("1 uploads are under way"));
  ask({.what = What::stop, .id = id});
  begin(1);
}

TEST_F(UploadsTest, RemembersOnlySoManyThatAreOver) {
  restart({.uploads_max = 9, .shown_max = 2});
  std::vector<std::string> ids;
  for (int i = 0; i < 4; ++i) {
    ids.push_back(begin(1));
    ask({.what = What::stop, .id = ids.back()});
  }
  for (int i = 0; i < 5000 && uploads_->answer({.id = ids[1]}).status == 200; ++i) usleep(1000);
  EXPECT_EQ(uploads_->answer({.id = ids[1]}).status, 404);
  EXPECT_EQ(uploads_->answer({.id = ids[3]}).status, 200);
}

TEST(Spool, RefusesWhatTheDiskCannotHold) {
  TestFolder folder;
  const auto spool = Spool::make(folder.file(""), uint64_t{1} << 62);
  ASSERT_FALSE(spool);
  EXPECT_THAT(spool.error().message, HasSubstr("bytes free"));
}

}  // namespace
}  // namespace ballcone
