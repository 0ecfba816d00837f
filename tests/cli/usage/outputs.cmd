# Outputs that the program rejects before it opens a device.
echo old >m.h5
cp m.h5 before
mkdir folder
show train --model kdd-bigan --data d.h5 -o m.h5
show train --model kdd-bigan --data d.h5 -o folder
show train --model kdd-bigan --data m.h5 -o m.h5 --force
show score --model d.h5 --data m.h5 -o m.h5
show data import csv m.h5 -o ./m.h5
show data import kdd99 m.h5 -o m.h5 --force
show data import csv e.csv -o m.h5
show data import kdd99 e.gz -o m.h5
show data import mnist e -o m.h5
show data import idx e -o m.h5
show data import npy e -o m.h5
show data import images e -o m.h5
# A missing folder is reported before anything is read.
show train --model kdd-bigan --data d.h5 -o absent/y.h5
show score --model d.h5 --data e.csv -o absent/y.csv
show data import csv e.csv -o absent/d.h5
show data import images e -o absent/d.h5
cmp m.h5 before
if [ -w /dev/full ]; then
    not "$EGAD" --help >/dev/full
fi
