given flows.csv flows.h5
echo text >text.h5
head -c 1500 flows.h5 >truncated.h5
head -c $(($(wc -c <flows.h5) - 1)) flows.h5 >nearly.h5
: >empty.h5
for file in text.h5 truncated.h5 nearly.h5 empty.h5 absent.h5; do
    fails 1 "'$file'" data info $file
    fails 1 "'$file'" inspect $file
done
says csv inspect flows.h5
fails 1 "'flows.h5' is HDF5, wanted text" data import csv flows.h5 -o out.h5
test ! -e out.h5
if newer flows.h5 newer.h5; then
    fails 1 "'newer.h5' was made by a newer egad" data info newer.h5
fi
