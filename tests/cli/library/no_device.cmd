# Messages on a machine without any driver.
given flows.csv flows.h5
mkdir vendors
export OCL_ICD_VENDORS=$PWD/vendors
unset OCL_ICD_FILENAMES EGAD_DEVICE
none='there is no OpenCL device: install your'
echo old >old
fails 1 "$none" devices
fails 1 'if PoCL is installed, set HOME or POCL_CACHE_DIR to a folder that it can write to' devices
fails 1 "$none" models kdd-bigan
fails 1 "$none" train --model kdd-bigan --data flows.h5 -o model.h5
test ! -e model.h5
keeps old 1 "$none" train --model kdd-bigan --data flows.h5 -o old --force
keeps old 1 "$none" train --data flows.h5 -o old --resume
keeps old 1 "$none" score --model flows.h5 --data flows.csv -o old --force
fails 1 "$none" eval --model flows.h5 --data flows.h5
