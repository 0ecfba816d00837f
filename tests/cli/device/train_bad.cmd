# Every error is reported in one line, and the old output stays whole.
given flows.csv flows.h5 model.h5
echo a file >file
bad() {
    keeps file 1 "$1" train --model kdd-bigan --data "$2" -o file --force "${@:3}"
}
bad 'a batch of 181 rows cannot be drawn from 171 training rows' flows.h5 --batch 181
bad "'absent.h5'" absent.h5
bad "no OpenCL device matches 'nonesuch'" flows.h5 --device nonesuch
bad "'flows.csv' is not an HDF5 file: 'egad data import csv' makes a data file of it, and 'egad train' a model of that" flows.csv
bad "'model.h5' has format 'egad-model', wanted egad-data: 'egad data import' makes data files, 'egad inspect' describes" model.h5
head -c 3000 flows.h5 >truncated.h5
bad "'truncated.h5' is HDF5, but truncated" truncated.h5
if newer flows.h5 newer.h5; then
    bad "'newer.h5' was written by a newer egad" newer.h5
fi
cp flows.h5 data.h5
keeps data.h5 1 "'data.h5' is a data file: choose another name" train --model kdd-bigan \
    --data flows.h5 -o data.h5 --force
# Resumed with other data than trained on.
other() {
    keeps model.h5 1 "$1" train --data "$2" -o model.h5 --resume
}
import flows.csv narrow.h5 --drop bytes >/dev/null
other "'narrow.h5' lacks column 'bytes', which 'model.h5' was trained on: give the data file that it was" narrow.h5
import flows.csv fewer.h5 --test-fraction .8 >/dev/null
other "'fewer.h5' has 68 training rows, not the 150 to 199 that 'model.h5' was trained on: give the data file that it was" fewer.h5
sed 's/icmp/igmp/' flows.csv >categories.csv
import categories.csv categories.h5 >/dev/null
other "is unknown to 'model.h5': give the data file that it was trained on" categories.h5
keeps model.h5 1 "is unknown to 'model.h5': give the data file that it was trained on" threshold model.h5 \
    --measure categories.h5
# Other values alone also prevent resuming a partly trained model.
awk -F, -v OFS=, 'NR > 1 { $3 *= 2 } { print }' flows.csv >doubled.csv
import doubled.csv doubled.h5 >/dev/null
"$EGAD" train --model kdd-bigan --data flows.h5 --recipe release --epochs 1 --batch 50 \
    --quiet -o model.h5 --force >/dev/null
for command in "train --resume --epochs 2 --quiet -o model.h5 --data doubled.h5" \
    "threshold model.h5 --measure doubled.h5"; do
    # shellcheck disable=SC2086 # words
    keeps model.h5 1 "the rows from doubled.csv are not the model's training rows" \
        $command
done
says 'trained, 2 epochs' train --resume --epochs 2 --quiet -o model.h5 --data flows.h5
given model.h5
keeps model.h5 1 "--seed differs from 'model.h5', which has kdd-bigan, " train --data flows.h5 \
    -o model.h5 --resume --seed 5
grep -q 'leave it out, or retrain with --force' fails.err
# Outputs that even root cannot write.
mkdir folder
for out in file/m.h5 folder /proc/m.h5; do
    keeps file 1 "'$out" train --model kdd-bigan --data flows.h5 -o $out --batch 50
done
# A disk that is full from the start.
full_disk 64 '
    echo old >disk/old.h5
    keeps disk/old.h5 1 "No space left" train --model kdd-bigan --data flows.h5 \
        -o disk/old.h5 --force --batch 50
    test "$(ls -A disk)" = old.h5'
