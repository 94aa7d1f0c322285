//===- FakeDriverTest.h - Tests that talk to the fake driver ----*- C++ -*-===//

#ifndef CCA_UNITTESTS_RUNTIME_FAKEDRIVERTEST_H
#define CCA_UNITTESTS_RUNTIME_FAKEDRIVERTEST_H

#include "cca-c/Device.h"

#include "gtest/gtest.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

/// A context of the fake driver is current; `takeLog` is what it was asked to
/// do since the last time.
class FakeDriverTest : public testing::Test {
protected:
  void SetUp() override {
    path = testing::TempDir() + "cca-fake-driver-" +
           std::to_string(::getpid()) + ".log";
    setenv("CCA_FAKE_DRIVER_LOG", path.c_str(), /*overwrite=*/1);
    ASSERT_EQ(cca_device_open(0), CCA_SUCCESS) << cca_last_error();
    takeLog();
  }
  void TearDown() override {
    unsetenv("CCA_FAKE_DRIVER_FAIL");
    std::remove(path.c_str());
  }

  void makeFail(const char *function) {
    setenv("CCA_FAKE_DRIVER_FAIL", function, /*overwrite=*/1);
  }

  std::string takeLog() {
    std::stringstream text;
    text << std::ifstream(path).rdbuf();
    std::remove(path.c_str());
    return text.str();
  }

private:
  std::string path;
};

#endif // CCA_UNITTESTS_RUNTIME_FAKEDRIVERTEST_H
