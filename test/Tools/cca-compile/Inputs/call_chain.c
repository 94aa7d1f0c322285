/* Calls the functions of chain.mlir, from one thread and from several. */
#include "chain.h"

#include "cca-c/Device.h"

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { BATCH = 2, TOKENS = 300, THREADS = 4, CALLS = 8 };

static cca_memref_4 query = {
    0, 0, 0, {BATCH, TOKENS, 2, 64}, {TOKENS * 128, 128, 64, 1}};
static cca_memref_4 key = {
    0, 0, 0, {BATCH, TOKENS, 1, 64}, {TOKENS * 64, 64, 64, 1}};
static cca_memref_4 out = {
    0, 0, 0, {BATCH, TOKENS, 2, 64}, {TOKENS * 128, 128, 64, 1}};
static cca_memref_1 weight = {0, 0, 0, {1}, {1}};
static cca_memref_1 packed = {0, 0, 0, {1}, {1}};

static int report(const char *what, int32_t status) {
  printf("%s: %d", what, status);
  printf(status ? ", %s\n" : "\n", cca_last_error());
  return status;
}

/* What each thread has for itself: a workspace and a stream. */
static void *call(void *thread) {
  static int32_t failed = 1;
  int64_t bytes = chain_workspace_size(BATCH, TOKENS);
  cca_memref_1 workspace = {0, 0, 0, {bytes}, {1}};
  if (cca_device_open(0) || cca_device_allocate(bytes, &workspace.aligned))
    return &failed;
  for (int i = 0; i < CALLS; ++i)
    if (chain(&query, &key, &key, &packed, &out, &workspace,
              (void *)(0x100 + (intptr_t)thread)))
      return &failed;
  return NULL;
}

static int callFromThreads(void) {
  pthread_t threads[THREADS];
  for (intptr_t i = 0; i < THREADS; ++i)
    pthread_create(&threads[i], NULL, call, (void *)i);
  int failures = 0;
  for (int i = 0; i < THREADS; ++i) {
    void *result;
    pthread_join(threads[i], &result);
    failures += result != NULL;
  }
  return failures;
}

int main(int argc, char **argv) {
  void *stream = (void *)0x40;
  if (cca_device_open(0) || cca_device_allocate(1 << 20, &query.aligned) ||
      cca_device_allocate(1 << 20, &key.aligned) ||
      cca_device_allocate(1 << 20, &out.aligned) ||
      cca_device_allocate(4, &weight.aligned) ||
      cca_device_allocate(4, &packed.aligned))
    return report("device", 1);
  if (argc > 1 && !strcmp(argv[1], "threads"))
    return report("threads", callFromThreads());

  int64_t bytes = chain_workspace_size(BATCH, TOKENS);
  printf("workspace: %lld bytes\n", (long long)bytes);
  cca_memref_1 workspace = {0, 0, 0, {bytes}, {1}};
  if (cca_device_allocate(bytes + 256, &workspace.aligned))
    return report("device", 1);
  report("pack", chain_pack(&weight, &packed, stream));
  report("chain", chain(&query, &key, &key, &packed, &out, &workspace, stream));

  workspace.sizes[0] = bytes - 1;
  report("too small",
         chain(&query, &key, &key, &packed, &out, &workspace, stream));
  workspace.sizes[0] = bytes;
  workspace.aligned = (char *)workspace.aligned + 16;
  report("unaligned",
         chain(&query, &key, &key, &packed, &out, &workspace, stream));
  query.sizes[0] = key.sizes[0] = out.sizes[0] = 0;
  workspace.aligned = NULL;
  workspace.sizes[0] = chain_workspace_size(0, TOKENS);
  return report("empty",
                chain(&query, &key, &key, &packed, &out, &workspace, stream));
}
