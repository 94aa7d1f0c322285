// RUN: cca-opt %s --cca-select-schedule=chip=a100 --verify-diagnostics

// expected-error @below {{expects chip to be h100 or h200, but got a100}}
module {}
