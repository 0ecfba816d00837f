show reproduce
show reproduce nope
show reproduce --help
show reproduce figure1
show reproduce figure1 --help
show reproduce figure1 --data d
show reproduce figure1 --data d -o f --digits 0,
show reproduce figure1 --data d -o f --digits 1,1
show reproduce figure1 --data d -o f --digits 10
show reproduce figure1 --data d -o f --digits x
show reproduce figure1 --data d -o f --seeds 0
show reproduce figure1 --data d -o f --recipe best
show reproduce figure1 --data d -o f extra
test ! -e f
show reproduce table2
show reproduce table2 --help
show reproduce table2 -o f --rounds 0
show reproduce table2 -o f --steps x
show reproduce table2 -o f extra
test ! -e f
