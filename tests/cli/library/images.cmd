# Images from IDX, NPY, PNG and MNIST's four files, and invalid ones: every failure is one
# line, names the file, and keeps the old output whole.
# shellcheck disable=SC2059 # octal numbers
npy() { # DESCR SHAPE <ELEMENTS: a NumPy array
    local header="{'descr': '$1', 'fortran_order': False, 'shape': $2, }"
    printf '\223NUMPY\1\0'
    printf "\\$(printf %o ${#header})\0%s" "$header"
    cat
}
png() { # GREY: 4 x 4 pixels of value 100 or 101; or 4 x 6
    case $1 in
        100) base64 -d <<<iVBORw0KGgoAAAANSUhEUgAAAAQAAAAECAAAAACMmsGiAAAADklEQVR42mNIAQIGVAIAPpQGQdaA8w4AAAAASUVORK5CYII= ;;
        101) base64 -d <<<iVBORw0KGgoAAAANSUhEUgAAAAQAAAAECAAAAACMmsGiAAAADklEQVR42mNIBQIGVAIAPzQGUaMYeRUAAAAASUVORK5CYII= ;;
        wide) base64 -d <<<iVBORw0KGgoAAAANSUhEUgAAAAYAAAAECAAAAACIbxGfAAAADklEQVR42mNgBwMGbBQACUwAqahUmncAAAAASUVORK5CYII= ;;
    esac
}

# ---- IDX and NPY
pixels=abcdefghijklmnopqrstuvwxyzabcdefghijklmn # 10 images of 2 x 2
digits() { printf '\0\1\2\0\1\2\0\1\2\0'; }
printf %s $pixels | idx 010 10 2 2 >images-idx3-ubyte
digits | idx 010 10 >labels-idx1-ubyte
"$EGAD" data import idx images-idx3-ubyte --labels labels-idx1-ubyte --anomalous 2 \
    --test-fraction 0.3 -o out.h5 >imported 2>hint
grep -x 'images     2 x 2, 1 channel' imported
grep -x 'train      4 normal' imported
grep -x 'test       6: 3 normal, 3 anomalies (50.000 %)' imported
grep -x 'copies     0 of the 3 normal test rows are in the training rows too (0.0 %)' imported
test ! -s hint
says 'values     97 to 122' data info out.h5
says '  0                                   4' data info out.h5
says "written to 'images-idx3-ubyte.h5'" data import idx images-idx3-ubyte
test "$(cat says.err)" = 'no labels: every row is a training row'
says 'no split   10, 3 classes, none of them anomalous' data import idx \
    images-idx3-ubyte --labels labels-idx1-ubyte --force
test "$(cat says.err)" = 'no --anomalous: rows of every class are training rows'
printf %s $pixels | npy '|u1' '(10, 2, 2)' >images.npy
digits | npy '|i1' '(10,)' >labels.npy
says 'train      4 normal' data import npy images.npy --labels labels.npy --normal 0,1 \
    --test-fraction 0.3
grep -F 'protocol   npy, from images.npy' says.out
printf %s $pixels | npy '|u1' '(10, 4)' | gzip >table.npy.gz
says 'features   4, unnamed' data import npy table.npy.gz
test -e table.h5

bad() { # FORMAT TEXT FILE [OPTIONS...]
    keeps out.h5 1 "$2" data import "$1" "${@:3}" --force -o out.h5
}
bad idx "'images.npy' is not an IDX file" images.npy
bad npy "'images-idx3-ubyte' is not an array written by numpy.save" images-idx3-ubyte
bad idx "cannot open 'absent'" absent
: >empty
bad idx "'empty' is empty" empty
bad npy "'empty' is empty" empty
head -c 50 images-idx3-ubyte >short
bad idx "'short' is truncated" short
{ cat images-idx3-ubyte && echo more; } >long
bad idx "'long' holds more than the 10 x 2 x 2" long
idx 016 4294967295 4294967295 4294967295 <short >huge
bad idx "'huge' claims an impossible size" huge
idx 010 65535 65535 65535 <short >large
bad idx "'large' is truncated" large
gzip -k images-idx3-ubyte
head -c 50 images-idx3-ubyte.gz >short.gz
bad idx "'short.gz' is a truncated .gz" short.gz
{ head -c 50 images-idx3-ubyte.gz && printf '\377\377\377\377\377' &&
    tail -c +56 images-idx3-ubyte.gz; } >damaged.gz
bad idx "'damaged.gz' is a damaged .gz" damaged.gz
bad idx "'images-idx3-ubyte' is 10 x 2 x 2, wanted one label" images-idx3-ubyte \
    --labels images-idx3-ubyte
printf '\1\2' | idx 010 2 >few
bad idx "'few' holds 2 labels for 10 rows" images-idx3-ubyte --labels few
bad idx "no row is labelled '7'; there are 0, 1, 2" images-idx3-ubyte --labels \
    labels-idx1-ubyte --anomalous 7
printf '\0\0\300\177\0\0\200\77' | npy '<f4' '(1, 2)' >nan.npy
bad npy "'nan.npy', row 0, value 0: not a number" nan.npy
npy '|O' '(1, 2)' <short >object.npy
bad npy "'object.npy' holds Python objects" object.npy
keeps images.npy 1 "would overwrite the input 'images.npy'" data import npy images.npy \
    -o images.npy
keeps labels.npy 1 "would overwrite the input 'labels.npy'" data import npy images.npy \
    --labels labels.npy -o labels.npy
mkdir folder
for out in folder /dev/full; do
    fails 1 "'$out'" data import idx images-idx3-ubyte -o $out
done
fails 1 "the folder 'absent' does not exist" data import idx images-idx3-ubyte -o absent/out.h5
head -c 20000 /dev/urandom | idx 010 2000 10 >many
full_disk 16 '
    echo old >disk/old.h5
    keeps disk/old.h5 1 "No space left" data import idx many --force -o disk/old.h5
    test "$(ls -A disk)" = old.h5'

# ---- PNG
mkdir -p parts/good parts/bad nothing
for i in 1 2 3 4; do png 100 >parts/good/$i.png; done
png 101 >parts/bad/1.png
says 'images     4 x 4, 1 channel' data import images parts --normal good
test -e parts.h5
grep -x 'copies     2 of the 2 normal test rows are in the training rows too (100.0 %)' \
    says.out
says 'values     100 to 101' data info parts.h5
says "written to 'good.h5'" data import images parts/good/
says 'no split   5, 2 classes' data import images parts/good parts/bad --force
grep -x 'protocol   images, from good and 1 more' says.out
bad images "the folder 'nothing' has no PNG files" nothing
bad images "cannot open the folder 'absent'" absent
bad images "no row is labelled 'ugly'; there are bad, good" parts --anomalous ugly
png wide >parts/good/wide.png
bad images "'parts/good/wide.png' is 4 x 6, 'parts/bad/1.png' 4 x 4: make them equal with --size" parts
says 'images     8 x 6, 1 channel' data import images parts --size 8x6 -o sized.h5
head -c 60 parts/bad/1.png >parts/good/wide.png
bad images "'parts/good/wide.png' is truncated or damaged" parts
echo text >parts/good/wide.png
bad images "'parts/good/wide.png' is not a PNG file" parts
mv parts/good/wide.png parts/good/wide.jpg
bad images "'parts/good/wide.jpg' is not a PNG file" parts

# ---- MNIST
mkdir mnist
for part in train t10k; do
    cp images-idx3-ubyte mnist/$part-images.idx3-ubyte
    cp labels-idx1-ubyte mnist/$part-labels-idx1-ubyte
done
gzip mnist/*
says 'protocol   like-mnist-2, from mnist (not the published MNIST files)' data import \
    mnist mnist --anomalous 2
grep -x 'train      11 normal' says.out
test -e mnist-2.h5
says 'protocol   like-mnist-2-release, from mnist' data import mnist mnist/ --anomalous 2 \
    --recipe release
says 'no split   20, 3 classes' data import mnist mnist
bad mnist "none of the images in 'mnist' is the digit '9'" mnist --anomalous 9
bad mnist "none of the images in 'mnist' is the digit 'x'" mnist --anomalous x
rm mnist/t10k-labels*
bad mnist "there is no 't10k-labels-idx1-ubyte' in 'mnist'" mnist
bad mnist "cannot open 'absent'" absent
