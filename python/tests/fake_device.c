/* A compiled function and a runtime as compiled functions have them, on the CPU: causal or full
 * attention in bf16 over memref descriptors, plainly, and device memory that is host memory.
 */

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#ifndef CAUSAL
#define CAUSAL 1
#endif

int64_t fake_stream, fake_opened = -1, fake_launches;
static const char *message = "";

const char *cca_last_error(void) { return message; }

typedef struct {
  uint16_t *allocated, *aligned;
  int64_t offset, sizes[4], strides[4];
} Descriptor;

static uint16_t *at(const Descriptor *t, int64_t b, int64_t s, int64_t h) {
  return t->aligned + t->offset + b * t->strides[0] + s * t->strides[1] + h * t->strides[2];
}

static float load(const Descriptor *t, int64_t b, int64_t s, int64_t h, int64_t d) {
  uint32_t bits = (uint32_t)at(t, b, s, h)[d * t->strides[3]] << 16;
  float value;
  memcpy(&value, &bits, 4);
  return value;
}

static uint16_t rounded(float value) {
  uint32_t bits;
  memcpy(&bits, &value, 4);
  return (uint16_t)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
}

int32_t attention(const Descriptor *q, const Descriptor *k, const Descriptor *v,
                  const Descriptor *o, void *stream) {
  int64_t tokens = q->sizes[1], heads = q->sizes[2], dim = q->sizes[3];
  fake_stream = (int64_t)stream;
  ++fake_launches;
  if ((uintptr_t)q->aligned % 16) {
    message = "argument #1 of @attention: expects an address that is a multiple of 16";
    return 2;
  }
  double *weights = malloc((size_t)(tokens + 1) * sizeof(double));
  for (int64_t b = 0; b < q->sizes[0]; ++b)
    for (int64_t h = 0; h < heads; ++h)
      for (int64_t s = 0; s < tokens; ++s) {
        int64_t group = h / (heads / k->sizes[2]), last = CAUSAL ? s + 1 : tokens;
        double peak = -INFINITY, total = 0;
        for (int64_t j = 0; j < last; ++j) {
          weights[j] = 0;
          for (int64_t d = 0; d < dim; ++d)
            weights[j] += (double)load(q, b, s, h, d) * load(k, b, j, group, d);
          weights[j] /= sqrt((double)dim);
          peak = fmax(peak, weights[j]);
        }
        for (int64_t j = 0; j < last; ++j)
          total += weights[j] = exp(weights[j] - peak);
        for (int64_t d = 0; d < dim; ++d) {
          double sum = 0;
          for (int64_t j = 0; j < last; ++j)
            sum += weights[j] * load(v, b, j, group, d);
          at(o, b, s, h)[d * o->strides[3]] = rounded((float)(sum / total));
        }
      }
  free(weights);
  return 0;
}

int32_t cca_device_open(int32_t ordinal) {
  fake_opened = ordinal;
  if (ordinal != 7)
    return 0;
  message = "cannot find the device";
  return 3;
}

int32_t cca_device_allocate(size_t bytes, void **memory) {
  *memory = aligned_alloc(256, (bytes + 256) / 256 * 256);
  return 0;
}

int32_t cca_device_free(void *memory) {
  free(memory);
  return 0;
}

int32_t cca_device_fill(void *memory, unsigned char value, size_t bytes) {
  memset(memory, value, bytes);
  return 0;
}

int32_t cca_device_write(void *device, const void *host, size_t bytes) {
  memcpy(device, host, bytes);
  return 0;
}

int32_t cca_device_read(void *host, const void *device, size_t bytes) {
  memcpy(host, device, bytes);
  return 0;
}
