// RUN: cca-opt %s --pass-pipeline='builtin.module(gpu.module(gpu.func(hopper-share-tiles)))' | FileCheck %s
// RUN: cca-opt %s --pass-pipeline='builtin.module(gpu.module(gpu.func(hopper-share-tiles,hopper-assign-layouts,hopper-specialize-warps,canonicalize,cse,hopper-insert-fences,hopper-allocate-smem,hopper-verify-protocol)))' \
// RUN:   | FileCheck %s --check-prefix=SCHEDULED

!half = tensor<128x64xbf16>
!rows = tensor<126x64xbf16>
!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>

// Rows from any one on are read where they are sliced; other ops read the whole tile. What is used again after another
// tile was written is read again.
// CHECK-LABEL: gpu.func @rows_of_a_shared_tile
// CHECK-NEXT:    %[[MEMORY:.*]] = hopper.alloc : <128x64xbf16, swizzle = 128>
// CHECK:         scf.for
// CHECK:           %[[ROUNDED:.*]] = arith.truncf
// CHECK-NEXT:      hopper.stmatrix %[[ROUNDED]], %[[MEMORY]] : tensor<128x64xbf16>
// CHECK-NEXT:      %[[ONE:.*]] = arith.constant 1 : i32
// CHECK-NEXT:      %[[BEFORE:.*]] = hopper.ldmatrix %[[MEMORY]][%[[ONE]]] : <128x64xbf16, swizzle = 128> -> tensor<126x64xbf16>
// CHECK-NEXT:      %[[TWO:.*]] = arith.constant 2 : i32
// CHECK-NEXT:      %[[OWN:.*]] = hopper.ldmatrix %[[MEMORY]][%[[TWO]]] : <128x64xbf16, swizzle = 128> -> tensor<126x64xbf16>
// CHECK-NEXT:      arith.addf %[[BEFORE]], %[[OWN]]
// CHECK:           hopper.store
// CHECK:           %[[WHOLE:.*]] = hopper.ldmatrix %[[MEMORY]][%{{.*}}] : <128x64xbf16, swizzle = 128> -> tensor<128x64xbf16>
// CHECK-NEXT:      arith.negf %[[WHOLE]]
// CHECK:           hopper.store
// CHECK:           %[[AGAIN:.*]] = hopper.ldmatrix %[[MEMORY]][%{{.*}}] : <128x64xbf16, swizzle = 128> -> tensor<126x64xbf16>
// CHECK-NEXT:      hopper.store %[[AGAIN]]

// One tile for the block, of which each consumer writes its rows. Before that all consumers have read what was there,
// after it all have written: barrier 5, behind two turns and two of their own.
// SCHEDULED-LABEL: gpu.func @rows_of_a_shared_tile
// SCHEDULED:         %[[MEMORY:.*]] = hopper.alloc {offset = 0 : i64} : <128x64xbf16, swizzle = 128>
// SCHEDULED:         } consumers 2 registers 240 (%[[I:.*]]) {
// SCHEDULED:           %[[STAGING:.*]] = hopper.alloc {offset = 16384 : i64} : <64x64xbf16, swizzle = 128>
// SCHEDULED:           scf.for
// SCHEDULED:             %[[MINE:.*]] = hopper.slice_rows %[[MEMORY]][%{{.*}}] : <128x64xbf16, swizzle = 128> -> <64x64xbf16, swizzle = 128, panel_rows = 128>
// SCHEDULED-NEXT:        %[[ALL:.*]] = arith.constant 5
// SCHEDULED-NEXT:        %[[THREADS:.*]] = arith.constant 256
// SCHEDULED-NEXT:        nvvm.barrier id = %[[ALL]] number_of_threads = %[[THREADS]]
// SCHEDULED-NEXT:        hopper.stmatrix %{{.*}}, %[[MINE]] : tensor<64x64xbf16, #hopper.fragment>
// SCHEDULED-NEXT:        %[[ALL:.*]] = arith.constant 5
// SCHEDULED-NEXT:        %[[THREADS:.*]] = arith.constant 256
// SCHEDULED-NEXT:        nvvm.barrier id = %[[ALL]] number_of_threads = %[[THREADS]]
// SCHEDULED:             hopper.ldmatrix %[[MEMORY]][%{{.*}}] : <128x64xbf16, swizzle = 128> -> tensor<64x64xbf16, #hopper.fragment>
// SCHEDULED:             hopper.tma_store_wait 0
// SCHEDULED:             hopper.stmatrix %{{.*}}, %[[STAGING]]
gpu.module @rows_of_a_shared_tile {
  gpu.func @rows_of_a_shared_tile(%x: f32, %map: !map, %n: i32) kernel attributes {
      cca.schedule = #cca.schedule<block_q = 128, block_kv = 64, stages = 2, consumers = 2, softmax = bounded>} {
    %c1 = arith.constant 1 : i32
    %tile = tensor.splat %x : tensor<128x64xf32>
    scf.for %i = %c1 to %n step %c1 : i32 {
      %rounded = arith.truncf %tile : tensor<128x64xf32> to !half
      %shared = hopper.share %rounded : !half
      %before = tensor.extract_slice %shared[1, 0] [126, 64] [1, 1] : !half to !rows
      %own = tensor.extract_slice %shared[2, 0] [126, 64] [1, 1] : !half to !rows
      %sum = arith.addf %before, %own : !rows
      hopper.store %sum, %map[%i, %i] : !rows, !map
      %negative = arith.negf %shared : !half
      hopper.store %negative, %map[%i, %i] : !half, !map
      hopper.store %own, %map[%i, %i] : !rows, !map
    }
    gpu.return
  }
}
