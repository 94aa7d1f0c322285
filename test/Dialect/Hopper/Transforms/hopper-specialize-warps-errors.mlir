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
