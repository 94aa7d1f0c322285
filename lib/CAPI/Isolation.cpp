//===- Isolation.cpp - Compiling what may not compile ---------------------===//

#include "Isolation.h"

#include "llvm/Support/ErrorHandling.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <pthread.h>
#include <unistd.h>

using namespace mlir::cca;

namespace {
/// Shared by the two threads; the one that stopped keeps its part.
struct Run {
  std::function<void()> compile;
  std::mutex mutex;
  std::condition_variable changed;
  bool isDone = false;
  std::optional<std::string> fatalError;

  void finish(std::optional<std::string> error) {
    std::lock_guard<std::mutex> lock(mutex);
    isDone = true;
    fatalError = std::move(error);
    changed.notify_all();
  }
};
} // namespace

static thread_local Run *currentRun = nullptr;

/// LLVM ends the process when this returns.
static void stopThread(void *, const char *reason, bool) {
  if (!currentRun)
    return;
  currentRun->finish(reason);
  while (true)
    pause();
}

static void *runThread(void *argument) {
  std::shared_ptr<Run> run = *static_cast<std::shared_ptr<Run> *>(argument);
  delete static_cast<std::shared_ptr<Run> *>(argument);
  currentRun = run.get();
  run->compile();
  currentRun = nullptr;
  run->finish(std::nullopt);
  return nullptr;
}

std::optional<std::string>
mlir::cca::runIsolated(std::function<void()> compile) {
  static std::once_flag installed;
  std::call_once(installed,
                 [] { llvm::install_fatal_error_handler(stopThread); });

  constexpr size_t stackSize = 64 << 20;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, stackSize);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  auto run = std::make_shared<Run>();
  run->compile = std::move(compile);
  auto *argument = new std::shared_ptr<Run>(run);
  pthread_t thread;
  int status = pthread_create(&thread, &attributes, runThread, argument);
  pthread_attr_destroy(&attributes);
  if (status) {
    delete argument;
    return "cannot create a thread";
  }
  std::unique_lock<std::mutex> lock(run->mutex);
  run->changed.wait(lock, [&] { return run->isDone; });
  return run->fatalError;
}

size_t mlir::cca::getNesting(llvm::StringRef text) {
  size_t depth = 0, deepest = 0;
  while (!text.empty()) {
    char c = text.front();
    text = text.drop_front();
    if (c == '/' && text.consume_front("/")) {
      text = text.drop_while([](char c) { return c != '\n'; });
    } else if (c == '"') {
      bool escaped = false;
      text = text.drop_while([&](char c) {
        bool inside = escaped || (c != '"' && c != '\n');
        escaped = !escaped && c == '\\';
        return inside;
      });
      text = text.drop_front(!text.empty());
    } else if (llvm::StringRef("([{<").contains(c)) {
      deepest = std::max(deepest, ++depth);
    } else if (llvm::StringRef(")]}>").contains(c) && depth) {
      --depth;
    }
  }
  return deepest;
}
