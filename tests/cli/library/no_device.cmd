# What a machine without any driver says.
given flows.h5
mkdir vendors
export OCL_ICD_VENDORS=$PWD/vendors
unset OCL_ICD_FILENAMES EGAD_DEVICE
fails 1 'no OpenCL device' devices
fails 1 'OpenCL' models kdd-bigan
fails 1 'OpenCL' train --model kdd-bigan --data flows.h5 -o model.h5
test ! -e model.h5
