// Products in flight, and stages that they read, from iteration to iteration.
//
// RUN: cca-opt %s --split-input-file --verify-diagnostics \
// RUN:   --pass-pipeline='builtin.module(gpu.module(gpu.func(hopper-verify-protocol)))'

!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!ring = !hopper.ring<3, !smem>
!f32 = tensor<64x64xf32, #hopper.fragment>
!pending = !hopper.pending<!f32>

gpu.module @kernels {
  gpu.func @carried_stage_is_left_after_a_wait(%in: !map, %n: i32) kernel {
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
        // expected-error @below {{expects a hopper.wait or hopper.wait_older for the products that a loop carries before it leaves a stage that they may read}}
        hopper.get_exit %s, %r0 : !ring
        hopper.wait_older 1
        scf.yield %d, %h : !pending, !smem
      }
      %e = hopper.wait 0, %l#0 : !pending
      hopper.get_exit %l#1, %r0 : !ring
    }
    gpu.return
  }
}

// -----

!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!ring = !hopper.ring<3, !smem>
!f32 = tensor<64x64xf32, #hopper.fragment>
!pending = !hopper.pending<!f32>

gpu.module @kernels {
  gpu.func @wait_leaves_no_carried_product_in_flight(%in: !map, %n: i32) kernel {
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
        hopper.wait_older 1
        // expected-error @below {{expects a hopper.wait or hopper.wait_older for the products that a loop carries before it leaves a stage that they may read}}
        hopper.get_exit %s, %r0 : !ring
        hopper.wgmma_fence none
        %q = hopper.wgmma %h, %h onto %before : !smem, !smem -> !pending
        %d = hopper.commit %q : !pending
        scf.yield %d, %h : !pending, !smem
      }
      %e = hopper.wait 0, %l#0 : !pending
      hopper.get_exit %l#1, %r0 : !ring
    }
    gpu.return
  }
}

// -----

!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!ring = !hopper.ring<3, !smem>
!f32 = tensor<64x64xf32, #hopper.fragment>
!pending = !hopper.pending<!f32>

gpu.module @kernels {
  gpu.func @last_stage_is_left_after_a_wait(%in: !map, %n: i32) kernel {
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
      // expected-error @below {{expects a hopper.wait or hopper.wait_older for the products that a loop carries before it leaves a stage that they may read}}
      hopper.get_exit %l#1, %r0 : !ring
      %e = hopper.wait 0, %l#0 : !pending
    }
    gpu.return
  }
}

// -----

!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!ring = !hopper.ring<3, !smem>
!f32 = tensor<64x64xf32, #hopper.fragment>
!pending = !hopper.pending<!f32>

gpu.module @kernels {
  gpu.func @stage_of_a_carried_product_is_not_left(%in: !map, %n: i32) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %r0 = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      %t0 = hopper.put_enter %r0 : !ring
      hopper.tma_load %in[%c0, %c0], %t0 : !map, !smem
      hopper.put_exit %t0, %r0 : !ring
      scf.for %i = %c0 to %c1 step %c1 : i32 {
        %u0 = hopper.put_enter %r0 : !ring
        hopper.tma_load %in[%c0, %c0], %u0 : !map, !smem
        hopper.put_exit %u0, %r0 : !ring
      }
    } consumers 1 registers 240 (%wg) {
      %g = hopper.get_enter %r0 : !ring
      hopper.wgmma_fence none
      %p = hopper.wgmma %g, %g : !smem, !smem -> !pending
      %c = hopper.commit %p : !pending
      %l = scf.for %i = %c0 to %c1 step %c1 iter_args(%before = %c) -> (!pending) : i32 {
        %h = hopper.get_enter %r0 : !ring
        hopper.wgmma_fence none
        // expected-note @below {{read here}}
        %q = hopper.wgmma %h, %h onto %before : !smem, !smem -> !pending
        %d = hopper.commit %q : !pending
        hopper.wait_older 1
        // expected-error @below {{expects to come after the hopper.wait for the product that reads the stage}}
        hopper.get_exit %h, %r0 : !ring
        scf.yield %d : !pending
      }
      %e = hopper.wait 0, %l : !pending
      hopper.get_exit %g, %r0 : !ring
    }
    gpu.return
  }
}

// -----

!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!ring = !hopper.ring<3, !smem>
!f32 = tensor<64x64xf32, #hopper.fragment>
!pending = !hopper.pending<!f32>

gpu.module @kernels {
  gpu.func @carried_product_is_waited_for(%in: !map, %n: i32) kernel {
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
      // expected-error @below {{expects a hopper.wait for its group before its block ends}}
      %l:2 = scf.for %i = %c1 to %n step %c1 iter_args(%before = %c, %s = %g) -> (!pending, !smem) : i32 {
        %h = hopper.get_enter %r0 : !ring
        hopper.wgmma_fence none
        %q = hopper.wgmma %h, %h onto %before : !smem, !smem -> !pending
        %d = hopper.commit %q : !pending
        hopper.wait_older 1
        hopper.get_exit %s, %r0 : !ring
        scf.yield %d, %h : !pending, !smem
      }
      hopper.wait_older 1
      // expected-error @below {{expects a hopper.wait or hopper.wait_older for the products that a loop carries before it leaves a stage that they may read}}
      hopper.get_exit %l#1, %r0 : !ring
    }
    gpu.return
  }
}

// -----

!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!ring = !hopper.ring<3, !smem>
!f32 = tensor<64x64xf32, #hopper.fragment>
!pending = !hopper.pending<!f32>

gpu.module @kernels {
  gpu.func @a_product_is_added_to_once(%in: !map, %n: i32) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %r0 = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      %t0 = hopper.put_enter %r0 : !ring
      hopper.tma_load %in[%c0, %c0], %t0 : !map, !smem
      hopper.put_exit %t0, %r0 : !ring
    } consumers 1 registers 240 (%wg) {
      %g = hopper.get_enter %r0 : !ring
      hopper.wgmma_fence none
      %p = hopper.wgmma %g, %g : !smem, !smem -> !pending
      // expected-error @below {{expects one use of a product that is added to or carried, but got 2}}
      %c = hopper.commit %p : !pending
      hopper.wgmma_fence none
      %q = hopper.wgmma %g, %g onto %c : !smem, !smem -> !pending
      %d = hopper.commit %q : !pending
      %e = hopper.wait 0, %d : !pending
      %f = hopper.wait 0, %c : !pending
      hopper.get_exit %g, %r0 : !ring
    }
    gpu.return
  }
}

// -----

!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!ring = !hopper.ring<3, !smem>
!f32 = tensor<64x64xf32, #hopper.fragment>
!pending = !hopper.pending<!f32>

gpu.module @kernels {
  gpu.func @products_in_flight_stay_in_their_block(%in: !map, %n: i32) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %r0 = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      %t0 = hopper.put_enter %r0 : !ring
      hopper.tma_load %in[%c0, %c0], %t0 : !map, !smem
      hopper.put_exit %t0, %r0 : !ring
    } consumers 1 registers 240 (%wg) {
      %g = hopper.get_enter %r0 : !ring
      hopper.wgmma_fence none
      %p = hopper.wgmma %g, %g : !smem, !smem -> !pending
      // expected-note @below {{in flight from here on}}
      %c = hopper.commit %p : !pending
      %last = arith.cmpi eq, %n, %c1 : i32
      scf.if %last {
        hopper.wgmma_fence none
        // expected-error @below {{expects products in flight to stay in their block, or to be carried by scf.for}}
        %q = hopper.wgmma %g, %g onto %c : !smem, !smem -> !pending
        %d = hopper.commit %q : !pending
        %e = hopper.wait 0, %d : !pending
      }
      hopper.wait_older 1
      hopper.get_exit %g, %r0 : !ring
    }
    gpu.return
  }
}

// -----

!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!ring = !hopper.ring<3, !smem>
!f32 = tensor<64x64xf32, #hopper.fragment>
!pending = !hopper.pending<!f32>

gpu.module @kernels {
  gpu.func @a_of_a_carried_product_is_in_shared_memory(%in: !map, %n: i32) kernel {
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
        %x = arith.constant dense<0.0> : tensor<64x64xbf16, #hopper.fragment>
        %a = hopper.wgmma_fence %x : tensor<64x64xbf16, #hopper.fragment>
        // expected-error @below {{expects a in shared memory, since it is in flight when its block ends}}
        %q = hopper.wgmma %a, %h onto %before : tensor<64x64xbf16, #hopper.fragment>, !smem -> !pending
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

!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!ring = !hopper.ring<3, !smem>
!f32 = tensor<64x64xf32, #hopper.fragment>
!pending = !hopper.pending<!f32>

gpu.module @kernels {
  gpu.func @what_is_added_to_was_committed(%in: !map, %n: i32) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %r0 = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      %t0 = hopper.put_enter %r0 : !ring
      hopper.tma_load %in[%c0, %c0], %t0 : !map, !smem
      hopper.put_exit %t0, %r0 : !ring
    } consumers 1 registers 240 (%wg) {
      %g = hopper.get_enter %r0 : !ring
      hopper.wgmma_fence none
      // expected-error @below {{expects one hopper.commit of its result, in its block, but got 0}}
      %p = hopper.wgmma %g, %g : !smem, !smem -> !pending
      hopper.wgmma_fence none
      // expected-error @below {{expects a product in flight from hopper.commit or a loop, but got it from hopper.wgmma}}
      %q = hopper.wgmma %g, %g onto %p : !smem, !smem -> !pending
      %d = hopper.commit %q : !pending
      %e = hopper.wait 0, %d : !pending
      hopper.get_exit %g, %r0 : !ring
    }
    gpu.return
  }
}

// -----

!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!ring = !hopper.ring<3, !smem>
!f32 = tensor<64x64xf32, #hopper.fragment>
!pending = !hopper.pending<!f32>

gpu.module @kernels {
  gpu.func @loop_carries_stages_of_one_ring(%in: !map, %n: i32) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %r0 = hopper.ring : !ring
    %r1 = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      %t0 = hopper.put_enter %r0 : !ring
      hopper.tma_load %in[%c0, %c0], %t0 : !map, !smem
      hopper.put_exit %t0, %r0 : !ring
      %t1 = hopper.put_enter %r1 : !ring
      hopper.tma_load %in[%c0, %c0], %t1 : !map, !smem
      hopper.put_exit %t1, %r1 : !ring
      scf.for %i = %c1 to %n step %c1 : i32 {
        %u0 = hopper.put_enter %r0 : !ring
        hopper.tma_load %in[%c0, %c0], %u0 : !map, !smem
        hopper.put_exit %u0, %r0 : !ring
        %u1 = hopper.put_enter %r1 : !ring
        hopper.tma_load %in[%c0, %c0], %u1 : !map, !smem
        hopper.put_exit %u1, %r1 : !ring
      }
    } consumers 1 registers 240 (%wg) {
      %g = hopper.get_enter %r0 : !ring
      %g1 = hopper.get_enter %r1 : !ring
      hopper.wgmma_fence none
      %p = hopper.wgmma %g, %g : !smem, !smem -> !pending
      %c = hopper.commit %p : !pending
      // expected-error @below {{expects to carry stages of one ring}}
      %l:2 = scf.for %i = %c1 to %n step %c1 iter_args(%before = %c, %s = %g) -> (!pending, !smem) : i32 {
        %h = hopper.get_enter %r0 : !ring
        %h1 = hopper.get_enter %r1 : !ring
        hopper.wgmma_fence none
        %q = hopper.wgmma %h1, %h1 onto %before : !smem, !smem -> !pending
        %d = hopper.commit %q : !pending
        hopper.wait_older 1
        hopper.get_exit %s, %r0 : !ring
        hopper.get_exit %h, %r0 : !ring
        scf.yield %d, %h1 : !pending, !smem
      }
      %e = hopper.wait 0, %l#0 : !pending
      hopper.get_exit %g1, %r1 : !ring
      hopper.get_exit %l#1, %r0 : !ring
    }
    gpu.return
  }
}

// -----

!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!ring = !hopper.ring<3, !smem>
!f32 = tensor<64x64xf32, #hopper.fragment>
!pending = !hopper.pending<!f32>

gpu.module @kernels {
  gpu.func @carried_stage_is_left_to_its_ring(%in: !map, %n: i32) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %r0 = hopper.ring : !ring
    %r1 = hopper.ring : !ring
    hopper.warp_specialize producer registers 24 {
      %t0 = hopper.put_enter %r0 : !ring
      hopper.tma_load %in[%c0, %c0], %t0 : !map, !smem
      hopper.put_exit %t0, %r0 : !ring
      %t1 = hopper.put_enter %r1 : !ring
      hopper.tma_load %in[%c0, %c0], %t1 : !map, !smem
      hopper.put_exit %t1, %r1 : !ring
      scf.for %i = %c1 to %n step %c1 : i32 {
        %u0 = hopper.put_enter %r0 : !ring
        hopper.tma_load %in[%c0, %c0], %u0 : !map, !smem
        hopper.put_exit %u0, %r0 : !ring
        %u1 = hopper.put_enter %r1 : !ring
        hopper.tma_load %in[%c0, %c0], %u1 : !map, !smem
        hopper.put_exit %u1, %r1 : !ring
      }
    } consumers 1 registers 240 (%wg) {
      %g = hopper.get_enter %r0 : !ring
      %g1 = hopper.get_enter %r1 : !ring
      hopper.wgmma_fence none
      %p = hopper.wgmma %g, %g : !smem, !smem -> !pending
      %c = hopper.commit %p : !pending
      %l:2 = scf.for %i = %c1 to %n step %c1 iter_args(%before = %c, %s = %g) -> (!pending, !smem) : i32 {
        %h = hopper.get_enter %r0 : !ring
        %h1 = hopper.get_enter %r1 : !ring
        hopper.wgmma_fence none
        %q = hopper.wgmma %h, %h onto %before : !smem, !smem -> !pending
        %d = hopper.commit %q : !pending
        hopper.wait_older 1
        // expected-error @below {{expects a stage of its ring}}
        hopper.get_exit %s, %r1 : !ring
        hopper.get_exit %h1, %r1 : !ring
        scf.yield %d, %h : !pending, !smem
      }
      %e = hopper.wait 0, %l#0 : !pending
      hopper.get_exit %g1, %r1 : !ring
      hopper.get_exit %l#1, %r0 : !ring
    }
    gpu.return
  }
}

// -----

!smem = !hopper.smem<64x64xbf16, swizzle = 128>
!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!ring = !hopper.ring<3, !smem>
!f32 = tensor<64x64xf32, #hopper.fragment>
!pending = !hopper.pending<!f32>

gpu.module @kernels {
  gpu.func @carried_stage_is_left(%in: !map, %n: i32) kernel {
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
      // expected-error @below {{expects one hopper.get_exit of each stage that it carries, but got 0}}
      %l:2 = scf.for %i = %c1 to %n step %c1 iter_args(%before = %c, %s = %g) -> (!pending, !smem) : i32 {
        %h = hopper.get_enter %r0 : !ring
        hopper.wgmma_fence none
        %q = hopper.wgmma %h, %h onto %before : !smem, !smem -> !pending
        %d = hopper.commit %q : !pending
        hopper.wait_older 1
        scf.yield %d, %h : !pending, !smem
      }
      %e = hopper.wait 0, %l#0 : !pending
      hopper.get_exit %l#1, %r0 : !ring
    }
    gpu.return
  }
}
