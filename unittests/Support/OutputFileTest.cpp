//===- OutputFileTest.cpp - Nothing half-written is left behind -----------===//

#include "Support/OutputFile.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"

using namespace mlir::cca;
namespace fs = llvm::sys::fs;

namespace {
class OutputFileTest : public testing::Test {
protected:
  void SetUp() override {
    ASSERT_FALSE(fs::createUniqueDirectory("cca-output", directory));
  }
  void TearDown() override { EXPECT_FALSE(fs::remove_directories(directory)); }

  std::string getPath(llvm::StringRef name) {
    llvm::SmallString<128> path = directory;
    llvm::sys::path::append(path, name);
    return path.str().str();
  }

  void writeText(llvm::StringRef name) {
    std::error_code code;
    llvm::raw_fd_ostream os(getPath(name), code);
    ASSERT_FALSE(code);
    os << "before";
  }

  size_t countFiles() {
    std::error_code code;
    size_t count = 0;
    for (fs::directory_iterator it(directory, code), end; it != end && !code;
         it.increment(code))
      ++count;
    return count;
  }

  static void print(llvm::raw_ostream &os) { os << "abc"; }

  llvm::SmallString<128> directory;
};
} // namespace

TEST_F(OutputFileTest, Writes) {
  auto file = OutputFile::open(getPath("o.npy"));
  ASSERT_TRUE(bool(file));
  EXPECT_FALSE(fs::exists(getPath("o.npy")));
  ASSERT_FALSE(bool(file->write(print)));
  auto written = llvm::MemoryBuffer::getFile(getPath("o.npy"));
  ASSERT_TRUE(bool(written));
  EXPECT_EQ((*written)->getBuffer(), "abc");
  EXPECT_EQ(countFiles(), 1u);
}

TEST_F(OutputFileTest, LeavesNothingWithoutWrite) {
  writeText("o.npy");
  {
    auto file = OutputFile::open(getPath("o.npy"));
    ASSERT_TRUE(bool(file));
    EXPECT_EQ(countFiles(), 2u);
  }
  EXPECT_EQ(countFiles(), 1u);
  uint64_t size;
  ASSERT_FALSE(fs::file_size(getPath("o.npy"), size));
  EXPECT_EQ(size, 6u);
}

TEST_F(OutputFileTest, WritesThroughLinks) {
  writeText("real.npy");
  ASSERT_FALSE(fs::create_link(getPath("real.npy"), getPath("link.npy")));
  auto file = OutputFile::open(getPath("link.npy"));
  ASSERT_TRUE(bool(file));
  ASSERT_FALSE(bool(file->write(print)));
  EXPECT_TRUE(fs::is_symlink_file(getPath("link.npy")));
  uint64_t size;
  ASSERT_FALSE(fs::file_size(getPath("real.npy"), size));
  EXPECT_EQ(size, 3u);
}

TEST_F(OutputFileTest, WritesToDevices) {
  auto file = OutputFile::open("/dev/null");
  ASSERT_TRUE(bool(file));
  EXPECT_FALSE(bool(file->write(print)));
}

TEST_F(OutputFileTest, ReportsWhatCannotBeWritten) {
  auto error = [](llvm::StringRef path) {
    auto file = OutputFile::open(path);
    return file ? "" : llvm::toString(file.takeError());
  };
  EXPECT_EQ(error(directory),
            ("cannot write '" + directory + "': Is a directory").str());
  std::string nowhere = getPath("no/o.npy");
  EXPECT_EQ(error(nowhere),
            "cannot write '" + nowhere + "': No such file or directory");
  EXPECT_NE(error(""), "");
}

TEST_F(OutputFileTest, ReportsAFullDevice) {
  auto file = OutputFile::open("/dev/full");
  if (!file) {
    llvm::consumeError(file.takeError());
    GTEST_SKIP() << "this system has no /dev/full";
  }
  EXPECT_EQ(llvm::toString(file->write(print)),
            "cannot write '/dev/full': No space left on device");
}
