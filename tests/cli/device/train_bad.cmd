given flows.h5
echo a file >file
keeps file 1 file/m.h5 train --model kdd-bigan --data flows.h5 -o file/m.h5 --batch 50 \
    --quiet
keeps file 1 absent/m.h5 train --model kdd-bigan --data flows.h5 -o absent/m.h5 --batch 50 \
    --quiet
keeps file 1 batch train --model kdd-bigan --data flows.h5 -o file --force --batch 5000 \
    --quiet
keeps file 1 absent.h5 train --model kdd-bigan --data absent.h5 -o file --force --quiet
keeps file 1 file train --data flows.h5 -o file --resume --quiet
keeps file 1 nonesuch train --model kdd-bigan --data flows.h5 -o file --force --quiet \
    --device nonesuch
# Resumed on other data than it was trained on.
given flows.csv model.h5
import flows.csv narrow.h5 --drop bytes >/dev/null
keeps model.h5 1 "'narrow.h5' has rows of 4 features" train --data narrow.h5 -o model.h5 \
    --resume
