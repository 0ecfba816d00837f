show train
show train --data d
show train --data d -o
show train --data d -o m
show train --model kddbigan --data a -o b
show train --model nope --data d -o m
show train --model --data d
show train --epoch 3
show train --epochs 0
show train --epochs 1e3
show train --batch -5
show train --lr 0
show train --lr nan
show train --seed x
show train --seed 18446744073709551616
show train --recipe soun
show train --hold-out 1.5
show train --quiet=yes
show train --data d -o m --resume --force
show train d.h5 -o m
show train --data d -o m --model kdd-bigan extra
show train kdd-bigan --data d -o m
show train --data d -o m --model kdd-bigan --hold-out 1
show train --data d -o m --resume
test ! -e m
# Only a model can be resumed.
echo 1,2 >later.csv
show train --data d -o later.csv --model kdd-bigan
show train --data d -o m --label kind
show train --data d -o m --hold-out 10%
