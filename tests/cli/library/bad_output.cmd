given flows.csv
echo a file >file
keeps file 1 file/out.h5 data import csv flows.csv -o file/out.h5
keeps file 1 absent/out.h5 data import csv flows.csv -o absent/out.h5
