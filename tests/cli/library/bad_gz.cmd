given flows.csv
gzip -k flows.csv
import flows.csv.gz out.h5 >/dev/null
head -c 1000 flows.csv.gz >truncated.csv.gz
keeps out.h5 1 truncated.csv.gz data import csv truncated.csv.gz -o out.h5
{
    head -c 600 flows.csv.gz
    printf "\377\000\377\000"
    tail -c +605 flows.csv.gz
} >damaged.csv.gz
keeps out.h5 1 damaged.csv.gz data import csv damaged.csv.gz -o out.h5
keeps out.h5 1 truncated.csv.gz data import kdd99 truncated.csv.gz -o out.h5
keeps out.h5 1 flows.csv data import kdd99 flows.csv -o out.h5
