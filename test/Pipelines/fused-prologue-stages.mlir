// cca.fused_prologue through all stages: 8 query heads and 2 key heads of 128 channels, three taps, packed sequences.
//
// RUN: cca-opt %s --cca-select-schedule --convert-cca-to-hopper --canonicalize --cse -o %t.sequential.mlir
// RUN: FileCheck %s --check-prefix=SEQUENTIAL --implicit-check-not='{{cca.fused_prologue |hopper.wgmma|hopper.ring}}' \
// RUN:   < %t.sequential.mlir
// RUN: cca-opt %s --cca-to-tiles -o %t.tiles.mlir
// RUN: FileCheck %s --check-prefix=TILES --implicit-check-not='{{hopper.dot|hopper.load |hopper.store |hopper.share}}' < %t.tiles.mlir
// RUN: cca-compile %s -o %t.ptx
// RUN: FileCheck %s --check-prefix=PTX --implicit-check-not=.local < %t.ptx

// A product of a key head or of values. Of a key head: its latents for all; for each query head of its group another
// product, latents for all, a residual of both, and products with taps of rows that begin at 2, 1 and 0. The mean of the
// residuals is what the key's convolution is added to.
// SEQUENTIAL:      gpu.func @prologue
// SEQUENTIAL:        scf.for
// SEQUENTIAL:          hopper.dot
// SEQUENTIAL:          %[[PRODUCT:.*]] = scf.for
// SEQUENTIAL:          scf.if
// SEQUENTIAL:            hopper.gather {{.*}} : memref<?xi32
// SEQUENTIAL:            tensor.extract_slice %[[PRODUCT]][0, 0] [128, 64]
// SEQUENTIAL:            tensor.extract_slice %[[PRODUCT]][0, 64] [128, 64]
// SEQUENTIAL:            %[[ROUNDED:.*]] = hopper.concat_columns {{.*}} -> tensor<128x128xbf16>
// SEQUENTIAL:            %[[KEY:.*]] = hopper.share %[[ROUNDED]]
// SEQUENTIAL-COUNT-2:    hopper.gather {{.*}} : memref<1280xf32, {{.*}} -> tensor<126x64xf32>
// SEQUENTIAL:            %[[BIAS:.*]] = hopper.concat_columns {{.*}} -> tensor<126x128xf32>
// SEQUENTIAL:            %[[START:.*]] = scf.for {{.*}} iter_args(%[[MEAN:.*]] = %[[BIAS]])
// SEQUENTIAL:              hopper.dot
// SEQUENTIAL:              scf.for
// SEQUENTIAL:              %[[QUERY:.*]] = hopper.share
// SEQUENTIAL:              %[[K0:.*]] = tensor.extract_slice %[[KEY]][2, 0] [126, 128]
// SEQUENTIAL:              %[[X0:.*]] = tensor.extract_slice %[[QUERY]][2, 0] [126, 128]
// SEQUENTIAL:              %[[BOTH:.*]] = arith.addf {{.*}} : tensor<126x64xf32>
// SEQUENTIAL:              %[[BEFORE:.*]] = tensor.extract_slice %[[MEAN]][0, 0] [126, 64]
// SEQUENTIAL:              math.fma %[[BOTH]], %{{.*}}, %[[BEFORE]]
// SEQUENTIAL:              hopper.concat_columns
// SEQUENTIAL-NEXT:         %[[NEXT:.*]] = hopper.concat_columns
// SEQUENTIAL-COUNT-2:      hopper.dot {{.*}} : tensor<126x64xbf16>, tensor<128x64xbf16> -> tensor<126x128xf32>
// SEQUENTIAL:              %[[X1:.*]] = tensor.extract_slice %[[QUERY]][1, 0] [126, 128]
// SEQUENTIAL-COUNT-2:      hopper.mask_rows
// SEQUENTIAL:              %[[X2:.*]] = tensor.extract_slice %[[QUERY]][0, 0] [126, 128]
// SEQUENTIAL-COUNT-2:      hopper.mask_rows
// SEQUENTIAL-COUNT-2:      hopper.gather {{.*}} rows
// SEQUENTIAL-COUNT-2:      hopper.store {{.*}} : tensor<126x64xbf16>
// SEQUENTIAL:              scf.yield %[[NEXT]]
// SEQUENTIAL-COUNT-6:    hopper.dot
// SEQUENTIAL-COUNT-2:    hopper.store
// SEQUENTIAL:          } else {
// SEQUENTIAL:            tensor.extract_slice %[[PRODUCT]][0, 0] [128, 64]

// Rings of hidden states, weights and taps; two shared tiles, with barrier 5 of both consumers around their writes.
// Residuals of consumer 1 begin with row 62: it stores tokens 62 and 63, too.
// TILES:      gpu.func @prologue
// TILES-DAG:    hopper.ring {{.*}} : <3, <128x64xbf16, swizzle = 128>>
// TILES-DAG:    hopper.ring {{.*}} : <3, <128x64xbf16, swizzle = 128>>
// TILES-DAG:    hopper.ring {{.*}} : <3, <128x64xbf16, swizzle = 128>>
// TILES-DAG:    %[[KEY:.*]] = hopper.alloc {{.*}} : <128x128xbf16, swizzle = 128>
// TILES-DAG:    %[[QUERY:.*]] = hopper.alloc {{.*}} : <128x128xbf16, swizzle = 128>
// TILES:        hopper.warp_specialize producer registers 24
// TILES:        } consumers 2 registers 240
// TILES:          hopper.wait_older 1
// TILES:          arith.minsi %{{.*}}, %c62_i32
// TILES:          nvvm.barrier id = %c5_i32{{.*}} number_of_threads = %c256_i32
// TILES-NEXT:     hopper.stmatrix
// TILES:          nvvm.barrier id = %c5_i32{{.*}} number_of_threads = %c256_i32
// TILES:          hopper.wait_older 1
// TILES:          nvvm.barrier id = %c5_i32{{.*}} number_of_threads = %c256_i32
// TILES-NEXT:     hopper.stmatrix
// TILES:          nvvm.barrier id = %c5_i32{{.*}} number_of_threads = %c256_i32
// TILES-COUNT-4:  hopper.ldmatrix %{{.*}}[%{{.*}}] : <128x128xbf16, swizzle = 128> -> tensor<64x128xbf16, #hopper.fragment>

// Two steps of a product of key heads or values, two of query heads; three taps of either in two steps of 64 channels.
// PTX:         .entry prologue(
// PTX:         setmaxnreg.inc.sync.aligned.u32 240
// PTX-COUNT-64: wgmma.mma_async.sync.aligned.m64n128k16
// PTX-NOT:     wgmma.mma_async
func.func @prologue(%hidden: tensor<1x?x2048xbf16>, %w: tensor<1536x2048xbf16>, %taps: tensor<3x1280x128xbf16>,
    %bias: tensor<1280xf32>, %t: tensor<2xf32>, %cos: tensor<?x64xbf16>, %sin: tensor<?x64xbf16>, %cu: tensor<?xi32>)
    -> (tensor<1x?x8x128xbf16>, tensor<1x?x2x128xbf16>, tensor<1x?x2x128xbf16>) {
  %q, %k, %v = cca.fused_prologue %hidden : tensor<1x?x2048xbf16> weight(%w : tensor<1536x2048xbf16>)
      taps(%taps, %bias : tensor<3x1280x128xbf16>, tensor<1280xf32>)
      normalize clamp eps 7.8125e-03 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %sin : tensor<?x64xbf16>, tensor<?x64xbf16>) packed(%cu : tensor<?xi32>)
      -> tensor<1x?x8x128xbf16>, tensor<1x?x2x128xbf16>, tensor<1x?x2x128xbf16>
  return %q, %k, %v : tensor<1x?x8x128xbf16>, tensor<1x?x2x128xbf16>, tensor<1x?x2x128xbf16>
}
