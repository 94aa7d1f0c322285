// RUN: cca-opt %s --split-input-file --verify-diagnostics \
// RUN:   --pass-pipeline='builtin.module(gpu.module(gpu.func(hopper-specialize-warps)))'

!ring = !hopper.ring<2, !hopper.smem<64x64xbf16, swizzle = 128>>
gpu.module @branches_between_blocks {
  // expected-error @below {{'gpu.func' op expects one block, but got 2}}
  gpu.func @branches_between_blocks() kernel {
    %ring = hopper.ring : !ring
    cf.br ^next
  ^next:
    %put = hopper.put_enter %ring : !ring
    gpu.return
  }
}

// -----

!ring = !hopper.ring<2, !hopper.smem<64x64xbf16, swizzle = 128>>
gpu.module @ring_in_a_while_loop {
  gpu.func @ring_in_a_while_loop(%condition: i1) kernel {
    %ring = hopper.ring : !ring
    scf.while : () -> () {
      scf.condition(%condition)
    } do {
      // expected-error @below {{'hopper.put_enter' op expects rings and tiles in loops and branches of scf.for and scf.if only}}
      %put = hopper.put_enter %ring : !ring
      scf.yield
    }
    gpu.return
  }
}

// -----

!tile = tensor<64x64xf32, #hopper.fragment>
gpu.module @tile_carried_by_a_while_loop {
  gpu.func @tile_carried_by_a_while_loop(%tile: !tile, %condition: i1) kernel {
    // expected-error @below {{'scf.while' op expects rings and tiles in loops and branches of scf.for and scf.if only}}
    %result = scf.while (%t = %tile) : (!tile) -> !tile {
      scf.condition(%condition) %t : !tile
    } do {
    ^bb0(%t: !tile):
      scf.yield %t : !tile
    }
    gpu.return
  }
}

// -----

gpu.module @roles_already {
  gpu.func @roles_already() kernel {
    // expected-error @below {{'hopper.warp_specialize' op expects rings and tiles in loops and branches of scf.for and scf.if only}}
    hopper.warp_specialize producer registers 24 {
    } consumers 1 registers 240 (%index) {
    }
    gpu.return
  }
}

// -----

#own = #cca.mix_schedule<block_m = 64, stages = 2, consumers = 2, cooperative = false>
gpu.module @no_loop_to_take_tiles_from {
  // expected-error @below {{'gpu.func' op expects a loop with the attribute 'hopper.dealt' where consumers do not share tiles}}
  gpu.func @no_loop_to_take_tiles_from() kernel attributes {cca.schedule = #own} {
    gpu.return
  }
}

// -----

#own = #cca.mix_schedule<block_m = 64, stages = 2, consumers = 2, cooperative = false>
gpu.module @iterations_that_depend_on_each_other {
  gpu.func @iterations_that_depend_on_each_other(%n: i32) kernel attributes {cca.schedule = #own} {
    %c1 = arith.constant 1 : i32
    // expected-error @below {{'scf.for' op expects iterations that are dealt out to be those of one scf.for that carries nothing}}
    %sum = scf.for %i = %c1 to %n step %c1 iter_args(%before = %c1) -> (i32) : i32 {
      %next = arith.addi %before, %i : i32
      scf.yield %next : i32
    } {hopper.dealt}
    gpu.return
  }
}

// -----

#own = #cca.mix_schedule<block_m = 64, stages = 2, consumers = 2, cooperative = false>
gpu.module @dealt_twice {
  gpu.func @dealt_twice(%n: i32) kernel attributes {cca.schedule = #own} {
    %c1 = arith.constant 1 : i32
    scf.for %i = %c1 to %n step %c1 : i32 {
      // expected-error @below {{'scf.for' op expects iterations that are dealt out to be those of one scf.for that carries nothing}}
      scf.for %j = %c1 to %n step %c1 : i32 {
      } {hopper.dealt}
    } {hopper.dealt}
    gpu.return
  }
}

// -----

#own = #cca.mix_schedule<block_m = 64, stages = 2, consumers = 2, cooperative = false>
!ring = !hopper.ring<2, !hopper.smem<64x64xbf16, swizzle = 128>>
gpu.module @ring_inside_and_outside {
  gpu.func @ring_inside_and_outside(%n: i32) kernel attributes {cca.schedule = #own} {
    %c1 = arith.constant 1 : i32
    %ring = hopper.ring : !ring
    // expected-error @below {{'hopper.get_enter' op expects to get from another ring than loops whose iterations are dealt out do}}
    %first = hopper.get_enter %ring : !ring
    hopper.get_exit %first, %ring : !ring
    scf.for %i = %c1 to %n step %c1 : i32 {
      %get = hopper.get_enter %ring : !ring
      hopper.get_exit %get, %ring : !ring
    } {hopper.dealt}
    gpu.return
  }
}

// -----

#turns = #cca.gemm_schedule<block_m = 64, block_n = 64, block_k = 64, stages = 2, consumers = 2, cooperative = false>
!ring = !hopper.ring<2, !hopper.smem<64x64xbf16, swizzle = 128>>
gpu.module @turns_of_unknown_length {
  gpu.func @turns_of_unknown_length(%n: i32) kernel attributes {cca.schedule = #turns} {
    %c1 = arith.constant 1 : i32
    %ring = hopper.ring : !ring
    scf.for %i = %c1 to %n step %c1 : i32 {
      // expected-error @below {{'scf.for' op expects a constant number of gets where consumers take turns at a ring}}
      scf.for %k = %c1 to %i step %c1 : i32 {
        %get = hopper.get_enter %ring : !ring
        hopper.get_exit %get, %ring : !ring
      }
    } {hopper.dealt}
    gpu.return
  }
}
