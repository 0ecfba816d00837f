given flows.csv
gzip -k flows.csv
import flows.csv.gz out.h5 >/dev/null
head -c 1000 flows.csv.gz >truncated.csv.gz
{
    head -c 600 flows.csv.gz
    printf "\377\000\377\000"
    tail -c +605 flows.csv.gz
} >damaged.csv.gz
cp flows.csv text.csv.gz
for format in csv kdd99; do
    bad="data import $format -o out.h5 --force"
    keeps out.h5 1 "'truncated.csv.gz' is a truncated .gz" $bad truncated.csv.gz
    keeps out.h5 1 "'damaged.csv.gz' is a damaged .gz" $bad damaged.csv.gz
    keeps out.h5 1 "'text.csv.gz' is named .gz but" $bad text.csv.gz
done
keeps out.h5 1 flows.csv data import kdd99 flows.csv -o out.h5 --force
