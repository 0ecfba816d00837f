show
show nope
show -x
show data
show data nope
show data import
show data import cifar
show devices extra
show models
show models nope
show models --plan
show inspect
show inspect a b
