given flows.csv flows.h5 model.h5
says 'AUROC' eval --model model.h5 --data flows.h5
grep -E '^ +combined +sigma +fm +chance$' says.out
grep -F 'the true share of anomalies' says.out
says '90.000 %' eval --model model.h5 --data flows.h5 --fraction .9 --score fm
grep -E '^ +fm +chance$' says.out
says '"auroc"' eval --model model.h5 --data flows.h5 --json
grep -F "$(sha256sum <flows.csv | cut -d' ' -f1)" says.out
# Labels of one kind only, and none at all.
awk -F, '{ print $0 "," (NR == 1 ? "part" : $4 == "attack" || NR % 2 ? "train" : "test") }' \
    flows.csv >benign.csv
import benign.csv benign.h5 --split-column part >/dev/null
fails 1 "'benign.h5' are normal" eval --model model.h5 --data benign.h5
"$EGAD" data import csv flows.csv --drop kind -o bare.h5 >/dev/null
fails 1 bare.h5 eval --model model.h5 --data bare.h5
import flows.csv narrow.h5 --drop bytes >/dev/null
fails 1 "'narrow.h5' has rows of 4 features, 'model.h5' was trained on 5" eval --model model.h5 --data narrow.h5
# The paper's rule is for the paper's classes, of which it knows about how many there are.
connections 400 >connections
for anomalous in normal attacks; do
    "$EGAD" data import kdd99 connections --anomalous $anomalous -o $anomalous.h5 >/dev/null
    "$EGAD" train --model kdd-bigan --data $anomalous.h5 --epochs 1 --batch 20 --quiet \
        -o $anomalous-model.h5 >/dev/null
done
says '20.000 % of the scores are anomalous (80th percentile' eval --model normal-model.h5 \
    --data normal.h5
says '(the true share of anomalies' eval --model attacks-model.h5 --data attacks.h5
