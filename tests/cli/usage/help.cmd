show --version | sed -E "s/ [0-9]+([.][0-9]+)+/ VERSION/g; s/^(commit +).*/\1COMMIT/"
show --help | sed 's/[0-9]*\.[0-9]*\.[0-9]*/VERSION/'
show data --help
show data import --help
show data import kdd99 --help
show data import csv --help
show data import mnist --help
show data import idx --help
show data import npy --help
show data import images --help
show data import npz --help
show data import mat --help
show data fetch --help
show data info --help
show devices --help
show models --help
show detect --help
show train --help
show score --help
show eval --help
show compare --help
show explain --help
show threshold --help
show report --help
show inspect --help
show tune --help
