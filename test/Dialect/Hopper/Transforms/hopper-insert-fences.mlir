// RUN: cca-opt %s --pass-pipeline='builtin.module(gpu.module(gpu.func(hopper-insert-fences)))' | FileCheck %s

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!stage = !hopper.smem<64x64xbf16, swizzle = 128>
!half = tensor<64x64xbf16, #hopper.fragment>
!tile = tensor<64x64xf32, #hopper.fragment>
!pending = !hopper.pending<!tile>

// Directly before the product, with what ordinary instructions have written.
// CHECK-LABEL: gpu.func @operands_in_registers
// CHECK:         scf.for {{.*}} iter_args(%[[P:.*]] = %{{.*}}, %[[SUM:.*]] = %{{.*}})
// CHECK-NEXT:      %[[F:.*]]:2 = hopper.wgmma_fence %[[P]], %[[SUM]]
// CHECK-NEXT:      hopper.wgmma %[[F]]#0, %{{.*}}, %[[F]]#1
gpu.module @operands_in_registers {
  gpu.func @operands_in_registers(%p0: !half, %zero: !tile, %v: !stage, %n: i32) kernel {
    %c1 = arith.constant 1 : i32
    %r:2 = scf.for %i = %c1 to %n step %c1 iter_args(%p = %p0, %sum = %zero) -> (!half, !tile) : i32 {
      %o = hopper.wgmma %p, %v, %sum : !half, !stage -> !pending
      %oc = hopper.commit %o : !pending
      %next = hopper.wait 0, %oc : !pending
      %h = arith.truncf %next : !tile to !half
      scf.yield %h, %next : !half, !tile
    }
    gpu.return
  }
}

// An accumulator that comes out of a wait, with no write in between.
// CHECK-LABEL: gpu.func @accumulator_from_a_wait
// CHECK:         %[[FP:.*]] = hopper.wgmma_fence %{{.*}} : tensor<64x64xbf16
// CHECK-NEXT:    hopper.wgmma %[[FP]]
// CHECK:         %[[SUM:.*]] = hopper.wait
// CHECK-NEXT:    %[[FP:.*]] = hopper.wgmma_fence %{{.*}} : tensor<64x64xbf16
// CHECK-NEXT:    hopper.wgmma %[[FP]], %{{.*}}, %[[SUM]]
gpu.module @accumulator_from_a_wait {
  gpu.func @accumulator_from_a_wait(%p: !half, %q: !half, %v: !stage) kernel {
    %o = hopper.wgmma %p, %v : !half, !stage -> !pending
    %oc = hopper.commit %o : !pending
    %sum = hopper.wait 0, %oc : !pending
    %t = hopper.wgmma %q, %v, %sum : !half, !stage -> !pending
    gpu.return
  }
}

// Added to a product in flight: no registers to fence.
// CHECK-LABEL: gpu.func @product_onto_one_in_flight
// CHECK:         hopper.wgmma_fence none
// CHECK-NEXT:    hopper.wgmma
// CHECK-NEXT:    %[[C:.*]] = hopper.commit
// CHECK-NEXT:    hopper.wgmma_fence none
// CHECK-NEXT:    hopper.wgmma %{{.*}}, %{{.*}} onto %[[C]]
gpu.module @product_onto_one_in_flight {
  gpu.func @product_onto_one_in_flight(%a: !stage, %b: !stage) kernel {
    %p = hopper.wgmma %a, %b : !stage, !stage -> !pending
    %c = hopper.commit %p : !pending
    %q = hopper.wgmma %a, %b onto %c : !stage, !stage -> !pending
    gpu.return
  }
}

// Fenced once, not copied in each iteration; the loop's own fence has nothing to take.
// CHECK-LABEL: gpu.func @operand_from_outside_of_a_loop
// CHECK:         %[[Q:.*]] = hopper.ldmatrix
// CHECK-NEXT:    %[[F:.*]] = hopper.wgmma_fence %[[Q]]
// CHECK:         scf.for
// CHECK-NEXT:      hopper.wgmma_fence none
// CHECK-NEXT:      hopper.wgmma %[[F]]
gpu.module @operand_from_outside_of_a_loop {
  gpu.func @operand_from_outside_of_a_loop(%queries: !stage, %k: !stage, %n: i32) kernel {
    %c1 = arith.constant 1 : i32
    %q = hopper.ldmatrix %queries : !stage -> !half
    scf.for %i = %c1 to %n step %c1 : i32 {
      %s = hopper.wgmma %q, %k transpose_b : !half, !stage -> !pending
      %sc = hopper.commit %s : !pending
      %st = hopper.wait 0, %sc : !pending
    }
    gpu.return
  }
}

// CHECK-LABEL: gpu.func @operands_in_shared_memory
// CHECK-NEXT:    hopper.wgmma_fence none
// CHECK-NEXT:    hopper.wgmma
gpu.module @operands_in_shared_memory {
  gpu.func @operands_in_shared_memory(%q: !stage, %k: !stage) kernel {
    %s = hopper.wgmma %q, %k transpose_b : !stage, !stage -> !pending
    gpu.return
  }
}

// Before: the last copy has read the tile, and all threads know. After: TMA sees what all threads have written.
// Barriers 1 and 2 are the turns of two consumers; 3 and 4 are their own.
// CHECK-LABEL: gpu.func @staging
// CHECK:         } consumers 2 registers 240 (%[[I:.*]]) {
// CHECK:           scf.for
// CHECK-NEXT:        hopper.tma_store_wait 0
// CHECK-NEXT:        %[[C3:.*]] = arith.constant 3
// CHECK-NEXT:        %[[OWN:.*]] = arith.addi %[[I]], %[[C3]]
// CHECK-NEXT:        %[[THREADS:.*]] = arith.constant 128
// CHECK-NEXT:        nvvm.barrier id = %[[OWN]] number_of_threads = %[[THREADS]]
// CHECK-NEXT:        hopper.stmatrix
// CHECK-NEXT:        nvvm.fence.proxy {kind = #nvvm.proxy_kind<async.shared>, space = #nvvm.shared_space<cta>}
// CHECK-NEXT:        %[[C3:.*]] = arith.constant 3
// CHECK-NEXT:        %[[OWN:.*]] = arith.addi %[[I]], %[[C3]]
// CHECK-NEXT:        %[[THREADS:.*]] = arith.constant 128
// CHECK-NEXT:        nvvm.barrier id = %[[OWN]] number_of_threads = %[[THREADS]]
// CHECK-NEXT:        hopper.tma_store
// CHECK-NEXT:      }
// CHECK-NEXT:      hopper.tma_store_wait 0
// CHECK-NEXT:    }
gpu.module @staging {
  gpu.func @staging(%tile: !half, %map: !map, %n: i32) kernel {
    %staging = hopper.alloc : !stage
    hopper.warp_specialize producer registers 24 {
    } consumers 2 registers 240 (%index) {
      %c1 = arith.constant 1 : i32
      scf.for %i = %c1 to %n step %c1 : i32 {
        hopper.stmatrix %tile, %staging : !half, !stage
        hopper.tma_store %staging, %map[%i, %i] : !stage, !map
      }
    }
    gpu.return
  }
}

// Of two tiles in turn one is written while a copy reads the other.
// CHECK-LABEL: gpu.func @staging_tiles_in_turn
// CHECK:           scf.for
// CHECK-NEXT:        hopper.tma_store_wait 1
// CHECK:             hopper.stmatrix %{{.*}}, %[[FIRST:.*]] :
// CHECK:             hopper.tma_store %[[FIRST]]
// CHECK-NEXT:        hopper.tma_store_wait 1
// CHECK:             hopper.stmatrix
// CHECK:             hopper.tma_store
// CHECK-NEXT:      }
// CHECK-NEXT:      hopper.tma_store_wait 0
gpu.module @staging_tiles_in_turn {
  gpu.func @staging_tiles_in_turn(%tile: !half, %map: !map, %n: i32) kernel {
    %first = hopper.alloc : !stage
    %second = hopper.alloc : !stage
    hopper.warp_specialize producer registers 24 {
    } consumers 2 registers 240 (%index) {
      %c1 = arith.constant 1 : i32
      scf.for %i = %c1 to %n step %c1 : i32 {
        hopper.stmatrix %tile, %first : !half, !stage
        hopper.tma_store %first, %map[%i, %i] : !stage, !map
        hopper.stmatrix %tile, %second : !half, !stage
        hopper.tma_store %second, %map[%i, %i] : !stage, !map
      }
    }
    gpu.return
  }
}

// TMA writes the next tile when all have left: not before registers are there. What only products read is left after
// their wait.
// CHECK-LABEL: gpu.func @read_into_registers
// CHECK:           hopper.ldmatrix
// CHECK-NEXT:      nvvm.fence.proxy {kind = #nvvm.proxy_kind<async.shared>, space = #nvvm.shared_space<cta>}
// CHECK-NEXT:      hopper.get_exit
// CHECK:           hopper.wait
// CHECK-NEXT:      hopper.get_exit
gpu.module @read_into_registers {
  gpu.func @read_into_registers() kernel {
    %r = hopper.ring : !hopper.ring<2, !stage>
    hopper.warp_specialize producer registers 24 {
    } consumers 1 registers 240 (%index) {
      %f = hopper.get_enter %r : !hopper.ring<2, !stage>
      %q = hopper.ldmatrix %f : !stage -> !half
      hopper.get_exit %f, %r : !hopper.ring<2, !stage>
      %g = hopper.get_enter %r : !hopper.ring<2, !stage>
      %s = hopper.wgmma %q, %g transpose_b : !half, !stage -> !pending
      %sc = hopper.commit %s : !pending
      %st = hopper.wait 0, %sc : !pending
      hopper.get_exit %g, %r : !hopper.ring<2, !stage>
    }
    gpu.return
  }
}
