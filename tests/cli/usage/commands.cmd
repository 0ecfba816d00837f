show
show nope
show -x
show data
show data nope
show data import
show data import cifar
# Words of other commands, and typing errors.
show import
show csv flows.csv
show data train
show trian
show evaluate
show help
show --vesion
show -v
show -V
show data impotr
show train --hold_out=0.1
show score -data x
show data import csv --lable kind
show data import csv f -o o --drop id, time
show devices extra
show models
show models nope
show models --plan
show inspect
show inspect a b
