//===- GraphTest.cpp - Launches that are recorded and made again ----------===//

#include "FakeDriverTest.h"

#include "cca-c/Graph.h"

#include <vector>

namespace {
/// out = 2 in, which the fake driver computes.
class GraphTest : public FakeDriverTest {
protected:
  int32_t call(void *stream) {
    launch.stream = stream;
    return cca_launch_kernel(&twice, &launch);
  }

  /// A graph of a launch; null if it could not be made.
  void *record() {
    void *recorder = nullptr, *graph = nullptr;
    if (cca_graph_begin(&recorder) || call(recorder) ||
        cca_graph_end(recorder, &graph))
      return nullptr;
    return graph;
  }

  std::vector<float> in = {1, 2, 3}, out = {0, 0, 0};
  float *inAddress = in.data(), *outAddress = out.data();
  int64_t offset = 0, size = 3, stride = 1;
  void *arguments[10] = {&inAddress,  &inAddress,  &offset, &size, &stride,
                         &outAddress, &outAddress, &offset, &size, &stride};
  cca_module module = {"// PTX\n"
                       ".visible .entry twice(\n"
                       ".param .u64 a, .param .u64 b, .param .u64 c,\n"
                       ".param .u64 d, .param .u64 e, .param .u64 f,\n"
                       ".param .u64 g, .param .u64 h, .param .u64 i,\n"
                       ".param .u64 j) { ret; }\n",
                       "kernels", nullptr};
  cca_kernel twice = {&module, "twice", nullptr};
  cca_launch launch = {{1, 1, 1}, {32, 1, 1}, {0, 0, 0}, 0,
                       0,         arguments,  nullptr};
  void *const stream = reinterpret_cast<void *>(0x40);
};
} // namespace

TEST_F(GraphTest, RecordsWithoutLaunching) {
  void *graph = record();
  ASSERT_NE(graph, nullptr) << cca_last_error();
  EXPECT_EQ(out, std::vector<float>(3));
  EXPECT_EQ(cca_graph_destroy(graph), CCA_SUCCESS);
}

TEST_F(GraphTest, LaunchesWithTheArgumentsOfThatTime) {
  void *graph = record();
  ASSERT_NE(graph, nullptr) << cca_last_error();
  outAddress = nullptr;
  in = {4, 5, 6};
  takeLog();
  ASSERT_EQ(cca_graph_launch(graph, stream), CCA_SUCCESS) << cca_last_error();
  EXPECT_EQ(out, (std::vector<float>{8, 10, 12}));
  EXPECT_EQ(takeLog(), "cuGraphLaunch stream 0x40: twice\n");
  EXPECT_EQ(cca_graph_destroy(graph), CCA_SUCCESS);
  EXPECT_NE(takeLog().find("cuGraphExecDestroy"), std::string::npos);
}

// Kernels are loaded before: loading has calls of its own.
TEST_F(GraphTest, DisturbsNoOtherCapture) {
  ASSERT_EQ(call(nullptr), CCA_SUCCESS) << cca_last_error();
  takeLog();
  void *graph = record();
  ASSERT_NE(graph, nullptr) << cca_last_error();
  std::string log = takeLog();
  for (const char *line : {"cuThreadExchangeStreamCaptureMode 2\n"
                           "cuStreamCreate flags 1\n"
                           "cuStreamBeginCapture mode 2\n"
                           "cuThreadExchangeStreamCaptureMode 0\n",
                           "cuThreadExchangeStreamCaptureMode 2\n"
                           "cuStreamEndCapture\n"
                           "cuStreamDestroy\n"
                           "cuGraphInstantiate of 1 kernels\n"
                           "cuThreadExchangeStreamCaptureMode 0\n"})
    EXPECT_NE(log.find(line), std::string::npos) << log;
  EXPECT_EQ(cca_graph_destroy(graph), CCA_SUCCESS);
}

TEST_F(GraphTest, IsNotLaunchedIntoACapture) {
  void *graph = record();
  ASSERT_NE(graph, nullptr) << cca_last_error();
  // A stream that is captured is what launches are recorded on, too.
  void *recorder;
  ASSERT_EQ(cca_graph_begin(&recorder), CCA_SUCCESS) << cca_last_error();
  EXPECT_EQ(cca_graph_launch(graph, recorder), CCA_ERROR_INVALID_ARGUMENT);
  EXPECT_STREQ(cca_last_error(),
               "expects a stream that is not captured for a graph");
  EXPECT_EQ(cca_graph_launch(graph, stream), CCA_SUCCESS);
  EXPECT_EQ(cca_graph_end(recorder, nullptr), CCA_SUCCESS);
  EXPECT_EQ(cca_graph_destroy(graph), CCA_SUCCESS);
}

TEST_F(GraphTest, DropsWhatFailed) {
  void *recorder;
  ASSERT_EQ(cca_graph_begin(&recorder), CCA_SUCCESS) << cca_last_error();
  launch.block[0] = 0;
  EXPECT_EQ(call(recorder), CCA_ERROR_INVALID_ARGUMENT);
  takeLog();
  EXPECT_EQ(cca_graph_end(recorder, nullptr), CCA_SUCCESS);
  EXPECT_EQ(takeLog(), "cuThreadExchangeStreamCaptureMode 2\n"
                       "cuStreamEndCapture\n"
                       "cuStreamDestroy\n"
                       "cuThreadExchangeStreamCaptureMode 0\n");
}

TEST_F(GraphTest, ReportsErrors) {
  const char *description = ": CUDA_ERROR_INVALID_VALUE: invalid argument";
  void *recorder = nullptr;
  for (auto [function, what] :
       {std::pair("cuStreamCreate", "cannot create a stream to record on"),
        std::pair("cuStreamBeginCapture_v2", "cannot record launches")}) {
    makeFail(function);
    EXPECT_EQ(cca_graph_begin(&recorder), CCA_ERROR_DRIVER);
    EXPECT_EQ(cca_last_error(), what + std::string(description));
  }
  for (const char *function :
       {"cuStreamEndCapture", "cuGraphInstantiateWithFlags"}) {
    unsetenv("CCA_FAKE_DRIVER_FAIL");
    ASSERT_EQ(cca_graph_begin(&recorder), CCA_SUCCESS) << cca_last_error();
    makeFail(function);
    void *graph = &graph;
    EXPECT_EQ(cca_graph_end(recorder, &graph), CCA_ERROR_DRIVER);
    EXPECT_EQ(graph, nullptr);
    EXPECT_EQ(cca_last_error(), "cannot make a graph of what was recorded" +
                                    std::string(description));
  }
  unsetenv("CCA_FAKE_DRIVER_FAIL");
  void *graph = record();
  for (auto [function, what] :
       {std::pair("cuStreamIsCapturing",
                  "cannot tell whether the stream is captured"),
        std::pair("cuGraphLaunch", "cannot launch a graph")}) {
    makeFail(function);
    EXPECT_EQ(cca_graph_launch(graph, stream), CCA_ERROR_DRIVER);
    EXPECT_EQ(cca_last_error(), what + std::string(description));
  }
  makeFail("cuGraphExecDestroy");
  EXPECT_EQ(cca_graph_destroy(graph), CCA_ERROR_DRIVER);
  unsetenv("CCA_FAKE_DRIVER_FAIL");
  EXPECT_EQ(cca_graph_destroy(graph), CCA_SUCCESS);
}
