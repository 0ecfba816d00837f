# One round: train, refuse to overwrite, inspect, score, evaluate.
given flows.csv flows.h5
says 'kdd-bigan trained, 2 epochs' train --model kdd-bigan --data flows.h5 -o model.h5 \
    --epochs 2 --batch 50 --seed 7
grep '^epoch 2/2  dis [0-9.]*  gen [0-9.]*  enc ' says.err
test "$(grep -c '^epoch' says.err)" = 2
says kdd-bigan inspect model.h5
keeps model.h5 1 'model.h5' train --model kdd-bigan --data flows.h5 -o model.h5
keeps model.h5 1 '--seed' train --data flows.h5 -o model.h5 --resume --seed 8
keeps model.h5 1 '--batch' train --data flows.h5 -o model.h5 --resume --batch 10
keeps model.h5 1 '--model' train --data flows.h5 -o model.h5 --resume --model kdd-gan
keeps model.h5 1 '--recipe' train --data flows.h5 -o model.h5 --resume --recipe paper
says 'is already trained to its last epoch, 2' train --data flows.h5 -o model.h5 --resume --seed 7
# Another number of epochs: rejected if the learning rate decays to the last epoch.
says 'is already trained to its last epoch, 2' train --data flows.h5 -o model.h5 --resume --epochs 2
keeps model.h5 1 "--epochs 3 does not fit 'model.h5': its learning rate decays" train \
    --data flows.h5 -o model.h5 --resume --epochs 3
grep 'train another model, or replace this one with --force$' fails.err
keeps model.h5 1 "'model.h5': it cannot end at epoch 1: 2 of 2 epochs are already trained" train \
    --data flows.h5 -o model.h5 --resume --epochs 1
# With a constant rate, any number not below those trained: as if given at first.
paper="--model kdd-bigan --data flows.h5 --recipe paper --batch 50 --quiet"
"$EGAD" train $paper --epochs 4 -o four.h5 >/dev/null
"$EGAD" train $paper --epochs 2 -o two.h5 >/dev/null
says 'trained, 4 epochs, 12 iterations' train --resume --data flows.h5 -o two.h5 --epochs 4
grep -F '2 of 4 epochs done' says.err
cmp <("$EGAD" inspect two.h5 | grep -v seconds) <("$EGAD" inspect four.h5 | grep -v seconds)
cmp <("$EGAD" score --model two.h5 --data flows.h5) <("$EGAD" score --model four.h5 --data flows.h5)
keeps two.h5 1 "'two.h5': it cannot end at epoch 3: 4 of 4 epochs are already trained" train --resume \
    --data flows.h5 -o two.h5 --epochs 3
says 'is already trained to its last epoch, 4' train --resume --data flows.h5 -o two.h5 --epochs 4
says 'trained, 1 epoch,' train --model kdd-gan --data flows.h5 -o model.h5 --force \
    --epochs 1 --batch 50 --quiet
test ! -s says.err
# Temporary files of a training killed during a save are removed (no system has such a
# process number), those of others are not.
touch model.h5.99999999-0.{part,tmp} model.h5.trial.99999999-0.part other.h5.99999999-0.part
"$EGAD" train --model kdd-gan --data flows.h5 -o model.h5 --force --epochs 1 \
    --batch 50 --quiet
test "$(echo *99999999*)" = other.h5.99999999-0.part
