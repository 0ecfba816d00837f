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
