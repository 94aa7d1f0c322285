// RUN: cca-opt %s --split-input-file --verify-diagnostics

// hopper.ring (C1)
func.func @stages_are_aligned() {
  // expected-error @below {{expects offset to be a multiple of 1024 and not negative, but got 512}}
  %r = hopper.ring {offset = 512, barriers = 4096} : !hopper.ring<2, !hopper.smem<8x64xbf16, swizzle = 128>>
  return
}

// -----

// hopper.ring (C1)
func.func @stages_are_in_shared_memory() {
  // expected-error @below {{expects offset to be a multiple of 1024 and not negative, but got -1024}}
  %r = hopper.ring {offset = -1024} : !hopper.ring<2, !hopper.smem<8x64xbf16, swizzle = 128>>
  return
}

// -----

// hopper.ring (C1)
func.func @barriers_are_aligned() {
  // expected-error @below {{expects barriers to be a multiple of 8 and not negative, but got 4}}
  %r = hopper.ring {barriers = 4} : !hopper.ring<2, !hopper.smem<8x64xbf16, swizzle = 128>>
  return
}

// -----

!ring = !hopper.ring<2, !hopper.smem<8x64xbf16, swizzle = 128>>

// hopper.put_exit (C1)
func.func @what_was_put_into_is_left(%r: !ring) {
  %t = hopper.get_enter %r : !ring
  // expected-error @below {{expects a tile that hopper.put_enter of this ring returns}}
  hopper.put_exit %t, %r : !ring
  return
}

// -----

!ring = !hopper.ring<2, !hopper.smem<8x64xbf16, swizzle = 128>>

// hopper.get_exit (C1)
func.func @what_was_got_is_left(%r: !ring, %s: !ring) {
  %t = hopper.get_enter %r : !ring
  // expected-error @below {{expects a tile that hopper.get_enter of this ring returns}}
  hopper.get_exit %t, %s : !ring
  return
}

// -----

!ring = !hopper.ring<2, !hopper.smem<8x64xbf16, swizzle = 128>>

func.func @tile_is_a_stage_of_its_ring(%r: !ring, %t: !hopper.smem<16x64xbf16, swizzle = 128>) {
  // expected-error @below {{failed to verify that tile is a stage of ring}}
  "hopper.get_exit"(%r, %t) : (!ring, !hopper.smem<16x64xbf16, swizzle = 128>) -> ()
  return
}

// -----

!ring = !hopper.ring<2, !hopper.smem<8x64xbf16, swizzle = 128>>

func.func @stage_is_a_tile_of_its_ring(%r: !ring) {
  // expected-error @below {{failed to verify that tile is a stage of ring}}
  %t = "hopper.put_enter"(%r) : (!ring) -> !hopper.smem<16x64xbf16, swizzle = 128>
  return
}

// -----

!ring = !hopper.ring<2, !hopper.smem<8x64xbf16, swizzle = 128>>

// hopper.skip (C2)
func.func @all_get_from_the_ring(%count: i32) {
  %ring = hopper.ring : !ring
  hopper.warp_specialize producer registers 24 {
  } consumers 2 registers 240 (%i) {
    // expected-error @below {{'hopper.skip' op expects a hopper.ring with turns}}
    hopper.skip %count of %ring : !ring
  }
  return
}

// -----

!ring = !hopper.ring<2, !hopper.smem<8x64xbf16, swizzle = 128>>

// hopper.skip (C1)
func.func @producer_skips_nothing(%count: i32) {
  %ring = hopper.ring turns : !ring
  hopper.warp_specialize producer registers 24 {
    // expected-error @below {{'hopper.skip' op expects to be in the consumers' region}}
    hopper.skip %count of %ring : !ring
  } consumers 2 registers 240 (%i) {
  }
  return
}

// -----

!ring = !hopper.ring<2, !hopper.smem<8x64xbf16, swizzle = 128>>

// hopper.select_ring (C1)
func.func @producer_has_no_ring_of_its_own() {
  %ring0 = hopper.ring : !ring
  hopper.warp_specialize producer registers 24 {
    // expected-error @below {{expects to be in the consumers' region}}
    %mine = hopper.select_ring %ring0 : !ring
  } consumers 1 registers 240 (%i) {
  }
  return
}

// -----

!ring = !hopper.ring<2, !hopper.smem<8x64xbf16, swizzle = 128>>

// hopper.select_ring (C1)
func.func @ring_for_each_consumer() {
  %ring0 = hopper.ring : !ring
  hopper.warp_specialize producer registers 24 {
  } consumers 2 registers 240 (%i) {
    // expected-error @below {{expects as many rings as consumers, 2, but got 1}}
    %mine = hopper.select_ring %ring0 : !ring
  }
  return
}

// -----

!ring = !hopper.ring<2, !hopper.smem<8x64xbf16, swizzle = 128>>

// hopper.select_ring (C2)
func.func @ring_of_two_consumers() {
  %ring0 = hopper.ring : !ring
  hopper.warp_specialize producer registers 24 {
  } consumers 2 registers 240 (%i) {
    // expected-error @below {{expects a hopper.ring for each consumer, that nobody gets from otherwise}}
    %mine = hopper.select_ring %ring0, %ring0 : !ring
  }
  return
}

// -----

!ring = !hopper.ring<2, !hopper.smem<8x64xbf16, swizzle = 128>>

// hopper.select_ring (C2)
func.func @ring_of_all() {
  %ring0 = hopper.ring : !ring
  %ring1 = hopper.ring : !ring
  hopper.warp_specialize producer registers 24 {
  } consumers 2 registers 240 (%i) {
    // expected-error @below {{expects a hopper.ring for each consumer, that nobody gets from otherwise}}
    %mine = hopper.select_ring %ring0, %ring1 : !ring
    %get = hopper.get_enter %ring1 : !ring
    hopper.get_exit %get, %ring1 : !ring
  }
  return
}

// -----

!ring = !hopper.ring<2, !hopper.smem<8x64xbf16, swizzle = 128>>

// hopper.select_ring (C2)
func.func @ring_that_is_an_argument(%ring0: !ring) {
  hopper.warp_specialize producer registers 24 {
  } consumers 1 registers 240 (%i) {
    // expected-error @below {{expects a hopper.ring for each consumer, that nobody gets from otherwise}}
    %mine = hopper.select_ring %ring0 : !ring
  }
  return
}
