// RUN: cca-opt %s --pass-pipeline='builtin.module(gpu.module(gpu.func(hopper-ping-pong)))' | FileCheck %s

!stage = !hopper.smem<64x64xbf16, swizzle = 128>
!half = tensor<64x64xbf16, #hopper.fragment>
!tile = tensor<64x64xf32, #hopper.fragment>
!pending = !hopper.pending<!tile>

// Consumer 1 gives consumer 0 the first turn. Who has the turn issues both products, then passes it on.
// CHECK-LABEL: gpu.func @turns
// CHECK:         } consumers 2 registers 240 (%[[I:.*]]) {
// CHECK:           %[[IS_SECOND:.*]] = arith.cmpi eq, %[[I]], %{{.*}}
// CHECK:           %[[FIRST:.*]] = arith.constant 1 : i32
// CHECK-NEXT:      scf.if %[[IS_SECOND]] {
// CHECK-NEXT:        %[[BOTH:.*]] = arith.constant 256
// CHECK-NEXT:        nvvm.barrier.arrive id = %[[FIRST]] number_of_threads = %[[BOTH]]
// CHECK-NEXT:      }
// CHECK:           scf.for
// CHECK-NEXT:        %[[C1:.*]] = arith.constant 1
// CHECK-NEXT:        %[[MINE:.*]] = arith.addi %[[I]], %[[C1]]
// CHECK-NEXT:        %[[BOTH:.*]] = arith.constant 256
// CHECK-NEXT:        nvvm.barrier id = %[[MINE]] number_of_threads = %[[BOTH]]
// CHECK-NEXT:        hopper.wgmma
// CHECK-NEXT:        hopper.commit
// CHECK-NEXT:        hopper.wgmma
// CHECK-NEXT:        hopper.commit
// CHECK-NEXT:        %[[C3:.*]] = arith.constant 3
// CHECK-NEXT:        %[[C1:.*]] = arith.constant 1
// CHECK-NEXT:        %[[MINE:.*]] = arith.addi %[[I]], %[[C1]]
// CHECK-NEXT:        %[[OTHER:.*]] = arith.subi %[[C3]], %[[MINE]]
// CHECK-NEXT:        %[[BOTH:.*]] = arith.constant 256
// CHECK-NEXT:        nvvm.barrier.arrive id = %[[OTHER]] number_of_threads = %[[BOTH]]
// CHECK-NEXT:        hopper.wait
// CHECK-NEXT:        hopper.wait
gpu.module @turns {
  gpu.func @turns(%q: !half, %k: !stage, %n: i32) kernel {
    hopper.warp_specialize producer registers 24 {
    } consumers 2 registers 240 (%index) {
      %c1 = arith.constant 1 : i32
      scf.for %i = %c1 to %n step %c1 : i32 {
        %s = hopper.wgmma %q, %k transpose_b : !half, !stage -> !pending
        %sc = hopper.commit %s : !pending
        %o = hopper.wgmma %q, %k : !half, !stage -> !pending
        %oc = hopper.commit %o : !pending
        %st = hopper.wait 1, %sc : !pending
        %ot = hopper.wait 0, %oc : !pending
      }
    }
    gpu.return
  }
}

// The products of the loop over tiles take no turns: the two consumers would not do so equally often.
// CHECK-LABEL: gpu.func @innermost_loops_only
// CHECK:         scf.for
// CHECK-NEXT:      hopper.wgmma
// CHECK-NEXT:      hopper.commit
// CHECK-NEXT:      hopper.wait
// CHECK-NEXT:      scf.for
// CHECK:             nvvm.barrier id
// CHECK-NEXT:        hopper.wgmma
// CHECK-NEXT:        hopper.commit
// CHECK:             nvvm.barrier.arrive
// CHECK-NEXT:        hopper.wait
// CHECK-NEXT:      }
// CHECK-NEXT:    }
gpu.module @innermost_loops_only {
  gpu.func @innermost_loops_only(%q: !half, %k: !stage, %n: i32) kernel {
    hopper.warp_specialize producer registers 24 {
    } consumers 2 registers 240 (%index) {
      %c1 = arith.constant 1 : i32
      scf.for %tile = %c1 to %n step %c1 : i32 {
        %s = hopper.wgmma %q, %k transpose_b : !half, !stage -> !pending
        %sc = hopper.commit %s : !pending
        %st = hopper.wait 0, %sc : !pending
        scf.for %i = %c1 to %n step %c1 : i32 {
          %o = hopper.wgmma %q, %k : !half, !stage -> !pending
          %oc = hopper.commit %o : !pending
          %ot = hopper.wait 0, %oc : !pending
        }
      }
    }
    gpu.return
  }
}

// CHECK-LABEL: gpu.func @not_without_products
// CHECK-NOT:     nvvm.barrier
gpu.module @not_without_products {
  gpu.func @not_without_products(%q: !tile, %n: i32) kernel {
    hopper.warp_specialize producer registers 24 {
    } consumers 2 registers 240 (%index) {
      %c1 = arith.constant 1 : i32
      scf.for %i = %c1 to %n step %c1 : i32 {
        %e = math.exp2 %q : !tile
      }
    }
    gpu.return
  }
}

// CHECK-LABEL: gpu.func @not_with_three_consumers
// CHECK-NOT:     nvvm.barrier
gpu.module @not_with_three_consumers {
  gpu.func @not_with_three_consumers(%q: !half, %k: !stage, %n: i32) kernel {
    hopper.warp_specialize producer registers 32 {
    } consumers 3 registers 160 (%index) {
      %c1 = arith.constant 1 : i32
      scf.for %i = %c1 to %n step %c1 : i32 {
        %s = hopper.wgmma %q, %k transpose_b : !half, !stage -> !pending
        %sc = hopper.commit %s : !pending
        %st = hopper.wait 0, %sc : !pending
      }
    }
    gpu.return
  }
}

// CHECK-LABEL: gpu.func @not_if_the_schedule_says_so
// CHECK-NOT:     nvvm.barrier
gpu.module @not_if_the_schedule_says_so {
  gpu.func @not_if_the_schedule_says_so(%q: !half, %k: !stage, %n: i32) kernel attributes {
      cca.schedule = #cca.schedule<block_q = 128, block_kv = 64, stages = 2, consumers = 2, softmax = bounded, ping_pong = false>} {
    hopper.warp_specialize producer registers 24 {
    } consumers 2 registers 240 (%index) {
      %c1 = arith.constant 1 : i32
      scf.for %i = %c1 to %n step %c1 : i32 {
        %s = hopper.wgmma %q, %k transpose_b : !half, !stage -> !pending
        %sc = hopper.commit %s : !pending
        %st = hopper.wait 0, %sc : !pending
      }
    }
    gpu.return
  }
}

// Where consumers take turns at a ring, a turn is a tile: from before its first get until its last product is issued.
// CHECK-LABEL: gpu.func @tiles_in_turn
// CHECK:         } consumers 2 registers 240 (%[[I:.*]]) {
// CHECK:           scf.if
// CHECK:             nvvm.barrier.arrive
// CHECK:           hopper.skip
// CHECK-NEXT:      scf.for
// CHECK:             scf.if
// CHECK:               %[[MINE:.*]] = arith.addi %[[I]], %{{.*}}
// CHECK:               nvvm.barrier id = %[[MINE]]
// CHECK-NEXT:          hopper.get_enter
// CHECK-NEXT:          hopper.wgmma
// CHECK-NEXT:          hopper.commit
// CHECK-NEXT:          scf.for
// CHECK-NEXT:            hopper.get_enter
// CHECK-NOT:             nvvm.barrier
// CHECK:                 scf.yield
// CHECK:               %[[OTHER:.*]] = arith.subi
// CHECK:               nvvm.barrier.arrive id = %[[OTHER]]
// CHECK-NEXT:          hopper.wait
// CHECK:             hopper.skip
// CHECK-NOT:         nvvm.barrier
gpu.module @tiles_in_turn {
  gpu.func @tiles_in_turn(%n: i32, %has: i1, %count: i32) kernel attributes {
      cca.schedule = #cca.gemm_schedule<block_m = 64, block_n = 64, block_k = 64, stages = 2, consumers = 2,
                                        cooperative = false>} {
    %ring = hopper.ring turns : !hopper.ring<2, !stage>
    hopper.warp_specialize producer registers 24 {
    } consumers 2 registers 240 (%index) {
      %c1 = arith.constant 1 : i32
      hopper.skip %count of %ring : !hopper.ring<2, !stage>
      scf.for %i = %c1 to %n step %c1 : i32 {
        scf.if %has {
          %g = hopper.get_enter %ring : !hopper.ring<2, !stage>
          %p = hopper.wgmma %g, %g transpose_b : !stage, !stage -> !pending
          %c = hopper.commit %p : !pending
          %l:2 = scf.for %k = %c1 to %count step %c1 iter_args(%before = %c, %r = %g) -> (!pending, !stage) : i32 {
            %h = hopper.get_enter %ring : !hopper.ring<2, !stage>
            %q = hopper.wgmma %h, %h onto %before transpose_b : !stage, !stage -> !pending
            %d = hopper.commit %q : !pending
            hopper.wait_older 1
            hopper.get_exit %r, %ring : !hopper.ring<2, !stage>
            scf.yield %d, %h : !pending, !stage
          }
          %t = hopper.wait 0, %l#0 : !pending
          hopper.get_exit %l#1, %ring : !hopper.ring<2, !stage>
        }
        hopper.skip %count of %ring : !hopper.ring<2, !stage>
      }
    }
    gpu.return
  }
}
