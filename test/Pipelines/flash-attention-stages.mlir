// One kernel through all stages to PTX. Causal attention of 8 query heads and 2 key heads of 128 channels.
//
// RUN: cca-opt %s --cca-select-schedule --convert-cca-to-hopper --canonicalize --cse -o %t.sequential.mlir
// RUN: FileCheck %s --check-prefix=SEQUENTIAL --implicit-check-not='{{cca.flash_attention|hopper.wgmma|hopper.ring}}' \
// RUN:   < %t.sequential.mlir
// RUN: cca-opt %s --cca-to-tiles -o %t.tiles.mlir
// RUN: FileCheck %s --check-prefix=TILES --implicit-check-not='{{hopper.dot|hopper.load|hopper.store }}' < %t.tiles.mlir
// RUN: cca-opt %t.tiles.mlir --pass-pipeline='builtin.module(gpu.module(gpu.func(hopper-verify-protocol)))' -o /dev/null
// RUN: cca-opt %t.tiles.mlir --tiles-to-nvvm -o %t.nvvm.mlir
// RUN: FileCheck %s --check-prefix=NVVM < %t.nvvm.mlir
// RUN: cca-opt %t.nvvm.mlir --nvvm-to-ptx | FileCheck %s --check-prefix=BINARY
// RUN: cca-opt %s --cca-to-ptx | FileCheck %s --check-prefix=BINARY
// RUN: cca-compile %s -o %t.ptx
// RUN: FileCheck %s --check-prefix=PTX --implicit-check-not=.local < %t.ptx

// What a block computes: scores, softmax, weighted values; block of keys by block of keys.
// SEQUENTIAL:      gpu.func @flash_attention
// SEQUENTIAL:        scf.for
// SEQUENTIAL:          hopper.load %arg0
// SEQUENTIAL:          hopper.load %arg1
// SEQUENTIAL-NEXT:     hopper.dot {{.*}} transpose_b
// SEQUENTIAL:          hopper.mask_columns
// SEQUENTIAL:          hopper.load %arg2
// SEQUENTIAL-NEXT:     hopper.dot
// SEQUENTIAL:          scf.for
// SEQUENTIAL:            hopper.load %arg1
// SEQUENTIAL-NEXT:       hopper.dot {{.*}} transpose_b
// SEQUENTIAL:            math.exp2 {{.*}} : tensor<128x128xf32>
// SEQUENTIAL:            hopper.load %arg2
// SEQUENTIAL-NEXT:       hopper.dot
// SEQUENTIAL-NEXT:       scf.yield
// SEQUENTIAL:          hopper.store

// Who computes it when: the producer's copies, and two consumers that take turns. The scores of a step are issued
// before the weighted values of the step before, which run under the softmax.
// TILES:      gpu.launch_func {{.*}} threads in (%c384, {{.*}} dynamic_shared_memory_size %c196688_i32
// TILES:      gpu.func @flash_attention
// TILES-SAME:   hopper.smem_bytes = 196688 : i64, known_block_size = array<i32: 384, 1, 1>
// TILES-DAG:    %[[VALUES:.*]] = hopper.ring {barriers = 196608 : i64, offset = 0 : i64} : <2,
// TILES-DAG:    %[[KEYS:.*]] = hopper.ring {barriers = 196640 : i64, offset = 65536 : i64} : <2,
// TILES-DAG:    %[[QUERIES:.*]] = hopper.ring {barriers = 196672 : i64, offset = 131072 : i64} : <1,
// TILES:        hopper.warp_specialize producer registers 24 {
// TILES:          scf.for
// TILES:            hopper.put_enter %[[QUERIES]]
// TILES:            hopper.put_enter %[[KEYS]]
// TILES:            scf.for
// TILES:              hopper.put_enter %[[KEYS]]
// TILES-NEXT:         hopper.tma_load %arg1
// TILES-NEXT:         hopper.put_exit
// TILES-NEXT:         hopper.put_enter %[[VALUES]]
// TILES-NEXT:         hopper.tma_load %arg2
// TILES-NEXT:         hopper.put_exit
// TILES-NEXT:         scf.yield
// TILES:            hopper.put_enter %[[VALUES]]
// TILES:        } consumers 2 registers 240
// TILES:          hopper.alloc {offset = 163840 : i64}
// TILES:          scf.for
// TILES:            hopper.ldmatrix
// TILES:            hopper.mask_columns
// TILES:            scf.for
// TILES-NOT:          hopper.mask_columns
// TILES:              nvvm.barrier id
// TILES-NEXT:         hopper.wgmma_fence none
// TILES-NEXT:         hopper.wgmma {{.*}} transpose_b
// TILES-NEXT:         %[[SCORES:.*]] = hopper.commit
// TILES-NEXT:         hopper.get_enter %[[VALUES]]
// TILES-NEXT:         hopper.wgmma_fence
// TILES-NEXT:         hopper.wgmma
// TILES-NEXT:         %[[SUM:.*]] = hopper.commit
// TILES:              nvvm.barrier.arrive
// TILES-NEXT:         hopper.wait 1, %[[SCORES]]
// TILES-NEXT:         hopper.get_exit
// TILES-NOT:          hopper.combine_rows add
// TILES:              math.exp2 {{.*}} : tensor<64x128xf32, #hopper.fragment>
// TILES:              hopper.wait 0, %[[SUM]]
// TILES:              scf.yield
// TILES:            hopper.combine_rows add
// TILES:            hopper.stmatrix
// TILES-NEXT:       nvvm.fence.proxy
// TILES:            hopper.tma_store

// Threads: branches, registers and PTX. Nothing of hopper, gpu or scf is left in the kernel.
// NVVM:      gpu.module @causal_kernels
// NVVM-NOT:    {{hopper[.]|gpu[.]func|scf[.]|unrealized}}
// NVVM:        llvm.func @flash_attention(%{{.*}}: !llvm.ptr {llvm.align = 64 : i64, llvm.byval = !llvm.array<128 x i8>, nvvm.grid_constant},
// NVVM-SAME:     gpu.kernel
// NVVM-SAME:     nvvm.maxntid = array<i32: 384, 1, 1>
// NVVM-SAME:     nvvm.minctasm = 1
// NVVM-NOT:    {{hopper[.]|gpu[.]func|scf[.]|unrealized}}
// NVVM:        nvvm.setmaxregister decrease 24
// NVVM-NOT:    {{hopper[.]|gpu[.]func|scf[.]|unrealized}}
// NVVM:        llvm.return

// BINARY:     gpu.launch_func @causal_kernels::@flash_attention
// BINARY:     gpu.binary @causal_kernels [#gpu.object<#nvvm.target<chip = "sm_90a", features = "+ptx83">{{.*}}.version 8.3

// Tensor maps are read where they are passed: no memory of a thread's own.
// PTX:      .version 8.3
// PTX-NEXT: .target sm_90a
// PTX:      .visible .entry flash_attention(
// PTX-NEXT:   .param .align 64 .b8 flash_attention_param_0[128],
// PTX-NEXT:   .param .align 64 .b8 flash_attention_param_1[128],
// PTX-NEXT:   .param .align 64 .b8 flash_attention_param_2[128],
// PTX-NEXT:   .param .align 64 .b8 flash_attention_param_3[128],
// PTX:      .maxntid 384, 1, 1
// PTX-NEXT: .minnctapersm 1
// PTX:        setmaxnreg.inc.sync.aligned.u32 240;

// The loop over blocks of keys. Eight k steps for the scores, eight for the weighted values; 64 exponentials and two
// corrections of the sums; 32 pairs.
// PTX:        bar.sync %{{.*}}, 256;
// PTX:        wgmma.fence.sync.aligned;
// PTX-COUNT-8: wgmma.mma_async.sync.aligned.m64n128k16.f32.bf16.bf16 {{.*}}, p, 1, 1, 0;
// PTX-NOT:    wgmma.mma_async
// PTX:        wgmma.commit_group.sync.aligned;
// PTX:        wgmma.fence.sync.aligned;
// PTX-COUNT-8: wgmma.mma_async.sync.aligned.m64n128k16.f32.bf16.bf16 {{.*}}, p, 1, 1, 1;
// PTX-NOT:    wgmma.mma_async
// PTX:        wgmma.commit_group.sync.aligned;
// PTX:        bar.arrive %{{.*}}, 256;
// PTX:        wgmma.wait_group.sync.aligned 1;
// PTX-COUNT-66: ex2.approx.ftz.f32
// PTX-NOT:    ex2
// PTX:        wgmma.wait_group.sync.aligned 0;
// PTX-COUNT-32: cvt.rn.bf16x2.f32
// PTX-NOT:    {{cvt.rn|wgmma}}
// PTX:        bra

// PTX:        setmaxnreg.dec.sync.aligned.u32 24;
// PTX:        cp.async.bulk.tensor.5d.shared::cluster.global.tile.mbarrier::complete_tx::bytes

func.func @causal(%query: tensor<?x?x8x128xbf16>, %key: tensor<?x?x2x128xbf16>,
                  %value: tensor<?x?x2x128xbf16>) -> tensor<?x?x8x128xbf16> {
  %out = cca.flash_attention
      query(%query : tensor<?x?x8x128xbf16>) key(%key : tensor<?x?x2x128xbf16>) value(%value : tensor<?x?x2x128xbf16>)
      causal
      -> tensor<?x?x8x128xbf16>
  return %out : tensor<?x?x8x128xbf16>
}
