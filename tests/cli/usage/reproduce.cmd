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
show reproduce figure1 --data d -o f --models mnist-vae,kdd-vae
show reproduce figure1 --data d -o f --models mnist-vae --recipe minmax
show reproduce figure1 --data d -o f --seeds 0
show reproduce figure1 --data d -o f --recipe best
show reproduce figure1 --data d -o f extra
show reproduce league
show reproduce league --help
show reproduce league --data d
show reproduce league --data d -o f --models nope
show reproduce league --data d -o f --models pca,pca
show reproduce league --data d -o f --models pca,
show reproduce table1
show reproduce table1 --help
show reproduce table1 --data d
show reproduce table1 --data d -o f --models mnist-vae
show reproduce table1 --data d -o f --models nope
show reproduce table1 --data d -o f --models kdd-vae,pca --recipe minmax
show reproduce table1 --data d -o f --models kdd-gan,kdd-gan
show reproduce table1 --data d -o f --models kdd-bigan,
show reproduce table1 --data d -o f --models kdd-bigan --steps 5
show reproduce table1 --data d -o f --test-rows 0
show reproduce table1 --data d -o f --runs 0
test ! -e f
show reproduce table2
show reproduce table2 --help
show reproduce table2 -o f --rounds 0
show reproduce table2 -o f --steps x
show reproduce table2 -o f extra
test ! -e f
