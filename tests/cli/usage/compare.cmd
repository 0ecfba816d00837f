show compare
show compare --data d.h5
show compare -o f
show compare --data d.h5 -o f --models kdd-biga
show compare --data d.h5 -o f --models kdd-bigan,
show compare --data d.h5 -o f --models kdd-bigan,kdd-gan,kdd-bigan
show compare --data d.h5 -o f --models kdd-bigan, kdd-gan
show compare --data d.h5 -o f --seeds 0
show compare --data d.h5 -o f --seed 3
show compare --data d.h5 -o f --false-alarms 5%
show compare --data d.h5 -o f --fraction 1
show compare --data d.h5 -o f --hold-out 1
show compare --data d.h5 -o f --recipe best
show compare --data d.h5 -o f --steps 0
show compare --data d.h5 -o f --model kdd-bigan
show compare --data d.h5 -o f extra
test ! -e f
