//===- FakeGraph.cpp - Streams, captured and not --------------------------===//

#include "FakeGraph.h"
#include "FakeLog.h"

#include <mutex>

using namespace fake;

namespace {
struct Node {
  const Kernel *kernel;
  std::vector<std::string> arguments;
};
using Graph = std::vector<Node>;
} // namespace

static std::mutex mutex;
/// What has been recorded of each stream that is captured.
static std::map<void *, Graph> captured;

bool fake::record(void *stream, const Kernel &kernel, void **arguments) {
  std::lock_guard<std::mutex> lock(mutex);
  auto it = captured.find(stream);
  if (it == captured.end())
    return false;
  Node node{&kernel, {}};
  for (size_t i = 0; i < kernel.parameters.size(); ++i)
    node.arguments.emplace_back(static_cast<char *>(arguments[i]),
                                kernel.parameters[i]);
  it->second.push_back(node);
  return true;
}

//===----------------------------------------------------------------------===//
// Streams
//===----------------------------------------------------------------------===//

EXPORT int cuStreamCreate(void **created, unsigned flags) {
  MAY_FAIL;
  *created = new char;
  log("cuStreamCreate flags %u\n", flags);
  return success;
}
EXPORT int cuStreamDestroy_v2(void *stream) {
  delete static_cast<char *>(stream);
  log("cuStreamDestroy\n");
  return success;
}
EXPORT int cuStreamSynchronize(void *) {
  MAY_FAIL;
  log("cuStreamSynchronize\n");
  return success;
}

EXPORT int cuStreamBeginCapture_v2(void *stream, int mode) {
  MAY_FAIL;
  std::lock_guard<std::mutex> lock(mutex);
  log("cuStreamBeginCapture mode %d\n", mode);
  captured[stream];
  return success;
}
EXPORT int cuStreamEndCapture(void *stream, Graph **graph) {
  std::lock_guard<std::mutex> lock(mutex);
  *graph = nullptr;
  auto it = captured.find(stream);
  if (it == captured.end())
    return invalidValue;
  Graph recorded = std::move(it->second);
  captured.erase(it);
  MAY_FAIL;
  log("cuStreamEndCapture\n");
  *graph = new Graph(std::move(recorded));
  return success;
}
EXPORT int cuStreamIsCapturing(void *stream, int *status) {
  MAY_FAIL;
  std::lock_guard<std::mutex> lock(mutex);
  *status = captured.count(stream) ? 1 : 0;
  return success;
}

//===----------------------------------------------------------------------===//
// Graphs
//===----------------------------------------------------------------------===//

EXPORT int cuGraphInstantiateWithFlags(Graph **executable, Graph *graph,
                                       unsigned long long) {
  MAY_FAIL;
  log("cuGraphInstantiate of %zu kernels\n", graph->size());
  *executable = new Graph(*graph);
  return success;
}
EXPORT int cuGraphLaunch(Graph *executable, void *stream) {
  MAY_FAIL;
  if (isLogged()) {
    std::string names;
    for (const Node &node : *executable)
      names += " " + node.kernel->name;
    log("cuGraphLaunch stream %p:%s\n", stream, names.c_str());
  }
  for (Node &node : *executable) {
    std::vector<void *> arguments;
    for (std::string &argument : node.arguments)
      arguments.push_back(argument.data());
    execute(*node.kernel, arguments.data());
  }
  return success;
}
EXPORT int cuGraphDestroy(Graph *graph) {
  delete graph;
  return success;
}
EXPORT int cuGraphExecDestroy(Graph *executable) {
  MAY_FAIL;
  delete executable;
  log("cuGraphExecDestroy\n");
  return success;
}
