#include "study/results/run_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>

#include "support/shared.h"
#include "system/base/check.h"

namespace pinpoint::results {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

const std::string hdf5_signature = "\x89HDF\r\n\x1a\n";

template <class ErrorType>
std::string message_of(const std::function<void()>& action) {
  try {
    action();
    return "";
  } catch (const ErrorType& error) {
    return error.what();
  }
}

/// A process that holds the lock of a folder until it is killed.
class OtherJob {
 public:
  explicit OtherJob(const fs::path& folder) {
    int ready[2];
    if (pipe(ready) != 0) throw std::runtime_error("no pipe");
    process_ = fork();
    if (process_ == 0) {
      setenv("SLURM_JOB_ID", "4711", 1);
      const files::DirectoryLock lock(folder);
      [[maybe_unused]] const auto told = write(ready[1], "x", 1);
      while (true) pause();
    }
    close(ready[1]);
    char byte = 0;
    if (read(ready[0], &byte, 1) != 1) throw std::runtime_error("the other process got no lock");
    close(ready[0]);
  }
  ~OtherJob() { kill_now(); }

  void kill_now() {
    if (process_ <= 0) return;
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
    process_ = 0;
  }
  pid_t process() const { return process_; }

 private:
  pid_t process_;
};

TEST(DirectoryLock, RefusesASecondProcessAndNamesTheFirst) {
  const test::TemporaryFolder folder;
  const OtherJob other(folder.path());
  const std::string message = message_of<Failure>([&] { files::DirectoryLock(folder.path(), milliseconds(0)); });
  EXPECT_THAT(message, AllOf(StartsWith(folder.path().string() + ": in use by another job (host "),
                             HasSubstr("process " + std::to_string(other.process())), HasSubstr("Slurm job 4711")));
}

TEST(DirectoryLock, OfAKilledProcessIsFree) {
  const test::TemporaryFolder folder;
  OtherJob other(folder.path());
  other.kill_now();
  EXPECT_NO_THROW(files::DirectoryLock(folder.path(), milliseconds(0)));
}

TEST(DirectoryLock, LeavesAFileOfSomethingElse) {
  const test::TemporaryFolder folder;
  test::write_text(folder.path() / ".lock", "my notes\n");
  EXPECT_THAT(message_of<UserError>([&] { files::DirectoryLock(folder.path(), milliseconds(0)); }),
              HasSubstr(".lock: not a lock of this program"));
  EXPECT_EQ(test::read_text(folder.path() / ".lock"), "my notes\n");
}

TEST(DirectoryLock, WaitsForAJobThatIsEnding) {
  const test::TemporaryFolder folder;
  OtherJob other(folder.path());
  const pid_t killer = fork();
  if (killer == 0) {
    usleep(200'000);
    kill(other.process(), SIGKILL);
    _exit(0);
  }
  EXPECT_NO_THROW(files::DirectoryLock(folder.path(), std::chrono::seconds(20)));
  waitpid(killer, nullptr, 0);
}

TEST(DirectoryLock, IsFreeAgainAfterItsScope) {
  const test::TemporaryFolder folder;
  { const files::DirectoryLock first(folder.path()); }
  EXPECT_NO_THROW(files::DirectoryLock(folder.path(), milliseconds(0)));
}

TEST(RunDirectory, IsMadeWithItsParents) {
  const test::TemporaryFolder folder;
  const RunDirectory run(folder.path() / "a" / "b");
  EXPECT_TRUE(fs::is_directory(folder.path() / "a" / "b"));
  EXPECT_THAT(message_of<Failure>([&] { files::DirectoryLock(run.root(), milliseconds(0)); }), HasSubstr("in use"));
}

TEST(RunDirectory, RefusesPlacesThatCannotHoldResults) {
  const test::TemporaryFolder folder;
  test::write_text(folder.path() / "file", "");
  EXPECT_THAT(message_of<UserError>([&] { RunDirectory(folder.path() / "file"); }), HasSubstr("is not a folder"));
  EXPECT_THAT(message_of<UserError>([&] { RunDirectory(folder.path() / "file" / "out"); }),
              HasSubstr("output cannot be created (Not a directory)"));
  // Nobody can write to /proc, not even root.
  EXPECT_THAT(message_of<UserError>([] { RunDirectory("/proc/self"); }), HasSubstr("output cannot be written to ("));
}

TEST(RunDirectory, RefusesSomethingElseUnderTheNameOfAResult) {
  const test::TemporaryFolder folder;
  test::write_text(folder.path() / "effects.h5", "somebody's notes");
  EXPECT_THAT(message_of<UserError>([&] { RunDirectory(folder.path()); }),
              AllOf(HasSubstr("effects.h5: not a result of this program (expected an HDF5 file)")));
  test::write_text(folder.path() / "effects.h5", hdf5_signature + "..");
  EXPECT_NO_THROW(RunDirectory(folder.path()));
  test::write_text(folder.path() / "sweep.parts", "");
  EXPECT_THAT(message_of<UserError>([&] { RunDirectory(folder.path()); }), HasSubstr("(expected a folder)"));
}

TEST(RunDirectory, RemovesOnlyHalfWrittenResults) {
  const test::TemporaryFolder folder;
  fs::create_directory(folder.path() / "sweep.parts");
  for (const char* name : {"effects.h5.tmp", "sweep.parts/0001.h5.tmp", "sweep.parts/0000.h5", "mine.tmp"})
    test::write_text(folder.path() / name, "");
  const RunDirectory run(folder.path());
  EXPECT_FALSE(fs::exists(folder.path() / "effects.h5.tmp"));
  EXPECT_FALSE(fs::exists(folder.path() / "sweep.parts/0001.h5.tmp"));
  EXPECT_TRUE(fs::exists(folder.path() / "sweep.parts/0000.h5"));
  EXPECT_TRUE(fs::exists(folder.path() / "mine.tmp"));
}

TEST(RunDirectory, SetsEveryResultAside) {
  const test::TemporaryFolder folder;
  const RunDirectory run(folder.path());
  EXPECT_EQ(run.set_aside("heads.json"), std::nullopt);
  for (const std::string content : {"first", "second"}) {
    test::write_text(folder.path() / "heads.json", content);
    run.set_aside("heads.json");
  }
  EXPECT_FALSE(fs::exists(folder.path() / "heads.json"));
  EXPECT_EQ(test::read_text(folder.path() / "heads.json.old-1"), "first");
  EXPECT_EQ(test::read_text(folder.path() / "heads.json.old-2"), "second");
}

TEST(RunDirectory, WritesWithoutReplacingOtherBytes) {
  const test::TemporaryFolder folder;
  const RunDirectory run(folder.path());
  for (const char* bytes : {"first", "first", "second"}) run.write("heads.json", bytes);
  EXPECT_EQ(test::read_text(folder.path() / "heads.json"), "second");
  EXPECT_EQ(test::read_text(folder.path() / "heads.json.old-1"), "first");
  EXPECT_FALSE(fs::exists(folder.path() / "heads.json.old-2"));
}

TEST(RunDirectory, OutputsAreTheCommandsOwn) {
  const auto replaced = [](std::string_view command) {
    std::vector<std::string> names;
    for (const files::OutputPath& output : outputs_of("/out", command))
      if (output.change == files::Change::replaced && output.path.extension() != ".tmp")
        names.push_back(output.path.lexically_relative("/out"));
    return names;
  };
  EXPECT_THAT(replaced("data pairs"), UnorderedElementsAre(".lock", "STOP", "pairs.jsonl", "pairs.manifest.json"));
  EXPECT_THAT(replaced("sweep"), UnorderedElementsAre(".lock", "STOP", "sweep.parts", "effects.h5", "heads.json"));
  EXPECT_THAT(replaced("tune"), UnorderedElementsAre(".lock", "STOP", "checkpoints", "tune.jsonl"));
}

TEST(RunDirectory, RemovesTheStopFile) {
  const test::TemporaryFolder folder;
  const RunDirectory run(folder.path());
  EXPECT_NO_THROW(run.remove_stop_file());
  test::write_text(run.stop_file(), "");
  run.remove_stop_file();
  EXPECT_FALSE(fs::exists(folder.path() / "STOP"));
}

TEST(RunDirectory, NamesALogFileByCommandTimeAndProcess) {
  const test::TemporaryFolder folder;
  const fs::path file = RunDirectory(folder.path()).log_file("sweep");
  EXPECT_EQ(file.parent_path(), folder.path() / "log");
  EXPECT_TRUE(fs::is_directory(file.parent_path()));
  EXPECT_THAT(file.filename().string(), MatchesRegex("sweep-[0-9]+-[0-9]+-" + std::to_string(getpid()) + "[.]log"));
}

}  // namespace
}  // namespace pinpoint::results
