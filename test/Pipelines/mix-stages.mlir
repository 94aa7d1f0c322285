// cca.mix through all stages: 8 query heads and 2 key heads of 128 channels, three taps, packed sequences.
//
// RUN: cca-opt %s --cca-select-schedule --convert-cca-to-hopper --canonicalize --cse -o %t.sequential.mlir
// RUN: FileCheck %s --check-prefix=SEQUENTIAL --implicit-check-not='{{cca.mix |hopper.wgmma|hopper.ring}}' \
// RUN:   < %t.sequential.mlir
// RUN: cca-opt %s --cca-to-tiles -o %t.tiles.mlir
// RUN: FileCheck %s --check-prefix=TILES --implicit-check-not='{{hopper.dot|hopper.load |hopper.store }}' < %t.tiles.mlir
// RUN: cca-compile %s -o %t.ptx
// RUN: FileCheck %s --check-prefix=PTX --implicit-check-not=.local < %t.ptx

// The taps of a head, then its tiles: positions in sequences, latents and the tokens before them, what the accumulator
// starts from, a product for each tap, cosines, norm and rotation. Other heads are summed in 16 bits, and rotation is in
// 16 bits, too.
// SEQUENTIAL:      cf.assert %{{.*}}, "expects the last dimension of cos to be contiguous"
// SEQUENTIAL:      cf.assert %{{.*}}, "expects each row of cos to begin at a multiple of two elements"
// SEQUENTIAL:      gpu.func @mix
// SEQUENTIAL:        scf.for
// SEQUENTIAL-COUNT-3:  hopper.load %arg2
// SEQUENTIAL:          scf.for
// SEQUENTIAL:            scf.for {{.*}} iter_args
// SEQUENTIAL:              hopper.gather {{.*}} : memref<?xi32
// SEQUENTIAL:            %[[X:.*]] = hopper.load %arg0
// SEQUENTIAL:            %[[X0:.*]] = tensor.extract_slice %[[X]][8, 0] [64, 128]
// SEQUENTIAL:            %[[HALVES:.*]]:2 = scf.for {{.*}} iter_args{{.*}} -> (tensor<64x64xbf16>, tensor<64x64xbf16>)
// SEQUENTIAL-COUNT-2:      hopper.load %arg1
// SEQUENTIAL-COUNT-2:    hopper.gather {{.*}} : memref<1280xf32
// SEQUENTIAL:            %[[E0:.*]] = arith.extf %[[HALVES]]#0
// SEQUENTIAL:            %[[S0:.*]] = math.fma %[[E0]]
// SEQUENTIAL:            %[[E1:.*]] = arith.extf %[[HALVES]]#1
// SEQUENTIAL:            %[[S1:.*]] = math.fma %[[E1]]
// SEQUENTIAL:            %[[START:.*]] = hopper.concat_columns %[[S0]], %[[S1]]
// SEQUENTIAL:            %[[P0:.*]] = hopper.dot %[[X0]], %{{.*}}, %[[START]] transpose_b
// SEQUENTIAL:            %[[X1:.*]] = tensor.extract_slice %[[X]][7, 0] [64, 128]
// SEQUENTIAL:            %[[M1:.*]] = hopper.mask_rows %[[X1]]
// SEQUENTIAL:            %[[P1:.*]] = hopper.dot %[[M1]], %{{.*}}, %[[P0]] transpose_b
// SEQUENTIAL:            %[[X2:.*]] = tensor.extract_slice %[[X]][6, 0] [64, 128]
// SEQUENTIAL:            %[[M2:.*]] = hopper.mask_rows %[[X2]]
// SEQUENTIAL:            %[[P2:.*]] = hopper.dot %[[M2]], %{{.*}}, %[[P1]] transpose_b
// SEQUENTIAL-COUNT-2:    hopper.gather {{.*}} rows
// SEQUENTIAL:            memref.load {{.*}} : memref<2xf32
// SEQUENTIAL:            hopper.reduce_rows add
// SEQUENTIAL:            math.rsqrt
// SEQUENTIAL:            arith.truncf
// SEQUENTIAL-COUNT-2:    math.fma {{.*}} : tensor<64x32xbf16>
// SEQUENTIAL:            hopper.concat_columns
// SEQUENTIAL-COUNT-2:    hopper.store

// Latents are left when all shifted rows are in registers; cosines are on their way while the last product runs.
// Each consumer has latents and panels of its own.
// TILES:      gpu.func @mix
// TILES-DAG:    hopper.ring {{.*}} : <3, <128x128xbf16, swizzle = 128>>
// TILES-DAG:    %[[FIRST:.*]] = hopper.ring {{.*}} : <1, <72x128xbf16, swizzle = 128>>
// TILES-DAG:    %[[SECOND:.*]] = hopper.ring {{.*}} : <1, <72x128xbf16, swizzle = 128>>
// TILES-DAG:    hopper.ring {{.*}} : <4, <64x64xbf16, swizzle = 128>>
// TILES-DAG:    hopper.ring {{.*}} : <4, <64x64xbf16, swizzle = 128>>
// TILES:        hopper.warp_specialize producer registers 24
// TILES:        } consumers 2 registers 240
// TILES:          %[[LATENTS:.*]] = hopper.select_ring %{{.*}}, %{{.*}} : <1, <72x128xbf16, swizzle = 128>>
// TILES:          %[[X:.*]] = hopper.get_enter %[[LATENTS]]
// TILES-COUNT-2:  hopper.ldmatrix %[[X]]
// TILES:          hopper.wait 0
// TILES:          hopper.ldmatrix %[[X]]
// TILES-NEXT:     nvvm.fence.proxy
// TILES-NEXT:     hopper.get_exit %[[X]]
// TILES:          hopper.commit
// TILES-COUNT-2:  hopper.gather
// TILES:          hopper.wait 0

// PTX:         .entry mix(
// PTX:         setmaxnreg.inc.sync.aligned.u32 240
// PTX-COUNT-24: wgmma.mma_async.sync.aligned.m64n128k16
// PTX-NOT:     wgmma.mma_async
// PTX-COUNT-3: cp.async.bulk.tensor.4d.shared::cluster.global
func.func @mix(%x: tensor<1x?x1280xbf16>, %taps: tensor<3x1280x128xbf16>, %bias: tensor<1280xf32>, %t: tensor<2xf32>,
    %cos: tensor<?x64xbf16>, %sin: tensor<?x64xbf16>, %cu: tensor<?xi32>)
    -> (tensor<1x?x8x128xbf16>, tensor<1x?x2x128xbf16>) {
  %q, %k = cca.mix %x : tensor<1x?x1280xbf16> taps(%taps, %bias : tensor<3x1280x128xbf16>, tensor<1280xf32>)
      normalize clamp eps 7.8125e-03 temperature linear(%t : tensor<2xf32>)
      rope half(%cos, %sin : tensor<?x64xbf16>, tensor<?x64xbf16>) packed(%cu : tensor<?xi32>)
      -> tensor<1x?x8x128xbf16>, tensor<1x?x2x128xbf16>
  return %q, %k : tensor<1x?x8x128xbf16>, tensor<1x?x2x128xbf16>
}
