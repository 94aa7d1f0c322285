/* Calls the function of add.mlir, as a C program does. */
#include "add.h"

#include "cca-c/Device.h"

#include <stdio.h>

/* 3 x 1000 x 2 x 128, the heads apart: 4 x 256 elements from token to token. */
static cca_memref_4 keys = {
    0, 0, 64, {3, 1000, 2, 128}, {1024000, 1024, 256, 1}};
static cca_memref_1 out = {0, 0, 7, {500}, {2}};

static int report(const char *what, int32_t status) {
  printf("%s: %d", what, status);
  printf(status ? ", %s\n" : "\n", cca_last_error());
  return status;
}

int main(void) {
  static void *stream = (void *)0x40;
  if (cca_device_open(0) || cca_device_allocate(6144000 + 128, &keys.aligned) ||
      cca_device_allocate(4000, &out.aligned))
    return report("device", 1);
  report("add", add(&keys, &out, 0.5f, -3, stream));

  report("scale", add(&keys, &out, -0.5f, -3, stream));
  keys.offset = 4;
  report("unaligned", add(&keys, &out, 0.5f, -3, stream));
  keys.offset = 64;
  keys.strides[1] = 1001;
  report("odd stride", add(&keys, &out, 0.5f, -3, stream));
  keys.strides[1] = 1024;
  keys.strides[3] = 2;
  report("not contiguous", add(&keys, &out, 0.5f, -3, stream));
  keys.strides[3] = 1;
  keys.sizes[2] = 4;
  report("other heads", add(&keys, &out, 0.5f, -3, stream));
  keys.sizes[2] = 2;
  keys.sizes[1] = 0;
  return report("no tokens", add(&keys, &out, 0.5f, -3, stream));
}
