show score
show score --model m
show score --model m --data d --score sum
show score --model m --data d --alpha 1.5
show score --model m --data d --rows some
show eval
show eval --model m --data d --fraction 0
show eval --model m --data d --rows train
show eval --model m --data d --json=1
show explain
show explain --model m --data d --top 0
show explain --model m --data d --row 1,a
show explain --model m --data d --row ,
show explain --model m --data d.csv --rows test
