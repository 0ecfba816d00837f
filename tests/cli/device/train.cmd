# One round: train, refuse to replace, inspect, score, evaluate.
given flows.csv flows.h5
says 'kdd-bigan trained, 2 epochs' train --model kdd-bigan --data flows.h5 -o model.h5 \
    --epochs 2 --batch 50 --seed 7
grep '^epoch 2/2  D ' says.err
test "$(grep -c '^epoch' says.err)" = 2
says kdd-bigan inspect model.h5
keeps model.h5 1 'model.h5' train --model kdd-bigan --data flows.h5 -o model.h5
keeps model.h5 1 '--seed' train --data flows.h5 -o model.h5 --resume --seed 8
keeps model.h5 1 '--batch' train --data flows.h5 -o model.h5 --resume --batch 10
keeps model.h5 1 '--model' train --data flows.h5 -o model.h5 --resume --model kdd-gan
keeps model.h5 1 '--recipe' train --data flows.h5 -o model.h5 --resume --recipe paper
says 'all of its 2 epochs' train --data flows.h5 -o model.h5 --resume --seed 7
says 'trained, 1 epoch,' train --model kdd-gan --data flows.h5 -o model.h5 --force \
    --epochs 1 --batch 50 --quiet
test ! -s says.err
# What a training that was killed in the middle of a save has left (no system has so many
# processes), and what somebody else has.
touch model.h5.99999999-0.tmp model.h5.trial.99999999-0.tmp other.h5.99999999-0.tmp
"$EGAD" train --model kdd-gan --data flows.h5 -o model.h5 --force --epochs 1 \
    --batch 50 --quiet
test "$(echo *99999999*)" = other.h5.99999999-0.tmp
