// From the high-level op to everything that runs it.
//
// RUN: cca-compile %s --print-schedule -o %t.ptx 2>&1 | FileCheck %s --check-prefix=SCHEDULE
// RUN: FileCheck %s --check-prefix=PTX < %t.ptx
// RUN: cca-compile %s --emit=obj -o %t.o
// RUN: llvm-nm --extern-only %t.o | FileCheck %s --check-prefix=SYMBOLS
// RUN: cca-compile %s --emit=header | FileCheck %s --check-prefix=HEADER

// SCHEDULE: attention.mlir:[[#@LINE+12]]:8: remark: schedule = #cca.schedule<block_q = 128, block_kv = 128, {{.*}}>
// PTX: .target sm_90a
// PTX: wgmma.mma_async
// SYMBOLS: T attention
// HEADER:  *   query: memref<?x?x8x128xbf16, strided<[?, ?, ?, ?], offset: ?>>
// HEADER: int32_t attention(const cca_memref_4 *query, const cca_memref_4 *key, const cca_memref_4 *value, const cca_memref_4 *{{[a-z0-9]+}}, void *stream);

func.func @attention(
    %query: tensor<?x?x8x128xbf16>,
    %key: tensor<?x?x2x128xbf16>,
    %value: tensor<?x?x2x128xbf16>
) -> tensor<?x?x8x128xbf16> {
  %o = cca.flash_attention
      query(%query : tensor<?x?x8x128xbf16>) key(%key : tensor<?x?x2x128xbf16>) value(%value : tensor<?x?x2x128xbf16>)
      causal
      -> tensor<?x?x8x128xbf16>
  return %o : tensor<?x?x8x128xbf16>
}
