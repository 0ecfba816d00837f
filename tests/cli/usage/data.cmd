show data info
show data import kdd99
show data import kdd99 f --seed 1
show data import kdd99 f --split half
show data import csv -
show data import csv f -o o --label kind
show data import csv f -o o --normal benign
show data import csv f -o o --label kind --normal a --anomalous b
show data import csv f -o o --delimiter ab
show data import csv f -o o --test-fraction 1
show data import csv f -o o --split-column part --seed 1
show data import csv f -o o --missing guess
show data import csv f g -o o
show data import mnist
show data import mnist d --recipe release
show data import mnist d --recipe best
show data import idx f -o o --anomalous 1
show data import npy f -o o --labels l --normal 1 --anomalous 2
show data import npy f -o o --labels l --seed 2
show data import npy -
show data import images
show data import images .
show data import images d --size 28
show data import images d --size 28x0
show data import images d --size x28
show data import images d --labels l
show data fetch
show data fetch cifar
show data fetch mnist -o d e
