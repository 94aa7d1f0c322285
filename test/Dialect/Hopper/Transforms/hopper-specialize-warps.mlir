// RUN: cca-opt %s --pass-pipeline='builtin.module(gpu.module(gpu.func(hopper-specialize-warps)))' | FileCheck %s

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!stage = !hopper.smem<64x64xbf16, swizzle = 128>
!ring = !hopper.ring<2, !stage>
!tile = tensor<64x64xf32, #hopper.fragment>

// Loops and coordinates are in both roles, puts in one, tiles in the other.
// CHECK-LABEL: gpu.func @loop
// CHECK-SAME:    %[[MAP:[a-z0-9]*]]: !{{.*}}, %[[ZERO:[a-z0-9]*]]: tensor{{.*}}, %[[N:[a-z0-9]*]]: i32)
// CHECK-SAME:    known_block_size = array<i32: 384, 1, 1>
// CHECK:         %[[RING:.*]] = hopper.ring
// CHECK-NEXT:    hopper.warp_specialize producer registers 24 {
// CHECK-NEXT:      %[[C64:.*]] = arith.constant 64 : i32
// CHECK-NEXT:      scf.for %[[I:.*]] = %[[C64]] to %[[N]] step %[[C64]] iter_args(%[[ROW:.*]] = %[[C64]]) -> (i32)
// CHECK-NEXT:        %[[PUT:.*]] = hopper.put_enter %[[RING]]
// CHECK-NEXT:        hopper.tma_load %[[MAP]][%[[ROW]], %[[C64]]], %[[PUT]]
// CHECK-NEXT:        hopper.put_exit %[[PUT]], %[[RING]]
// CHECK-NEXT:        %[[NEXT:.*]] = arith.addi %[[ROW]], %[[I]]
// CHECK-NEXT:        scf.yield %[[NEXT]]
// CHECK-NEXT:      }
// CHECK-NEXT:    } consumers 2 registers 240 (%{{.*}}) {
// CHECK-NEXT:      %[[C64:.*]] = arith.constant 64 : i32
// CHECK-NEXT:      scf.for %[[I:.*]] = %[[C64]] to %[[N]] step %[[C64]] iter_args(%[[ROW:.*]] = %[[C64]], %[[SUM:.*]] = %[[ZERO]])
// CHECK-NEXT:        %[[GET:.*]] = hopper.get_enter %[[RING]]
// CHECK-NEXT:        %[[A:.*]] = hopper.ldmatrix %[[GET]]
// CHECK-NEXT:        hopper.get_exit %[[GET]], %[[RING]]
// CHECK-NEXT:        %[[E:.*]] = math.exp2 %[[SUM]]
// CHECK-NEXT:        %[[NEXT:.*]] = arith.addi %[[ROW]], %[[I]]
// CHECK-NEXT:        scf.yield %[[NEXT]], %[[E]]
// CHECK-NEXT:      }
// CHECK-NEXT:    }
// CHECK-NEXT:    gpu.return
gpu.module @loop {
  gpu.func @loop(%map: !map, %zero: !tile, %n: i32) kernel attributes {
      cca.schedule = #cca.schedule<block_q = 128, block_kv = 64, stages = 2, consumers = 2, softmax = bounded>} {
    %c64 = arith.constant 64 : i32
    %ring = hopper.ring : !ring
    %r:2 = scf.for %i = %c64 to %n step %c64 iter_args(%row = %c64, %sum = %zero) -> (i32, !tile) : i32 {
      %put = hopper.put_enter %ring : !ring
      hopper.tma_load %map[%row, %c64], %put : !map, !stage
      hopper.put_exit %put, %ring : !ring
      %get = hopper.get_enter %ring : !ring
      %a = hopper.ldmatrix %get : !stage -> tensor<64x64xbf16, #hopper.fragment>
      hopper.get_exit %get, %ring : !ring
      %e = math.exp2 %sum : !tile
      %next = arith.addi %row, %i : i32
      scf.yield %next, %e : i32, !tile
    }
    gpu.return
  }
}

// CHECK-LABEL: gpu.func @branch
// CHECK-SAME:    %[[MAP:[a-z0-9]*]]: !{{.*}}, %[[TILE:[a-z0-9]*]]: tensor{{.*}}, %[[CONDITION:[a-z0-9]*]]: i1
// CHECK:         hopper.warp_specialize
// CHECK-NEXT:      %[[R:.*]] = scf.if %[[CONDITION]] -> (i32) {
// CHECK-NEXT:        hopper.put_enter
// CHECK-NEXT:        hopper.tma_load
// CHECK-NEXT:        hopper.put_exit
// CHECK-NEXT:        scf.yield %[[I:.*]] : i32
// CHECK-NEXT:      } else {
// CHECK-NEXT:        scf.yield %[[I]] : i32
// CHECK-NEXT:      }
// CHECK-NEXT:      arith.addi %[[R]], %[[R]]
// CHECK-NEXT:    } consumers
// CHECK-NEXT:      %[[R:.*]]:2 = scf.if %[[CONDITION]] -> (i32, tensor<64x64xf32, #hopper.fragment>) {
// CHECK-NEXT:        hopper.get_enter
// CHECK-NEXT:        hopper.get_exit
// CHECK-NEXT:        scf.yield %[[I]], %[[TILE]]
// CHECK-NEXT:      } else {
// CHECK-NEXT:        %[[E:.*]] = math.exp2 %[[TILE]]
// CHECK-NEXT:        scf.yield %[[I]], %[[E]]
// CHECK-NEXT:      }
// CHECK-NEXT:      arith.addi %[[R]]#0, %[[R]]#0
gpu.module @branch {
  gpu.func @branch(%map: !map, %tile: !tile, %condition: i1, %i: i32) kernel {
    %ring = hopper.ring : !ring
    %r:2 = scf.if %condition -> (i32, !tile) {
      %put = hopper.put_enter %ring : !ring
      hopper.tma_load %map[%i, %i], %put : !map, !stage
      hopper.put_exit %put, %ring : !ring
      %get = hopper.get_enter %ring : !ring
      hopper.get_exit %get, %ring : !ring
      scf.yield %i, %tile : i32, !tile
    } else {
      %e = math.exp2 %tile : !tile
      scf.yield %i, %e : i32, !tile
    }
    %twice = arith.addi %r#0, %r#0 : i32
    gpu.return
  }
}

// CHECK-LABEL: gpu.func @branch_without_else
// CHECK:         hopper.warp_specialize
// CHECK-NEXT:      scf.if
// CHECK-NEXT:      }
// CHECK-NEXT:    } consumers
// CHECK-NEXT:      scf.if
// CHECK-NEXT:        math.exp2
// CHECK-NEXT:      }
// CHECK-NEXT:    }
gpu.module @branch_without_else {
  gpu.func @branch_without_else(%tile: !tile, %condition: i1) kernel {
    scf.if %condition {
      %e = math.exp2 %tile : !tile
    }
    gpu.return
  }
}

// Control flow without tiles and rings is copied as it is.
// CHECK-LABEL: gpu.func @while_loop_over_numbers
// CHECK:         hopper.warp_specialize
// CHECK-NEXT:      scf.while
// CHECK:         } consumers
// CHECK-NEXT:      scf.while
gpu.module @while_loop_over_numbers {
  gpu.func @while_loop_over_numbers(%i: i32, %n: i32) kernel {
    %r = scf.while (%x = %i) : (i32) -> i32 {
      %more = arith.cmpi slt, %x, %n : i32
      scf.condition(%more) %x : i32
    } do {
    ^bb0(%x: i32):
      %next = arith.addi %x, %x : i32
      scf.yield %next : i32
    }
    gpu.return
  }
}

// CHECK-LABEL: gpu.func @consumer_index
// CHECK:         hopper.warp_specialize
// CHECK:           %[[ZERO:.*]] = arith.constant 0 : i32
// CHECK:           arith.muli %[[ZERO]], %[[ZERO]]
// CHECK-NEXT:    } consumers 2 registers 240 (%[[INDEX:.*]]) {
// CHECK-NEXT:      arith.muli %[[INDEX]], %[[INDEX]]
// CHECK-NOT:     hopper.consumer_index
gpu.module @consumer_index {
  gpu.func @consumer_index() kernel attributes {
      cca.schedule = #cca.schedule<block_q = 128, block_kv = 64, stages = 2, consumers = 2, softmax = bounded>} {
    %index = hopper.consumer_index
    %square = arith.muli %index, %index : i32
    gpu.return
  }
}

// CHECK-LABEL: gpu.func @registers_of_three_consumers
// CHECK-SAME:    known_block_size = array<i32: 512, 1, 1>
// CHECK:         hopper.warp_specialize producer registers 32 {
// CHECK:         } consumers 3 registers 160
gpu.module @registers_of_three_consumers {
  gpu.func @registers_of_three_consumers() kernel attributes {
      cca.schedule = #cca.schedule<block_q = 192, block_kv = 64, stages = 2, consumers = 3, softmax = bounded, ping_pong = false>} {
    gpu.return
  }
}

// Two blocks of a multiprocessor have half of its registers each.
// CHECK-LABEL: gpu.func @two_blocks
// CHECK-SAME:    known_block_size = array<i32: 256, 1, 1>, nvvm.minctasm = 2 : i32
// CHECK:         hopper.warp_specialize producer registers 40 {
// CHECK:         } consumers 1 registers 208
gpu.module @two_blocks {
  gpu.func @two_blocks() kernel attributes {
      cca.schedule = #cca.gemm_schedule<block_m = 128, block_n = 128, block_k = 64, stages = 3, consumers = 1,
                                        blocks_per_multiprocessor = 2>} {
    gpu.return
  }
}

// Products in flight and the stages that they read are the consumers'.
// CHECK-LABEL: gpu.func @sum_in_flight
// CHECK:         hopper.warp_specialize producer
// CHECK:           hopper.put_exit
// CHECK:           scf.for %{{.*}} = %{{.*}} to %{{.*}} step %{{[a-z0-9_]*}} : i32 {
// CHECK-NEXT:        hopper.put_enter
// CHECK-NOT:       hopper.get
// CHECK:         consumers
// CHECK:           %[[L:.*]]:2 = scf.for {{.*}} iter_args(%[[C:.*]] = %{{.*}}, %[[S:.*]] = %{{.*}}) -> (!hopper.pending{{.*}}, !hopper.smem
// CHECK:             hopper.wgmma {{.*}} onto %[[C]]
// CHECK:             hopper.get_exit %[[S]]
// CHECK:           hopper.wait 0, %[[L]]#0
// CHECK-NEXT:      hopper.get_exit %[[L]]#1
gpu.module @sum_in_flight {
  gpu.func @sum_in_flight(%map: !map, %n: i32) kernel attributes {
      cca.schedule = #cca.schedule<block_q = 128, block_kv = 64, stages = 2, consumers = 2, softmax = bounded>} {
    %c64 = arith.constant 64 : i32
    %ring = hopper.ring : !ring
    %put = hopper.put_enter %ring : !ring
    hopper.tma_load %map[%c64, %c64], %put : !map, !stage
    hopper.put_exit %put, %ring : !ring
    %get = hopper.get_enter %ring : !ring
    %p = hopper.wgmma %get, %get : !stage, !stage -> !hopper.pending<!tile>
    %c = hopper.commit %p : !hopper.pending<!tile>
    %l:2 = scf.for %i = %c64 to %n step %c64 iter_args(%before = %c, %stage = %get) -> (!hopper.pending<!tile>, !stage) : i32 {
      %puts = hopper.put_enter %ring : !ring
      hopper.tma_load %map[%i, %c64], %puts : !map, !stage
      hopper.put_exit %puts, %ring : !ring
      %gets = hopper.get_enter %ring : !ring
      %q = hopper.wgmma %gets, %gets onto %before : !stage, !stage -> !hopper.pending<!tile>
      %d = hopper.commit %q : !hopper.pending<!tile>
      hopper.wait_older 1
      hopper.get_exit %stage, %ring : !ring
      scf.yield %d, %gets : !hopper.pending<!tile>, !stage
    }
    %sum = hopper.wait 0, %l#0 : !hopper.pending<!tile>
    hopper.get_exit %l#1, %ring : !ring
    gpu.return
  }
}

// Consumers that do not share tiles take iterations in turn, from rings of their own; a ring outside of the loop is
// everybody's.
// CHECK-LABEL: gpu.func @tiles_of_their_own
// CHECK-SAME:    %[[MAP:[a-z0-9]*]]: !{{.*}}, %[[B:[a-z0-9]*]]: i32, %[[N:[a-z0-9]*]]: i32)
// CHECK:         %[[ALL:.*]] = hopper.ring
// CHECK-NEXT:    %[[R0:.*]] = hopper.ring
// CHECK-NEXT:    %[[R1:.*]] = hopper.ring
// CHECK-NEXT:    hopper.warp_specialize producer
// CHECK:           hopper.put_enter %[[ALL]]
// CHECK:           %[[C2:.*]] = arith.constant 2 : i32
// CHECK-NEXT:      %[[STEP:.*]] = arith.muli %{{.*}}, %[[C2]]
// CHECK-NEXT:      scf.for %[[I:.*]] = %[[B]] to %[[N]] step %[[STEP]]
// CHECK-NEXT:        %[[LEFT:.*]] = arith.subi %[[N]], %[[I]]
// CHECK:             arith.cmpi sgt, %[[LEFT]], %{{.*}}
// CHECK-NEXT:        scf.if
// CHECK-NEXT:          %[[FIRST:.*]] = arith.addi %[[I]], %{{.*}}
// CHECK-NEXT:          %[[E:.*]] = hopper.put_enter %[[R0]]
// CHECK-NEXT:          hopper.tma_load %[[MAP]][%[[FIRST]], %[[FIRST]]], %[[E]]
// CHECK-NEXT:          hopper.put_exit %[[E]], %[[R0]]
// CHECK:             %[[C1:.*]] = arith.constant 1 : i32
// CHECK-NEXT:        %[[OFFSET:.*]] = arith.muli %{{.*}}, %[[C1]]
// CHECK-NEXT:        arith.cmpi sgt, %[[LEFT]], %[[OFFSET]]
// CHECK-NEXT:        scf.if
// CHECK-NEXT:          %[[SECOND:.*]] = arith.addi %[[I]], %[[OFFSET]]
// CHECK-NEXT:          %[[E:.*]] = hopper.put_enter %[[R1]]
// CHECK-NEXT:          hopper.tma_load %[[MAP]][%[[SECOND]], %[[SECOND]]], %[[E]]
// CHECK-NEXT:          hopper.put_exit %[[E]], %[[R1]]
// CHECK-NOT:           hopper.put
// CHECK:         } consumers 2 registers 240 (%[[INDEX:.*]]) {
// CHECK:           %[[MINE:.*]] = hopper.select_ring %[[R0]], %[[R1]]
// CHECK:           hopper.get_enter %[[ALL]]
// CHECK:           scf.for %[[I:.*]] = %[[B]] to %[[N]] step
// CHECK-NEXT:        %[[LEFT:.*]] = arith.subi %[[N]], %[[I]]
// CHECK-NEXT:        %[[OFFSET:.*]] = arith.muli %[[INDEX]], %{{.*}}
// CHECK-NEXT:        arith.cmpi sgt, %[[LEFT]], %[[OFFSET]]
// CHECK-NEXT:        scf.if
// CHECK-NEXT:          arith.addi %[[I]], %[[OFFSET]]
// CHECK-NEXT:          %[[G:.*]] = hopper.get_enter %[[MINE]]
// CHECK-NEXT:          hopper.get_exit %[[G]], %[[MINE]]
// CHECK:           hopper.get_exit %{{.*}}, %[[ALL]]
gpu.module @tiles_of_their_own {
  gpu.func @tiles_of_their_own(%map: !map, %begin: i32, %n: i32) kernel attributes {
      cca.schedule = #cca.mix_schedule<block_m = 64, stages = 2, consumers = 2, cooperative = false>} {
    %c1 = arith.constant 1 : i32
    %all = hopper.ring : !hopper.ring<1, !stage>
    %ring = hopper.ring : !ring
    %put = hopper.put_enter %all : !hopper.ring<1, !stage>
    hopper.tma_load %map[%c1, %c1], %put : !map, !stage
    hopper.put_exit %put, %all : !hopper.ring<1, !stage>
    %get = hopper.get_enter %all : !hopper.ring<1, !stage>
    scf.for %i = %begin to %n step %c1 : i32 {
      %e = hopper.put_enter %ring : !ring
      hopper.tma_load %map[%i, %i], %e : !map, !stage
      hopper.put_exit %e, %ring : !ring
      %g = hopper.get_enter %ring : !ring
      hopper.get_exit %g, %ring : !ring
    } {hopper.dealt}
    hopper.get_exit %get, %all : !hopper.ring<1, !stage>
    gpu.return
  }
}

// Consumers that share tiles follow the same loop all together.
// CHECK-LABEL: gpu.func @shared_tiles
// CHECK:           scf.for %{{.*}} = %{{.*}} to %{{.*}} step %{{.*}} : i32 {
// CHECK-NEXT:        hopper.put_enter
gpu.module @shared_tiles {
  gpu.func @shared_tiles(%map: !map, %n: i32) kernel attributes {
      cca.schedule = #cca.mix_schedule<block_m = 128, stages = 2, consumers = 2>} {
    %c1 = arith.constant 1 : i32
    %ring = hopper.ring : !ring
    scf.for %i = %c1 to %n step %c1 : i32 {
      %e = hopper.put_enter %ring : !ring
      hopper.tma_load %map[%i, %i], %e : !map, !stage
      hopper.put_exit %e, %ring : !ring
      %g = hopper.get_enter %ring : !ring
      hopper.get_exit %g, %ring : !ring
    } {hopper.dealt}
    gpu.return
  }
}

// One consumer takes all tiles; its ring is its own as those of several would be.
// CHECK-LABEL: gpu.func @alone
// CHECK:         } consumers 1 registers 240
// CHECK-NEXT:      hopper.select_ring
// CHECK-NOT:       hopper.skip
// CHECK:           gpu.return
gpu.module @alone {
  gpu.func @alone(%map: !map, %n: i32) kernel attributes {
      cca.schedule = #cca.mix_schedule<block_m = 64, stages = 2, consumers = 1, cooperative = false>} {
    %c1 = arith.constant 1 : i32
    %ring = hopper.ring : !ring
    scf.for %i = %c1 to %n step %c1 : i32 {
      %e = hopper.put_enter %ring : !ring
      hopper.tma_load %map[%i, %i], %e : !map, !stage
      hopper.put_exit %e, %ring : !ring
      %g = hopper.get_enter %ring : !ring
      hopper.get_exit %g, %ring : !ring
    } {hopper.dealt}
    gpu.return
  }
}

// Consumers of a product take turns at one ring. Consumer i begins with the i-th tile, which is behind i times the five
// gets of an iteration, and after each of its own leaves out as many of the other one.
// CHECK-LABEL: gpu.func @turns
// CHECK:         %[[RING:.*]] = hopper.ring turns
// CHECK:         hopper.warp_specialize producer
// CHECK-NOT:       hopper.skip
// CHECK:           scf.for
// CHECK-COUNT-2:     scf.if
// CHECK:         } consumers 2 registers 240 (%[[I:.*]]) {
// CHECK:           %[[BEFORE:.*]] = arith.muli %[[I]], %c5_i32
// CHECK-NEXT:      hopper.skip %[[BEFORE]] of %[[RING]]
// CHECK-NEXT:      scf.for
// CHECK:             scf.if
// CHECK:               hopper.get_enter %[[RING]]
// CHECK:               scf.for
// CHECK:                 hopper.get_enter %[[RING]]
// CHECK:             }
// CHECK:             %[[OTHERS:.*]] = arith.constant 5 : i32
// CHECK-NEXT:        hopper.skip %[[OTHERS]] of %[[RING]]
// CHECK-NEXT:      }
gpu.module @turns {
  gpu.func @turns(%map: !map, %n: i32) kernel attributes {
      cca.schedule = #cca.gemm_schedule<block_m = 64, block_n = 64, block_k = 64, stages = 2, consumers = 2,
                                        cooperative = false>} {
    %c1 = arith.constant 1 : i32
    %c5 = arith.constant 5 : i32
    %ring = hopper.ring : !ring
    scf.for %i = %c1 to %n step %c1 : i32 {
      %e = hopper.put_enter %ring : !ring
      hopper.tma_load %map[%i, %i], %e : !map, !stage
      hopper.put_exit %e, %ring : !ring
      %g = hopper.get_enter %ring : !ring
      hopper.get_exit %g, %ring : !ring
      scf.for %k = %c1 to %c5 step %c1 : i32 {
        %f = hopper.put_enter %ring : !ring
        hopper.tma_load %map[%i, %k], %f : !map, !stage
        hopper.put_exit %f, %ring : !ring
        %h = hopper.get_enter %ring : !ring
        hopper.get_exit %h, %ring : !ring
      }
    } {hopper.dealt}
    gpu.return
  }
}
