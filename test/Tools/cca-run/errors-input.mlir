// Arrays that do not fit the entry, and files that hold no array.
//
// REQUIRES: numpy
// RUN: rm -rf %t && %python %S/Inputs/make_arrays.py %t

func.func @main(%hidden: tensor<?x3xf32>, %w_k: tensor<2x3xbf16>) -> tensor<?x3xf32> {
  return %hidden : tensor<?x3xf32>
}

// RUN: not cca-run %s --time 2>&1 | FileCheck %s --check-prefix=COUNT0
// RUN: not cca-run %s --time --input=%t/f32.npy 2>&1 | FileCheck %s --check-prefix=COUNT1
// RUN: not cca-run %s --time --input=%t/f32.npy --input=%t/bf16.npy --input=%t/bf16.npy 2>&1 | FileCheck %s --check-prefix=COUNT3
// COUNT0: errors-input.mlir:6:1: error: @main has 2 arguments: expects 2 --input files, but got 0
// COUNT1: error: @main has 2 arguments: expects 2 --input files, but got 1
// COUNT3: error: @main has 2 arguments: expects 2 --input files, but got 3

// RUN: not cca-run %s --time --input=%t/f32.npy --input=%t/f32.npy 2>&1 | FileCheck %s --check-prefix=TYPE
// TYPE: errors-input.mlir:6:43: error: input #2 (%w_k): expects 'tensor<2x3xbf16>', bf16 stored as uint16, but got float32 array of shape (2, 3) in '{{.*}}f32.npy'
// TYPE-NEXT: func.func @main(
// TYPE-NEXT: {{^                                          \^$}}
// RUN: not cca-run %s --time --input=%t/f64.npy --input=%t/bf16.npy 2>&1 | FileCheck %s --check-prefix=F64
// F64: errors-input.mlir:6:17: error: input #1 (%hidden): expects 'tensor<?x3xf32>', but got float64 array of shape (2, 3)
// RUN: not cca-run %s --time --input=%t/complex.npy --input=%t/bf16.npy 2>&1 | FileCheck %s --check-prefix=COMPLEX
// COMPLEX: error: input #1 (%hidden): expects 'tensor<?x3xf32>', but got complex64 array of shape (2, 3)
// RUN: not cca-run %s --time --input=%t/f32_3x2.npy --input=%t/bf16.npy 2>&1 | FileCheck %s --check-prefix=SHAPE
// SHAPE: error: input #1 (%hidden): expects 'tensor<?x3xf32>', but got float32 array of shape (3, 2)
// RUN: not cca-run %s --time --input=%t/f32_6.npy --input=%t/bf16.npy 2>&1 | FileCheck %s --check-prefix=RANK
// RANK: error: input #1 (%hidden): expects 'tensor<?x3xf32>', but got float32 array of shape (6,)

// RUN: not cca-run %s --time --input=%t/none.npy --input=%t/bf16.npy 2>&1 | FileCheck %s --check-prefix=NONE
// NONE: error: cannot read '{{.*}}none.npy': No such file or directory
// RUN: not cca-run %s --time --input=%t --input=%t/bf16.npy 2>&1 | FileCheck %s --check-prefix=FOLDER
// FOLDER: error: cannot read '{{.*}}': Is a directory

// RUN: not cca-run %s --time --input=%t/f32_fortran.npy --input=%t/bf16.npy 2>&1 | FileCheck %s --check-prefix=FORTRAN
// FORTRAN: error: '{{.*}}f32_fortran.npy': expects C order, but got Fortran order (numpy.ascontiguousarray changes it)
// RUN: not cca-run %s --time --input=%t/f32_big_endian.npy --input=%t/bf16.npy 2>&1 | FileCheck %s --check-prefix=ENDIAN
// ENDIAN: error: '{{.*}}f32_big_endian.npy': expects little-endian elements, but got '>f4'
// RUN: not cca-run %s --time --input=%t/objects.npy --input=%t/bf16.npy 2>&1 | FileCheck %s --check-prefix=OBJECTS
// OBJECTS: error: '{{.*}}objects.npy': expects an array of numbers, but got Python objects
// RUN: not cca-run %s --time --input=%t/text.npy --input=%t/bf16.npy 2>&1 | FileCheck %s --check-prefix=TEXT
// TEXT: error: '{{.*}}text.npy': expects an array of numbers, but got elements of type '<U2'
// RUN: not cca-run %s --time --input=%t/records.npy --input=%t/bf16.npy 2>&1 | FileCheck %s --check-prefix=RECORDS
// RECORDS: error: '{{.*}}records.npy': expects an array of numbers, but got records

// RUN: not cca-run %s --time --input=%t/truncated.npy --input=%t/bf16.npy 2>&1 | FileCheck %s --check-prefix=TRUNCATED
// TRUNCATED: error: '{{.*}}truncated.npy': expects 24 bytes of data for float32 elements of shape (2, 3), but got 23
// RUN: not cca-run %s --time --input=%t/longer.npy --input=%t/bf16.npy 2>&1 | FileCheck %s --check-prefix=LONGER
// LONGER: error: '{{.*}}longer.npy': expects 24 bytes of data for float32 elements of shape (2, 3), but got 25
// RUN: not cca-run %s --time --input=%t/no_data.npy --input=%t/bf16.npy 2>&1 | FileCheck %s --check-prefix=NO-DATA
// NO-DATA: error: '{{.*}}no_data.npy': truncated: expects a header of 118 bytes, but got 90
// RUN: not cca-run %s --time --input=%t/header_huge.npy --input=%t/bf16.npy 2>&1 | FileCheck %s --check-prefix=HUGE
// HUGE: error: '{{.*}}header_huge.npy': truncated: expects a header of 4294967295 bytes, but got 142
// RUN: not cca-run %s --time --input=%t/version.npy --input=%t/bf16.npy 2>&1 | FileCheck %s --check-prefix=VERSION
// VERSION: error: '{{.*}}version.npy': expects .npy version 1.0, 2.0 or 3.0, but got 9.0
// RUN: not cca-run %s --time --input=%t/many.npy --input=%t/bf16.npy 2>&1 | FileCheck %s --check-prefix=MANY
// MANY: error: '{{.*}}many.npy': malformed header: expects ',' or ')' in the shape
// RUN: not cca-run %s --time --input=%t/garbage.npy --input=%t/bf16.npy 2>&1 | FileCheck %s --check-prefix=GARBAGE
// RUN: not cca-run %s --time --input=%t/nothing.npy --input=%t/bf16.npy 2>&1 | FileCheck %s --check-prefix=GARBAGE
// RUN: not cca-run %s --time --input=%s --input=%t/bf16.npy 2>&1 | FileCheck %s --check-prefix=GARBAGE
// GARBAGE: error: '{{.*}}': expects an .npy file, which begins with '\x93NUMPY'

// Names are read from the source; a module without it has numbers.
// RUN: cca-opt %s --emit-bytecode -o %t/module.mlirbc
// RUN: not cca-run %t/module.mlirbc --time --input=%t/f32.npy --input=%t/f32.npy 2>&1 | FileCheck %s --check-prefix=BYTECODE
// BYTECODE: error: input #2: expects 'tensor<2x3xbf16>', bf16 stored as uint16, but got float32 array
