// Kernels whose roles work together; the pass says nothing and changes nothing.
//
// RUN: cca-opt %s --split-input-file \
// RUN:   --pass-pipeline='builtin.module(gpu.module(gpu.func(hopper-verify-protocol)))' | FileCheck %s

// Two consumers in ping-pong; the second product of a step is issued with the next step's first.
// CHECK: gpu.func @attention
// CHECK: hopper.warp_specialize
!Q = !hopper.tensor_map<1x128x1x128xbf16, swizzle = 128>
!K = !hopper.tensor_map<1x128x1x128xbf16, swizzle = 128>
!O = !hopper.tensor_map<1x64x1x128xbf16, swizzle = 128>
!qs = !hopper.smem<128x128xbf16, swizzle = 128>
!qw = !hopper.smem<64x128xbf16, swizzle = 128, panel_rows = 128>
!os = !hopper.smem<64x128xbf16, swizzle = 128>
!f32tile = tensor<64x128xf32, #hopper.fragment>
!half = tensor<64x128xbf16, #hopper.fragment>
gpu.module @kernels {
  gpu.func @attention(%Q: !Q, %K: !K, %V: !K, %O: !O, %tokens: i32) kernel attributes {known_block_size = array<i32: 384, 1, 1>, hopper.smem_bytes = 196704} {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c64 = arith.constant 64 : i32
    %c128 = arith.constant 128 : i32
    %c3 = arith.constant 3 : i32
    %c256 = arith.constant 256 : i32
    %n = arith.constant 4 : i32
    %rq = hopper.ring {offset = 0, barriers = 196608} : !hopper.ring<1, !qs>
    %rk = hopper.ring {offset = 32768, barriers = 196624} : !hopper.ring<2, !qs>
    %rv = hopper.ring {offset = 98304, barriers = 196656} : !hopper.ring<2, !qs>
    hopper.warp_specialize producer registers 24 {
      %tq = hopper.put_enter %rq : !hopper.ring<1, !qs>
      hopper.tma_load %Q[%c0, %c0, %c0, %c0], %tq : !Q, !qs
      hopper.put_exit %tq, %rq : !hopper.ring<1, !qs>
      %tk = hopper.put_enter %rk : !hopper.ring<2, !qs>
      hopper.tma_load %K[%c0, %c0, %c0, %c0], %tk : !K, !qs
      hopper.put_exit %tk, %rk : !hopper.ring<2, !qs>
      scf.for %i = %c1 to %n step %c1 : i32 {
        %row = arith.muli %i, %c128 : i32
        %rowv = arith.subi %row, %c128 : i32
        %tk1 = hopper.put_enter %rk : !hopper.ring<2, !qs>
        hopper.tma_load %K[%c0, %row, %c0, %c0], %tk1 : !K, !qs
        hopper.put_exit %tk1, %rk : !hopper.ring<2, !qs>
        %tv = hopper.put_enter %rv : !hopper.ring<2, !qs>
        hopper.tma_load %V[%c0, %rowv, %c0, %c0], %tv : !K, !qs
        hopper.put_exit %tv, %rv : !hopper.ring<2, !qs>
      }
      %last = arith.constant 384 : i32
      %tv = hopper.put_enter %rv : !hopper.ring<2, !qs>
      hopper.tma_load %V[%c0, %last, %c0, %c0], %tv : !K, !qs
      hopper.put_exit %tv, %rv : !hopper.ring<2, !qs>
    } consumers 2 registers 240 (%wg) {
      // Ping-pong: consumer 1 gives consumer 0 the first turn.
      %second = arith.cmpi eq, %wg, %c1 : i32
      scf.if %second {
        nvvm.barrier.arrive id = %c1 number_of_threads = %c256
      }
      %turn = arith.addi %wg, %c1 : i32
      %other = arith.subi %c3, %turn : i32
      %staging = hopper.alloc {offset = 163840} : !os
      %row0 = arith.muli %wg, %c64 : i32
      %tq = hopper.get_enter %rq : !hopper.ring<1, !qs>
      %mine = hopper.slice_rows %tq[%row0] : !qs -> !qw
      %q0 = hopper.ldmatrix %mine : !qw -> !half
      nvvm.fence.proxy {kind = #nvvm.proxy_kind<async.shared>, space = #nvvm.shared_space<cta>}
      hopper.get_exit %tq, %rq : !hopper.ring<1, !qs>
      %zero = arith.constant dense<0.0> : !f32tile
      %q = hopper.wgmma_fence %q0 : !half
      %k0 = hopper.get_enter %rk : !hopper.ring<2, !qs>
      %s0p = hopper.wgmma %q, %k0 transpose_b : !half, !qs -> !hopper.pending<!f32tile>
      %s0c = hopper.commit %s0p : !hopper.pending<!f32tile>
      %s0 = hopper.wait 0, %s0c : !hopper.pending<!f32tile>
      hopper.get_exit %k0, %rk : !hopper.ring<2, !qs>
      %p0 = math.exp2 %s0 : !f32tile
      %l0 = hopper.reduce_rows add %p0 : !f32tile -> tensor<64xf32, #hopper.rows<partial>>
      %ph0 = arith.truncf %p0 : !f32tile to !half
      %o, %l, %ph = scf.for %i = %c1 to %n step %c1 iter_args(%oi = %zero, %li = %l0, %pi = %ph0) -> (!f32tile, tensor<64xf32, #hopper.rows<partial>>, !half) : i32 {
        %k = hopper.get_enter %rk : !hopper.ring<2, !qs>
        nvvm.barrier id = %turn number_of_threads = %c256
        %pf, %of = hopper.wgmma_fence %pi, %oi : !half, !f32tile
        %sp = hopper.wgmma %q, %k transpose_b : !half, !qs -> !hopper.pending<!f32tile>
        %sc = hopper.commit %sp : !hopper.pending<!f32tile>
        %v = hopper.get_enter %rv : !hopper.ring<2, !qs>
        %op = hopper.wgmma %pf, %v, %of : !half, !qs -> !hopper.pending<!f32tile>
        %oc = hopper.commit %op : !hopper.pending<!f32tile>
        nvvm.barrier.arrive id = %other number_of_threads = %c256
        %s = hopper.wait 1, %sc : !hopper.pending<!f32tile>
        hopper.get_exit %k, %rk : !hopper.ring<2, !qs>
        %p = math.exp2 %s : !f32tile
        %ls = hopper.reduce_rows add %p : !f32tile -> tensor<64xf32, #hopper.rows<partial>>
        %l2 = arith.addf %li, %ls : tensor<64xf32, #hopper.rows<partial>>
        %o2 = hopper.wait 0, %oc : !hopper.pending<!f32tile>
        hopper.get_exit %v, %rv : !hopper.ring<2, !qs>
        %ph2 = arith.truncf %p : !f32tile to !half
        scf.yield %o2, %l2, %ph2 : !f32tile, tensor<64xf32, #hopper.rows<partial>>, !half
      }
      %v = hopper.get_enter %rv : !hopper.ring<2, !qs>
      %pf, %of = hopper.wgmma_fence %ph, %o : !half, !f32tile
      %op = hopper.wgmma %pf, %v, %of : !half, !qs -> !hopper.pending<!f32tile>
      %oc = hopper.commit %op : !hopper.pending<!f32tile>
      %sum = hopper.wait 0, %oc : !hopper.pending<!f32tile>
      hopper.get_exit %v, %rv : !hopper.ring<2, !qs>
      %lt = hopper.combine_rows add %l : tensor<64xf32, #hopper.rows<partial>> -> tensor<64xf32, #hopper.rows>
      %b = hopper.broadcast_rows %lt : tensor<64xf32, #hopper.rows> -> !f32tile
      %on = arith.divf %sum, %b : !f32tile
      %oh = arith.truncf %on : !f32tile to !half
      hopper.tma_store_wait 0
      %own = arith.addi %wg, %c3 : i32
      nvvm.barrier id = %own number_of_threads = %c128
      hopper.stmatrix %oh, %staging : !half, !os
      nvvm.fence.proxy {kind = #nvvm.proxy_kind<async.shared>, space = #nvvm.shared_space<cta>}
      nvvm.barrier id = %own number_of_threads = %c128
      hopper.tma_store %staging, %O[%c0, %row0, %c0, %c0] : !os, !O
      hopper.tma_store_wait 0
    }
    gpu.return
  }
}

// -----

// Nothing to check: no roles yet.
// CHECK: gpu.func @sequential
gpu.module @kernels {
  gpu.func @sequential(%ring: !hopper.ring<1, !hopper.smem<8x64xbf16, swizzle = 128>>) kernel {
    %t = hopper.get_enter %ring : !hopper.ring<1, !hopper.smem<8x64xbf16, swizzle = 128>>
    gpu.return
  }
}

// -----

!map = !hopper.tensor_map<8x64xbf16, swizzle = 128>
!tile = !hopper.smem<8x64xbf16, swizzle = 128>
!ring = !hopper.ring<2, !tile>

// A persistent loop: the next tile and the bounds of the inner loop are computed by both roles,
// with other values carried beside them, and in another order.
// CHECK: gpu.func @persistent
gpu.module @kernels {
  gpu.func @persistent(%map: !map, %tiles: i32, %lengths: memref<?xi32>) kernel {
    %zero = arith.constant 0 : i32
    %ring = hopper.ring : !ring
    %block = gpu.block_id x
    %first = arith.index_cast %block : index to i32
    hopper.warp_specialize producer registers 24 {
      %c0 = arith.constant 0 : i32
      %c1 = arith.constant 1 : i32
      %c5 = arith.constant 5 : i32
      %last = scf.while (%t = %first) : (i32) -> i32 {
        %more = arith.cmpi slt, %t, %tiles : i32
        scf.condition(%more) %t : i32
      } do {
      ^bb0(%t: i32):
        %i = arith.index_cast %t : i32 to index
        %length = memref.load %lengths[%i] : memref<?xi32>
        %odd = arith.remui %t, %c5 : i32
        %longer = arith.cmpi eq, %odd, %c0 : i32
        %n = scf.if %longer -> i32 {
          %more = arith.addi %length, %c1 : i32
          scf.yield %more : i32
        } else {
          scf.yield %length : i32
        }
        %end = scf.for %k = %c0 to %n step %c1 iter_args(%row = %c0) -> i32 : i32 {
          %e = hopper.put_enter %ring : !ring
          hopper.tma_load %map[%row, %c0], %e : !map, !tile
          hopper.put_exit %e, %ring : !ring
          %next = arith.addi %row, %c5 : i32
          scf.yield %next : i32
        }
        %some = arith.cmpi sgt, %end, %c5 : i32
        scf.if %some {
          %e = hopper.put_enter %ring : !ring
          scf.if %longer {
            hopper.tma_load %map[%c0, %c0], %e : !map, !tile
          } else {
            hopper.tma_load %map[%c5, %c0], %e : !map, !tile
          }
          hopper.put_exit %e, %ring : !ring
        }
        %next = arith.addi %t, %c5 : i32
        scf.yield %next : i32
      }
    } consumers 1 registers 240 (%wg) {
      %c0 = arith.constant 0 : i32
      %c1 = arith.constant 1 : i32
      %c5 = arith.constant 5 : i32
      %last:2 = scf.while (%count = %c1, %t = %first) : (i32, i32) -> (i32, i32) {
        %more = arith.cmpi slt, %t, %tiles : i32
        scf.condition(%more) %count, %t : i32, i32
      } do {
      ^bb0(%count: i32, %t: i32):
        %i = arith.index_cast %t : i32 to index
        %length = memref.load %lengths[%i] : memref<?xi32>
        %odd = arith.remui %t, %c5 : i32
        %longer = arith.cmpi eq, %odd, %c0 : i32
        %n = scf.if %longer -> i32 {
          %more = arith.addi %length, %c1 : i32
          scf.yield %more : i32
        } else {
          scf.yield %length : i32
        }
        %end:2 = scf.for %k = %c0 to %n step %c1 iter_args(%sum = %c0, %row = %c0) -> (i32, i32) : i32 {
          %f = hopper.get_enter %ring : !ring
          hopper.get_exit %f, %ring : !ring
          %next = arith.addi %row, %c5 : i32
          %sum2 = arith.addi %sum, %wg : i32
          scf.yield %sum2, %next : i32, i32
        }
        %some = arith.cmpi sgt, %end#1, %c5 : i32
        scf.if %some {
          %f = hopper.get_enter %ring : !ring
          hopper.get_exit %f, %ring : !ring
        }
        %next = arith.addi %t, %c5 : i32
        %count2 = arith.addi %count, %c1 : i32
        scf.yield %count2, %next : i32, i32
      }
    }
    gpu.return
  }
}

// -----

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!tile = !hopper.smem<64x64xbf16, swizzle = 128>
!half = tensor<64x64xbf16, #hopper.fragment>

// Two staging tiles in turn: one store may go on reading while the other tile is written.
// CHECK: gpu.func @two_staging_tiles
gpu.module @kernels {
  gpu.func @two_staging_tiles(%map: !map, %n: i32) kernel {
    hopper.warp_specialize producer registers 24 {
    } consumers 1 registers 240 (%wg) {
      %c0 = arith.constant 0 : i32
      %c1 = arith.constant 1 : i32
      %threads = arith.constant 128 : i32
      %x = arith.constant dense<0.0> : !half
      %a = hopper.alloc : !tile
      %b = hopper.alloc : !tile
      scf.for %i = %c0 to %n step %c1 : i32 {
        hopper.tma_store_wait 1
        nvvm.barrier id = %c1 number_of_threads = %threads
        hopper.stmatrix %x, %a : !half, !tile
        nvvm.fence.proxy {kind = #nvvm.proxy_kind<async>}
        nvvm.barrier id = %c1 number_of_threads = %threads
        hopper.tma_store %a, %map[%c0, %c0] : !tile, !map
        hopper.tma_store_wait 1
        nvvm.barrier id = %c1 number_of_threads = %threads
        hopper.stmatrix %x, %b : !half, !tile
        nvvm.fence.proxy {kind = #nvvm.proxy_kind<async>}
        nvvm.barrier id = %c1 number_of_threads = %threads
        hopper.tma_store %b, %map[%c0, %c0] : !tile, !map
      }
      hopper.tma_store_wait 0
    }
    gpu.return
  }
}

// -----

// A sum whose products are in flight from step to step.
// CHECK: gpu.func @sum_in_flight
!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!ring = !hopper.ring<3, !smem>
!f32 = tensor<64x64xf32, #hopper.fragment>
!pending = !hopper.pending<!f32>
gpu.module @kernels {
  gpu.func @sum_in_flight(%in: !map, %n: i32) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %r0 = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      %t0 = hopper.put_enter %r0 : !ring
      hopper.tma_load %in[%c0, %c0], %t0 : !map, !smem
      hopper.put_exit %t0, %r0 : !ring
      scf.for %i = %c1 to %n step %c1 : i32 {
        %u0 = hopper.put_enter %r0 : !ring
        hopper.tma_load %in[%c0, %c0], %u0 : !map, !smem
        hopper.put_exit %u0, %r0 : !ring
      }
    } consumers 1 registers 240 (%wg) {
      %g = hopper.get_enter %r0 : !ring
      hopper.wgmma_fence none
      %p = hopper.wgmma %g, %g : !smem, !smem -> !pending
      %c = hopper.commit %p : !pending
      %l:2 = scf.for %i = %c1 to %n step %c1 iter_args(%before = %c, %s = %g) -> (!pending, !smem) : i32 {
        %h = hopper.get_enter %r0 : !ring
        hopper.wgmma_fence none
        %q = hopper.wgmma %h, %h onto %before : !smem, !smem -> !pending
        %d = hopper.commit %q : !pending
        hopper.wait_older 1
        hopper.get_exit %s, %r0 : !ring
        scf.yield %d, %h : !pending, !smem
      }
      %e = hopper.wait 0, %l#0 : !pending
      hopper.get_exit %l#1, %r0 : !ring
    }
    gpu.return
  }
}

// -----

!map = !hopper.tensor_map<8x64xbf16, swizzle = 128>
!tile = !hopper.smem<8x64xbf16, swizzle = 128>
!ring = !hopper.ring<2, !tile>

// Each consumer has a ring of its own, and tiles as long as there are any left.
// CHECK: gpu.func @own_rings
// CHECK: hopper.select_ring
gpu.module @kernels {
  gpu.func @own_rings(%map: !map, %n: i32) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c2 = arith.constant 2 : i32
    %r0 = hopper.ring : !ring
    %r1 = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      scf.for %i = %c0 to %n step %c2 : i32 {
        %left = arith.subi %n, %i : i32
        %has0 = arith.cmpi sgt, %left, %c0 : i32
        scf.if %has0 {
          %e = hopper.put_enter %r0 : !ring
          hopper.tma_load %map[%i, %c0], %e : !map, !tile
          hopper.put_exit %e, %r0 : !ring
        }
        %has1 = arith.cmpi sgt, %left, %c1 : i32
        scf.if %has1 {
          %e = hopper.put_enter %r1 : !ring
          hopper.tma_load %map[%i, %c0], %e : !map, !tile
          hopper.put_exit %e, %r1 : !ring
        }
      }
    } consumers 2 registers 240 (%wg) {
      %mine = hopper.select_ring %r0, %r1 : !ring
      scf.for %i = %c0 to %n step %c2 : i32 {
        %left = arith.subi %n, %i : i32
        %has = arith.cmpi sgt, %left, %wg : i32
        scf.if %has {
          %g = hopper.get_enter %mine : !ring
          hopper.get_exit %g, %mine : !ring
        }
      }
    }
    gpu.return
  }
}

// -----

!map = !hopper.tensor_map<8x64xbf16, swizzle = 128>
!tile = !hopper.smem<8x64xbf16, swizzle = 128>
!ring = !hopper.ring<2, !tile>

// Tiles as far apart as there are blocks: consumer i is i times that further, which is folded for the producer.
// CHECK: gpu.func @own_rings_with_steps
// CHECK: hopper.select_ring
gpu.module @kernels {
  gpu.func @own_rings_with_steps(%map: !map, %n: i32, %step: i32) kernel {
    %c0 = arith.constant 0 : i32
    %c2 = arith.constant 2 : i32
    %c3 = arith.constant 3 : i32
    %r0 = hopper.ring : !ring
    %r1 = hopper.ring : !ring
    %r2 = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      %round = arith.muli %step, %c3 : i32
      %twice = arith.muli %step, %c2 : i32
      scf.for %i = %c0 to %n step %round : i32 {
        %left = arith.subi %n, %i : i32
        %has0 = arith.cmpi sgt, %left, %c0 : i32
        scf.if %has0 {
          %e = hopper.put_enter %r0 : !ring
          hopper.tma_load %map[%i, %c0], %e : !map, !tile
          hopper.put_exit %e, %r0 : !ring
        }
        %has1 = arith.cmpi sgt, %left, %step : i32
        scf.if %has1 {
          %e = hopper.put_enter %r1 : !ring
          hopper.tma_load %map[%i, %c0], %e : !map, !tile
          hopper.put_exit %e, %r1 : !ring
        }
        %has2 = arith.cmpi sgt, %left, %twice : i32
        scf.if %has2 {
          %e = hopper.put_enter %r2 : !ring
          hopper.tma_load %map[%i, %c0], %e : !map, !tile
          hopper.put_exit %e, %r2 : !ring
        }
      }
    } consumers 3 registers 160 (%wg) {
      %mine = hopper.select_ring %r0, %r1, %r2 : !ring
      %round = arith.muli %step, %c3 : i32
      %offset = arith.muli %wg, %step : i32
      scf.for %i = %c0 to %n step %round : i32 {
        %left = arith.subi %n, %i : i32
        %has = arith.cmpi sgt, %left, %offset : i32
        scf.if %has {
          %g = hopper.get_enter %mine : !ring
          hopper.get_exit %g, %mine : !ring
        }
      }
    }
    gpu.return
  }
}

// -----

!map = !hopper.tensor_map<8x64xbf16, swizzle = 128>
!tile = !hopper.smem<8x64xbf16, swizzle = 128>
!ring = !hopper.ring<2, !tile>

// Consumers take turns at one ring: each skips what the other one gets.
// CHECK: gpu.func @turns
// CHECK: hopper.skip
gpu.module @kernels {
  gpu.func @turns(%map: !map, %n: i32) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c2 = arith.constant 2 : i32
    %r = hopper.ring turns : !ring
    hopper.warp_specialize producer registers 24 {
      scf.for %i = %c0 to %n step %c2 : i32 {
        %left = arith.subi %n, %i : i32
        %has0 = arith.cmpi sgt, %left, %c0 : i32
        scf.if %has0 {
          %e = hopper.put_enter %r : !ring
          hopper.tma_load %map[%i, %c0], %e : !map, !tile
          hopper.put_exit %e, %r : !ring
        }
        %has1 = arith.cmpi sgt, %left, %c1 : i32
        scf.if %has1 {
          %e = hopper.put_enter %r : !ring
          hopper.tma_load %map[%i, %c0], %e : !map, !tile
          hopper.put_exit %e, %r : !ring
        }
      }
    } consumers 2 registers 240 (%wg) {
      %c256 = arith.constant 256 : i32
      %mine = arith.addi %wg, %c1 : i32
      %all = arith.constant 3 : i32
      %other = arith.subi %all, %mine : i32
      %second = arith.cmpi eq, %wg, %c1 : i32
      scf.if %second {
        nvvm.barrier.arrive id = %c1 number_of_threads = %c256
      }
      hopper.skip %wg of %r : !ring
      scf.for %i = %c0 to %n step %c2 : i32 {
        %left = arith.subi %n, %i : i32
        %has = arith.cmpi sgt, %left, %wg : i32
        scf.if %has {
          nvvm.barrier id = %mine number_of_threads = %c256
          %g = hopper.get_enter %r : !ring
          nvvm.barrier.arrive id = %other number_of_threads = %c256
          hopper.get_exit %g, %r : !ring
        }
        hopper.skip %c1 of %r : !ring
      }
    }
    gpu.return
  }
}

// -----

!map = !hopper.tensor_map<8x64xbf16, swizzle = 128>
!tile = !hopper.smem<8x64xbf16, swizzle = 128>
!ring = !hopper.ring<2, !tile>

// Turns that are too long to be followed to their end.
// CHECK: gpu.func @long_turns
// CHECK: hopper.skip
gpu.module @kernels {
  gpu.func @long_turns(%map: !map, %n: i32) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c2 = arith.constant 2 : i32
    %length = arith.constant 1100 : i32
    %r = hopper.ring turns : !ring
    hopper.warp_specialize producer registers 24 {
      scf.for %i = %c0 to %n step %c2 : i32 {
        scf.for %k = %c0 to %length step %c1 : i32 {
          %e = hopper.put_enter %r : !ring
          hopper.tma_load %map[%i, %k], %e : !map, !tile
          hopper.put_exit %e, %r : !ring
        }
        scf.for %k = %c0 to %length step %c1 : i32 {
          %e = hopper.put_enter %r : !ring
          hopper.tma_load %map[%i, %k], %e : !map, !tile
          hopper.put_exit %e, %r : !ring
        }
      }
    } consumers 2 registers 240 (%wg) {
      %c256 = arith.constant 256 : i32
      %mine = arith.addi %wg, %c1 : i32
      %all = arith.constant 3 : i32
      %other = arith.subi %all, %mine : i32
      %second = arith.cmpi eq, %wg, %c1 : i32
      scf.if %second {
        nvvm.barrier.arrive id = %c1 number_of_threads = %c256
      }
      %before = arith.muli %wg, %length : i32
      hopper.skip %before of %r : !ring
      scf.for %i = %c0 to %n step %c2 : i32 {
        nvvm.barrier id = %mine number_of_threads = %c256
        scf.for %k = %c0 to %length step %c1 : i32 {
          %g = hopper.get_enter %r : !ring
          hopper.get_exit %g, %r : !ring
        }
        nvvm.barrier.arrive id = %other number_of_threads = %c256
        hopper.skip %length of %r : !ring
      }
    }
    gpu.return
  }
}
