// RUN: cca-opt %s --split-input-file --verify-diagnostics \
// RUN:   --pass-pipeline='builtin.module(gpu.module(gpu.func(hopper-verify-protocol)))'

!map = !hopper.tensor_map<8x64xbf16, swizzle = 128>
!tile = !hopper.smem<8x64xbf16, swizzle = 128>
!ring = !hopper.ring<2, !tile>

gpu.module @kernels {
  gpu.func @one_get_too_few(%map: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    // expected-error @below {{expects a get for each put, in the same loops and branches, but got puts 'put, put' and gets 'get'}}
    %ring = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      // expected-note @below {{put here}}
      %e0 = hopper.put_enter %ring : !ring
      hopper.tma_load %map[%c0, %c0], %e0 : !map, !tile
      hopper.put_exit %e0, %ring : !ring
      %e1 = hopper.put_enter %ring : !ring
      hopper.tma_load %map[%c0, %c0], %e1 : !map, !tile
      hopper.put_exit %e1, %ring : !ring
    } consumers 1 registers 240 (%wg) {
      // expected-note @below {{got here}}
      %f = hopper.get_enter %ring : !ring
      hopper.get_exit %f, %ring : !ring
    }
    gpu.return
  }
}

// -----

!map = !hopper.tensor_map<8x64xbf16, swizzle = 128>
!tile = !hopper.smem<8x64xbf16, swizzle = 128>
!ring = !hopper.ring<2, !tile>

gpu.module @kernels {
  gpu.func @nobody_gets(%map: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    // expected-error @below {{expects a get for each put, in the same loops and branches, but got puts 'put' and gets 'none'}}
    %ring = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      // expected-note @below {{put here}}
      %e = hopper.put_enter %ring : !ring
      hopper.tma_load %map[%c0, %c0], %e : !map, !tile
      hopper.put_exit %e, %ring : !ring
    } consumers 1 registers 240 (%wg) {
    }
    gpu.return
  }
}

// -----

!map = !hopper.tensor_map<8x64xbf16, swizzle = 128>
!tile = !hopper.smem<8x64xbf16, swizzle = 128>
!ring = !hopper.ring<2, !tile>

gpu.module @kernels {
  gpu.func @nobody_puts() kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    // expected-error @below {{expects a get for each put, in the same loops and branches, but got puts 'none' and gets 'get'}}
    %ring = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
    } consumers 1 registers 240 (%wg) {
      // expected-note @below {{got here}}
      %f = hopper.get_enter %ring : !ring
      hopper.get_exit %f, %ring : !ring
    }
    gpu.return
  }
}

// -----

!map = !hopper.tensor_map<8x64xbf16, swizzle = 128>
!tile = !hopper.smem<8x64xbf16, swizzle = 128>
!ring = !hopper.ring<2, !tile>

gpu.module @kernels {
  gpu.func @gets_in_a_loop(%map: !map, %n: i32) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    // expected-error @below {{expects a get for each put, in the same loops and branches, but got puts 'put' and gets 'scf.for {get}'}}
    %ring = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      // expected-note @below {{put here}}
      %e = hopper.put_enter %ring : !ring
      hopper.tma_load %map[%c0, %c0], %e : !map, !tile
      hopper.put_exit %e, %ring : !ring
    } consumers 1 registers 240 (%wg) {
      // expected-note @below {{got here}}
      scf.for %i = %c0 to %n step %c1 : i32 {
        %f = hopper.get_enter %ring : !ring
        hopper.get_exit %f, %ring : !ring
      }
    }
    gpu.return
  }
}

// -----

!map = !hopper.tensor_map<8x64xbf16, swizzle = 128>
!tile = !hopper.smem<8x64xbf16, swizzle = 128>
!ring = !hopper.ring<2, !tile>

gpu.module @kernels {
  gpu.func @gets_in_the_other_branch(%map: !map, %last: i1) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    // expected-error @below {{expects a get for each put, in the same loops and branches, but got puts 'scf.if {put} {}' and gets 'scf.if {} {get}'}}
    %ring = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      // expected-note @below {{put here}}
      scf.if %last {
        %e = hopper.put_enter %ring : !ring
        hopper.tma_load %map[%c0, %c0], %e : !map, !tile
        hopper.put_exit %e, %ring : !ring
      }
    } consumers 1 registers 240 (%wg) {
      // expected-note @below {{got here}}
      scf.if %last {
      } else {
        %f = hopper.get_enter %ring : !ring
        hopper.get_exit %f, %ring : !ring
      }
    }
    gpu.return
  }
}

// -----

!map = !hopper.tensor_map<8x64xbf16, swizzle = 128>
!tile = !hopper.smem<8x64xbf16, swizzle = 128>
!ring = !hopper.ring<2, !tile>

gpu.module @kernels {
  gpu.func @while_is_no_for(%map: !map, %n: i32, %more: i1) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    // expected-error @below {{expects a get for each put, in the same loops and branches, but got puts 'scf.for {put}' and gets 'scf.while {} {get}'}}
    %ring = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      // expected-note @below {{put here}}
      scf.for %i = %c0 to %n step %c1 : i32 {
        %e = hopper.put_enter %ring : !ring
        hopper.tma_load %map[%c0, %c0], %e : !map, !tile
        hopper.put_exit %e, %ring : !ring
      }
    } consumers 1 registers 240 (%wg) {
      // expected-note @below {{got here}}
      scf.while : () -> () {
        scf.condition(%more)
      } do {
        %f = hopper.get_enter %ring : !ring
        hopper.get_exit %f, %ring : !ring
        scf.yield
      }
    }
    gpu.return
  }
}

// -----

!map = !hopper.tensor_map<8x64xbf16, swizzle = 128>
!tile = !hopper.smem<8x64xbf16, swizzle = 128>
!ring = !hopper.ring<2, !tile>

gpu.module @kernels {
  gpu.func @other_upper_bound(%map: !map, %n: i32, %m: i32) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    %ring = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      // expected-note @below {{puts are in this one}}
      scf.for %i = %c0 to %n step %c1 : i32 {
        %e = hopper.put_enter %ring : !ring
        hopper.tma_load %map[%c0, %c0], %e : !map, !tile
        hopper.put_exit %e, %ring : !ring
      }
    } consumers 1 registers 240 (%wg) {
      // expected-error @below {{'scf.for' op expects the bounds or the condition of the producer's, or else it may not get as many tiles}}
      scf.for %i = %c0 to %m step %c1 : i32 {
        %f = hopper.get_enter %ring : !ring
        hopper.get_exit %f, %ring : !ring
      }
    }
    gpu.return
  }
}

// -----

!map = !hopper.tensor_map<8x64xbf16, swizzle = 128>
!tile = !hopper.smem<8x64xbf16, swizzle = 128>
!ring = !hopper.ring<2, !tile>

gpu.module @kernels {
  gpu.func @other_expression(%map: !map, %n: i32) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    %ring = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      %m = arith.addi %n, %c1 : i32
      // expected-note @below {{puts are in this one}}
      scf.for %i = %c0 to %m step %c1 : i32 {
        %e = hopper.put_enter %ring : !ring
        hopper.tma_load %map[%c0, %c0], %e : !map, !tile
        hopper.put_exit %e, %ring : !ring
      }
    } consumers 1 registers 240 (%wg) {
      %m = arith.subi %n, %c1 : i32
      // expected-error @below {{'scf.for' op expects the bounds or the condition of the producer's, or else it may not get as many tiles}}
      scf.for %i = %c0 to %m step %c1 : i32 {
        %f = hopper.get_enter %ring : !ring
        hopper.get_exit %f, %ring : !ring
      }
    }
    gpu.return
  }
}

// -----

!map = !hopper.tensor_map<8x64xbf16, swizzle = 128>
!tile = !hopper.smem<8x64xbf16, swizzle = 128>
!ring = !hopper.ring<2, !tile>

// The consumers would get different numbers of tiles.
gpu.module @kernels {
  gpu.func @bound_of_one_consumer(%map: !map, %n: i32) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    %ring = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      // expected-note @below {{puts are in this one}}
      scf.for %i = %n to %c4 step %c1 : i32 {
        %e = hopper.put_enter %ring : !ring
        hopper.tma_load %map[%c0, %c0], %e : !map, !tile
        hopper.put_exit %e, %ring : !ring
      }
    } consumers 1 registers 240 (%wg) {
      %m = arith.addi %n, %wg : i32
      // expected-error @below {{'scf.for' op expects the bounds or the condition of the producer's, or else it may not get as many tiles}}
      scf.for %i = %m to %c4 step %c1 : i32 {
        %f = hopper.get_enter %ring : !ring
        hopper.get_exit %f, %ring : !ring
      }
    }
    gpu.return
  }
}

// -----

!map = !hopper.tensor_map<8x64xbf16, swizzle = 128>
!tile = !hopper.smem<8x64xbf16, swizzle = 128>
!ring = !hopper.ring<2, !tile>

gpu.module @kernels {
  gpu.func @other_condition(%map: !map, %n: i32) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    %ring = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      %last = arith.cmpi slt, %n, %c4 : i32
      // expected-note @below {{puts are in this one}}
      scf.if %last {
        %e = hopper.put_enter %ring : !ring
        hopper.tma_load %map[%c0, %c0], %e : !map, !tile
        hopper.put_exit %e, %ring : !ring
      }
    } consumers 1 registers 240 (%wg) {
      %last = arith.cmpi sle, %n, %c4 : i32
      // expected-error @below {{'scf.if' op expects the bounds or the condition of the producer's, or else it may not get as many tiles}}
      scf.if %last {
        %f = hopper.get_enter %ring : !ring
        hopper.get_exit %f, %ring : !ring
      }
    }
    gpu.return
  }
}

// -----

!map = !hopper.tensor_map<8x64xbf16, swizzle = 128>
!tile = !hopper.smem<8x64xbf16, swizzle = 128>
!ring = !hopper.ring<2, !tile>

// Equal at first, but not after the first iteration.
gpu.module @kernels {
  gpu.func @carried_bound(%map: !map, %n: i32) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    %ring = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      %end = scf.for %i = %c0 to %c4 step %c1 iter_args(%m = %n) -> i32 : i32 {
        // expected-note @below {{puts are in this one}}
        scf.for %j = %c0 to %m step %c1 : i32 {
          %e = hopper.put_enter %ring : !ring
          hopper.tma_load %map[%c0, %c0], %e : !map, !tile
          hopper.put_exit %e, %ring : !ring
        }
        %next = arith.addi %m, %c1 : i32
        scf.yield %next : i32
      }
    } consumers 1 registers 240 (%wg) {
      %end = scf.for %i = %c0 to %c4 step %c1 iter_args(%m = %n) -> i32 : i32 {
        // expected-error @below {{'scf.for' op expects the bounds or the condition of the producer's, or else it may not get as many tiles}}
        scf.for %j = %c0 to %m step %c1 : i32 {
          %f = hopper.get_enter %ring : !ring
          hopper.get_exit %f, %ring : !ring
        }
        %next = arith.subi %m, %c1 : i32
        scf.yield %next : i32
      }
    }
    gpu.return
  }
}

// -----

!map = !hopper.tensor_map<8x64xbf16, swizzle = 128>
!tile = !hopper.smem<8x64xbf16, swizzle = 128>
!ring = !hopper.ring<2, !tile>

// Alike from one iteration to the next, but not at first.
gpu.module @kernels {
  gpu.func @first_bound(%map: !map, %n: i32) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    %ring = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      %end = scf.for %i = %c0 to %c4 step %c1 iter_args(%m = %n) -> i32 : i32 {
        // expected-note @below {{puts are in this one}}
        scf.for %j = %c0 to %m step %c1 : i32 {
          %e = hopper.put_enter %ring : !ring
          hopper.tma_load %map[%c0, %c0], %e : !map, !tile
          hopper.put_exit %e, %ring : !ring
        }
        %next = arith.addi %m, %c1 : i32
        scf.yield %next : i32
      }
    } consumers 1 registers 240 (%wg) {
      %end = scf.for %i = %c0 to %c4 step %c1 iter_args(%m = %c4) -> i32 : i32 {
        // expected-error @below {{'scf.for' op expects the bounds or the condition of the producer's, or else it may not get as many tiles}}
        scf.for %j = %c0 to %m step %c1 : i32 {
          %f = hopper.get_enter %ring : !ring
          hopper.get_exit %f, %ring : !ring
        }
        %next = arith.addi %m, %c1 : i32
        scf.yield %next : i32
      }
    }
    gpu.return
  }
}

// -----

!map = !hopper.tensor_map<8x64xbf16, swizzle = 128>
!tile = !hopper.smem<8x64xbf16, swizzle = 128>
!ring = !hopper.ring<2, !tile>

gpu.module @kernels {
  gpu.func @other_tiles(%map: !map, %n: i32) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    %ring = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      // expected-note @below {{puts are in this one}}
      %end = scf.while (%t = %n) : (i32) -> i32 {
        %more = arith.cmpi slt, %t, %c4 : i32
        scf.condition(%more) %t : i32
      } do {
      ^bb0(%t: i32):
        %e = hopper.put_enter %ring : !ring
        hopper.tma_load %map[%c0, %c0], %e : !map, !tile
        hopper.put_exit %e, %ring : !ring
        %next = arith.addi %t, %c1 : i32
        scf.yield %next : i32
      }
    } consumers 1 registers 240 (%wg) {
      // expected-error @below {{'scf.while' op expects the bounds or the condition of the producer's, or else it may not get as many tiles}}
      %end = scf.while (%t = %n) : (i32) -> i32 {
        %more = arith.cmpi slt, %t, %c4 : i32
        scf.condition(%more) %t : i32
      } do {
      ^bb0(%t: i32):
        %f = hopper.get_enter %ring : !ring
        hopper.get_exit %f, %ring : !ring
        %next = arith.addi %t, %c4 : i32
        scf.yield %next : i32
      }
    }
    gpu.return
  }
}

// -----

!map = !hopper.tensor_map<8x64xbf16, swizzle = 128>
!tile = !hopper.smem<8x64xbf16, swizzle = 128>
!ring = !hopper.ring<2, !tile>

// One consumer too few gets the last tile.
gpu.module @kernels {
  gpu.func @wrong_turn(%map: !map, %n: i32) kernel {
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
        %has1 = arith.cmpi sgt, %left, %c0 : i32
        // expected-note @below {{puts are in this one}}
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
        // expected-error @below {{expects the bounds or the condition of the producer's, or else it may not get as many tiles}}
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

// The second ring gets two tiles where its consumer expects one.
gpu.module @kernels {
  gpu.func @one_put_too_many(%map: !map, %n: i32) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c2 = arith.constant 2 : i32
    %r0 = hopper.ring : !ring
    // expected-error @below {{expects a get for each put, in the same loops and branches, but got puts 'scf.for {scf.if {put, put} {}}' and gets 'scf.for {scf.if {get} {}}'}}
    %r1 = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      // expected-note @below {{put here}}
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
          %f = hopper.put_enter %r1 : !ring
          hopper.tma_load %map[%i, %c0], %f : !map, !tile
          hopper.put_exit %f, %r1 : !ring
        }
      }
    } consumers 2 registers 240 (%wg) {
      %mine = hopper.select_ring %r0, %r1 : !ring
      // expected-note @below {{got here}}
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

// Consumer 1 is one step further, not two.
gpu.module @kernels {
  gpu.func @other_multiple(%map: !map, %n: i32, %step: i32) kernel {
    %c0 = arith.constant 0 : i32
    %c2 = arith.constant 2 : i32
    %r0 = hopper.ring : !ring
    %r1 = hopper.ring : !ring
    %twice = arith.muli %step, %c2 : i32
    hopper.warp_specialize producer registers 24 {
      scf.for %i = %c0 to %n step %twice : i32 {
        %left = arith.subi %n, %i : i32
        %has0 = arith.cmpi sgt, %left, %c0 : i32
        scf.if %has0 {
          %e = hopper.put_enter %r0 : !ring
          hopper.tma_load %map[%i, %c0], %e : !map, !tile
          hopper.put_exit %e, %r0 : !ring
        }
        %has1 = arith.cmpi sgt, %left, %twice : i32
        // expected-note @below {{puts are in this one}}
        scf.if %has1 {
          %e = hopper.put_enter %r1 : !ring
          hopper.tma_load %map[%i, %c0], %e : !map, !tile
          hopper.put_exit %e, %r1 : !ring
        }
      }
    } consumers 2 registers 240 (%wg) {
      %mine = hopper.select_ring %r0, %r1 : !ring
      %offset = arith.muli %wg, %step : i32
      scf.for %i = %c0 to %n step %twice : i32 {
        %left = arith.subi %n, %i : i32
        %has = arith.cmpi sgt, %left, %offset : i32
        // expected-error @below {{expects the bounds or the condition of the producer's, or else it may not get as many tiles}}
        scf.if %has {
          %g = hopper.get_enter %mine : !ring
          hopper.get_exit %g, %mine : !ring
        }
      }
    }
    gpu.return
  }
}
