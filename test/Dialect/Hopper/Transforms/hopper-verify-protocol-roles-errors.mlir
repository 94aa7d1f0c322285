// RUN: cca-opt %s --split-input-file --verify-diagnostics \
// RUN:   --pass-pipeline='builtin.module(gpu.module(gpu.func(hopper-verify-protocol)))'

// Something is left to do after the roles.
gpu.module @kernels {
  gpu.func @roles_are_last() kernel {
    // expected-error @below {{expects to be the last op of a kernel}}
    hopper.warp_specialize producer registers 24 {} consumers 1 registers 240 (%wg) {}
    gpu.barrier
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @roles_are_there_once(%n: index) kernel {
    scf.for %i = %n to %n step %n {
      // expected-error @below {{expects to be the last op of a kernel}}
      hopper.warp_specialize producer registers 24 {} consumers 1 registers 240 (%wg) {}
    }
    gpu.return
  }
}

// -----

gpu.module @kernels {
  gpu.func @block_has_all_roles() kernel attributes {known_block_size = array<i32: 128, 1, 1>} {
    // expected-error @below {{expects a block of 256 threads, but got 128}}
    hopper.warp_specialize producer registers 24 {} consumers 1 registers 240 (%wg) {}
    gpu.return
  }
}

// -----

!map = !hopper.tensor_map<8x64xbf16, swizzle = 128>
!tile = !hopper.smem<8x64xbf16, swizzle = 128>
!ring = !hopper.ring<2, !tile>

gpu.module @kernels {
  gpu.func @consumer_does_not_put(%map: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    %ring = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
    } consumers 1 registers 240 (%wg) {
      // expected-error @below {{'hopper.put_enter' op expects to be in the producer's region}}
      %e = hopper.put_enter %ring : !ring
      // expected-error @below {{'hopper.tma_load' op expects to be in the producer's region}}
      hopper.tma_load %map[%c0, %c0], %e : !map, !tile
      // expected-error @below {{'hopper.put_exit' op expects to be in the producer's region}}
      hopper.put_exit %e, %ring : !ring
    }
    gpu.return
  }
}

// -----

!map = !hopper.tensor_map<8x64xbf16, swizzle = 128>
!tile = !hopper.smem<8x64xbf16, swizzle = 128>
!ring = !hopper.ring<2, !tile>

gpu.module @kernels {
  gpu.func @producer_does_not_get() kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    %ring = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      // expected-error @below {{'hopper.get_enter' op expects to be in the consumers' region}}
      %f = hopper.get_enter %ring : !ring
      // expected-error @below {{'hopper.get_exit' op expects to be in the consumers' region}}
      hopper.get_exit %f, %ring : !ring
    } consumers 1 registers 240 (%wg) {
    }
    gpu.return
  }
}

// -----

!b = !hopper.smem<64x64xbf16, swizzle = 128>
!ring = !hopper.ring<2, !b>
!half = tensor<64x64xbf16, #hopper.fragment>
!f32 = tensor<64x64xf32, #hopper.fragment>
!pending = !hopper.pending<!f32>

// One thread is no warpgroup.
gpu.module @kernels {
  gpu.func @producer_does_not_multiply() kernel {
    hopper.warp_specialize producer registers 24 {
      %t = hopper.alloc : !b
      // expected-error @below {{'hopper.ldmatrix' op expects to be in the consumers' region}}
      %x = hopper.ldmatrix %t : !b -> !half
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
  gpu.func @before_the_roles(%map: !map) kernel {
    %ring = hopper.ring : !ring
    // expected-error @below {{'hopper.get_enter' op expects to be in the consumers' region}}
    %f = hopper.get_enter %ring : !ring
    hopper.warp_specialize producer registers 24 {} consumers 1 registers 240 (%wg) {}
    gpu.return
  }
}

// -----

!map = !hopper.tensor_map<8x64xbf16, swizzle = 128>
!tile = !hopper.smem<8x64xbf16, swizzle = 128>
!ring = !hopper.ring<2, !tile>

gpu.module @kernels {
  gpu.func @ring_is_common(%map: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    hopper.warp_specialize producer registers 24 {
      %ring = hopper.ring : !ring
      // expected-error @below {{expects a hopper.ring that is made before the roles}}
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
  gpu.func @ring_is_made_here(%ring: !ring) kernel {
    hopper.warp_specialize producer registers 24 {
    } consumers 1 registers 240 (%wg) {
      // expected-error @below {{expects a hopper.ring that is made before the roles}}
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
  gpu.func @put_is_left(%map: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    %ring = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      // expected-error @below {{expects one hopper.put_exit of its tile, but got 0}}
      %e = hopper.put_enter %ring : !ring
      hopper.tma_load %map[%c0, %c0], %e : !map, !tile
    } consumers 1 registers 240 (%wg) {
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
  gpu.func @get_is_left_once(%map: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    %ring = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      %e = hopper.put_enter %ring : !ring
      hopper.tma_load %map[%c0, %c0], %e : !map, !tile
      hopper.put_exit %e, %ring : !ring
    } consumers 1 registers 240 (%wg) {
      // expected-error @below {{expects one hopper.get_exit of its tile, but got 2}}
      %f = hopper.get_enter %ring : !ring
      // expected-note @below {{left here}}
      hopper.get_exit %f, %ring : !ring
      // expected-note @below {{left here}}
      hopper.get_exit %f, %ring : !ring
    }
    gpu.return
  }
}

// -----

!map = !hopper.tensor_map<8x64xbf16, swizzle = 128>
!tile = !hopper.smem<8x64xbf16, swizzle = 128>
!ring = !hopper.ring<2, !tile>

// Else the other path would stay.
gpu.module @kernels {
  gpu.func @get_is_left_on_all_paths(%map: !map, %last: i1) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    %ring = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      %e = hopper.put_enter %ring : !ring
      hopper.tma_load %map[%c0, %c0], %e : !map, !tile
      hopper.put_exit %e, %ring : !ring
    } consumers 1 registers 240 (%wg) {
      // expected-note @below {{entered here}}
      %f = hopper.get_enter %ring : !ring
      scf.if %last {
        // expected-error @below {{'hopper.get_exit' op expects to be in the block of hopper.get_enter}}
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
  gpu.func @put_is_left_on_all_paths(%map: !map, %last: i1) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    %ring = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      // expected-note @below {{entered here}}
      %e = hopper.put_enter %ring : !ring
      hopper.tma_load %map[%c0, %c0], %e : !map, !tile
      scf.if %last {
        // expected-error @below {{'hopper.put_exit' op expects to be in the block of hopper.put_enter}}
        hopper.put_exit %e, %ring : !ring
      }
    } consumers 1 registers 240 (%wg) {
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
  gpu.func @put_is_filled(%map: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    %ring = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      // expected-error @below {{expects one hopper.tma_load into its tile, but got 0}}
      %e = hopper.put_enter %ring : !ring
      hopper.put_exit %e, %ring : !ring
    } consumers 1 registers 240 (%wg) {
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

// The full barrier waits for the bytes of one tile.
gpu.module @kernels {
  gpu.func @put_is_filled_once(%map: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    %ring = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      // expected-error @below {{expects one hopper.tma_load into its tile, but got 2}}
      %e = hopper.put_enter %ring : !ring
      hopper.tma_load %map[%c0, %c0], %e : !map, !tile
      hopper.tma_load %map[%c4, %c0], %e : !map, !tile
      hopper.put_exit %e, %ring : !ring
    } consumers 1 registers 240 (%wg) {
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
  gpu.func @put_is_filled_on_all_paths(%map: !map, %last: i1) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    %ring = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      // expected-error @below {{expects one hopper.tma_load into its tile, but got 0 to 1}}
      %e = hopper.put_enter %ring : !ring
      scf.if %last {
        hopper.tma_load %map[%c0, %c0], %e : !map, !tile
      }
      hopper.put_exit %e, %ring : !ring
    } consumers 1 registers 240 (%wg) {
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

// The copy would land in what the consumer reads.
gpu.module @kernels {
  gpu.func @no_copy_after_put(%map: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    %ring = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      %e = hopper.put_enter %ring : !ring
      // expected-note @below {{left here}}
      hopper.put_exit %e, %ring : !ring
      // expected-error @below {{'hopper.tma_load' op expects a stage that has not been left}}
      hopper.tma_load %map[%c0, %c0], %e : !map, !tile
    } consumers 1 registers 240 (%wg) {
      %f = hopper.get_enter %ring : !ring
      hopper.get_exit %f, %ring : !ring
    }
    gpu.return
  }
}

// -----

!map = !hopper.tensor_map<128x64xbf16, swizzle = 128>
!tile = !hopper.smem<128x64xbf16, swizzle = 128>
!ring = !hopper.ring<2, !tile>
!rows = !hopper.smem<64x64xbf16, swizzle = 128, panel_rows = 128>

// Rows are read where the stage may be overwritten already.
gpu.module @kernels {
  gpu.func @no_read_after_get(%map: !map) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c4 = arith.constant 4 : i32
    %ring = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      %e = hopper.put_enter %ring : !ring
      hopper.tma_load %map[%c0, %c0], %e : !map, !tile
      hopper.put_exit %e, %ring : !ring
    } consumers 1 registers 240 (%wg) {
      %f = hopper.get_enter %ring : !ring
      %rows = hopper.slice_rows %f[%c0] : !tile -> !rows
      // expected-note @below {{left here}}
      hopper.get_exit %f, %ring : !ring
      scf.for %i = %c0 to %c4 step %c1 : i32 {
        // expected-error @below {{'hopper.ldmatrix' op expects a stage that has not been left}}
        %x = hopper.ldmatrix %rows : !rows -> tensor<64x64xbf16, #hopper.fragment>
      }
    }
    gpu.return
  }
}

// -----

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!tile = !hopper.smem<64x64xbf16, swizzle = 128>
!ring = !hopper.ring<1, !tile>
!half = tensor<64x64xbf16, #hopper.fragment>

// The first stage is left in time, the second one is not.
gpu.module @kernels {
  gpu.func @reads_are_fenced(%map: !map) kernel {
    %c0 = arith.constant 0 : i32
    %ring = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      %e0 = hopper.put_enter %ring : !ring
      hopper.tma_load %map[%c0, %c0], %e0 : !map, !tile
      hopper.put_exit %e0, %ring : !ring
      %e1 = hopper.put_enter %ring : !ring
      hopper.tma_load %map[%c0, %c0], %e1 : !map, !tile
      hopper.put_exit %e1, %ring : !ring
    } consumers 1 registers 240 (%wg) {
      %f0 = hopper.get_enter %ring : !ring
      %x0 = hopper.ldmatrix %f0 : !tile -> !half
      nvvm.fence.proxy {kind = #nvvm.proxy_kind<async.shared>, space = #nvvm.shared_space<cta>}
      hopper.get_exit %f0, %ring : !ring
      %f1 = hopper.get_enter %ring : !ring
      nvvm.fence.proxy {kind = #nvvm.proxy_kind<async.shared>, space = #nvvm.shared_space<cta>}
      // expected-note @below {{read here}}
      %x1 = hopper.ldmatrix %f1 : !tile -> !half
      // expected-error @below {{'hopper.get_exit' op expects an nvvm.fence.proxy between the last hopper.ldmatrix of its stage and leaving it}}
      hopper.get_exit %f1, %ring : !ring
    }
    gpu.return
  }
}
