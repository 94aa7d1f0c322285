//===- Graph.cpp - Launches that are recorded and made again --------------===//

#include "cca-c/Graph.h"
#include "ContextCache.h"
#include "Error.h"

using namespace cca;

int32_t cca_graph_begin(void **recorder) {
  const Driver *driver = Driver::get();
  if (!driver)
    return CCA_ERROR_NO_DRIVER;
  RelaxedCapture relaxed(*driver);
  CUstream stream;
  // One that does not wait for the default stream: that could not be used while
  // it is captured.
  if (CUresult result = driver->cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING))
    return driver->fail(result, "cannot create a stream to record on");
  // Relaxed: no other call of any thread is forbidden meanwhile.
  if (CUresult result = driver->cuStreamBeginCapture(
          stream, CU_STREAM_CAPTURE_MODE_RELAXED)) {
    driver->cuStreamDestroy(stream);
    return driver->fail(result, "cannot record launches");
  }
  *recorder = stream;
  return CCA_SUCCESS;
}

int32_t cca_graph_end(void *recorder, void **graph) {
  if (graph)
    *graph = nullptr;
  const Driver *driver = Driver::get();
  if (!driver)
    return CCA_ERROR_NO_DRIVER;
  RelaxedCapture relaxed(*driver);
  CUstream stream = static_cast<CUstream>(recorder);
  CUgraph recorded = nullptr;
  CUgraphExec executable = nullptr;
  CUresult result = driver->cuStreamEndCapture(stream, &recorded);
  driver->cuStreamDestroy(stream);
  if (!graph) {
    // Launches that failed may have ended the recording before.
    if (!result)
      driver->cuGraphDestroy(recorded);
    return CCA_SUCCESS;
  }
  if (!result) {
    result = driver->cuGraphInstantiate(&executable, recorded, 0);
    driver->cuGraphDestroy(recorded);
  }
  if (result)
    return driver->fail(result, "cannot make a graph of what was recorded");
  *graph = executable;
  return CCA_SUCCESS;
}

int32_t cca_graph_launch(void *graph, void *stream) {
  const Driver *driver = Driver::get();
  if (!driver)
    return CCA_ERROR_NO_DRIVER;
  CUstream onto = static_cast<CUstream>(stream);
  int capturing = CU_STREAM_CAPTURE_STATUS_NONE;
  if (CUresult result = driver->cuStreamIsCapturing(onto, &capturing))
    return driver->fail(result, "cannot tell whether the stream is captured");
  if (capturing != CU_STREAM_CAPTURE_STATUS_NONE)
    return fail(CCA_ERROR_INVALID_ARGUMENT,
                "expects a stream that is not captured for a graph");
  CUresult result =
      driver->cuGraphLaunch(static_cast<CUgraphExec>(graph), onto);
  return result ? driver->fail(result, "cannot launch a graph") : CCA_SUCCESS;
}

int32_t cca_graph_destroy(void *graph) {
  const Driver *driver = Driver::get();
  if (!driver)
    return CCA_ERROR_NO_DRIVER;
  RelaxedCapture relaxed(*driver);
  CUresult result = driver->cuGraphExecDestroy(static_cast<CUgraphExec>(graph));
  return result ? driver->fail(result, "cannot destroy a graph") : CCA_SUCCESS;
}
