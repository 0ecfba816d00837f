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
bad images "the folder 'nothing' has no images" nothing
bad images "cannot open the folder 'absent'" absent
bad images "no row is labelled 'ugly'; there are bad, good" parts --anomalous ugly
png wide >parts/good/wide.png
bad images "'parts/good/wide.png' is 4 x 6, 'parts/bad/1.png' 4 x 4: make them equal with --size" parts
says 'images     8 x 6, 1 channel' data import images parts --size 8x6 -o sized.h5
head -c 60 parts/bad/1.png >parts/good/wide.png
bad images "'parts/good/wide.png' is truncated or damaged" parts
echo text >parts/good/wide.png
bad images "'parts/good/wide.png' is not an image" parts
mv parts/good/wide.png parts/good/wide.jpg
bad images "'parts/good/wide.jpg' is not an image" parts
rm parts/good/wide.jpg
cp parts/good/1.png parts/good/wide.gif
bad images "'parts/good/wide.gif' is not a PNG, JPEG, TIFF, BMP or WebP file: convert it" parts
rm parts/good/wide.gif
cp parts/good/1.png parts/good/5.jpg # by its content it is a PNG file
says 'rows       6' data import images parts --normal good --force

# ---- Other formats: the same pixels as those of the images that Pillow writes
cat >other.py <<'PYTHON'
import os, struct
import numpy as np
from PIL import Image
r = np.random.RandomState(0)
grey, colour, clear = (r.randint(0, 256, (6, 8) + s).astype("u1") for s in ((), (3,), (4,)))
flat = np.full((6, 8, 3), (200, 30, 90), "u1")
def save(kind, name, x, **how):
    os.makedirs("other/" + kind, exist_ok=True)
    Image.fromarray(x).save("other/%s/1.%s" % (kind, name), **how)
    np.save("other-%s.npy" % kind, x)
save("bmp", "bmp", colour)
save("grey-bmp", "BMP", grey)
save("tiff", "tiff", colour, compression="tiff_lzw")
save("clear-tiff", "tif", clear)
save("wide-tiff", "TIF", grey.astype("u2") * 257 + 3)
save("webp", "webp", colour, lossless=True)
save("clear-webp", "webp", clear, lossless=True)
save("jpeg", "jpg", flat, quality=100)
save("grey-jpeg", "JPEG", flat[:, :, 0])
turned = Image.Exif()
turned[0x112] = 6
save("turned", "jpg", flat, exif=turned)
os.makedirs("pages")
Image.fromarray(grey).save("pages/1.tif", save_all=True, append_images=[Image.fromarray(grey)])
def part(name, data):
    os.makedirs(name)
    open(name + "/1.jpg", "wb").write(data)
jpeg = open("other/jpeg/1.jpg", "rb").read()
at = jpeg.index(b"\xff\xc0") + 5
for name, side in ("giant", 60000), ("claims", 8000):
    part(name, jpeg[:at] + struct.pack(">HH", side, side) + jpeg[at + 4:])
part("cut-jpeg", jpeg[:-60])
for kind, name in ("bmp", "bmp"), ("webp", "webp"), ("tiff", "tiff"):
    part("cut-" + kind, open("other/%s/1.%s" % (kind, name), "rb").read()[:90])
os.makedirs("floats")
Image.fromarray(r.rand(6, 8).astype("f4")).save("floats/1.tif")
part("svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")
part("void", b"")
PYTHON
cat >same.py <<'PYTHON'
import glob, h5py, numpy as np
n = 0
for name in glob.glob("other-*.npy"):
    x, y = np.load(name).astype("f8"), h5py.File(name[:-4] + ".h5")["x"][0].astype("f8")
    if x.max() > 255:
        x /= 257
    x = x.reshape(6, 8, -1)
    if x.shape[2] == 4:
        x = 255 + x[:, :, 3:] / 255 * (x[:, :, :3] - 255)
    if "turned" in name:
        x = x.transpose(1, 0, 2)
    assert x.shape == y.shape and abs(x - y).max() < (1.5 if "jp" in name or "turned" in name else 1e-4), name
    n += 1
assert n == 10, n
PYTHON
for python in python3 /usr/bin/python3 ''; do
    [ -n "$python" ] && "$python" -c 'import h5py, numpy, PIL' 2>/dev/null && break
done
if [ -n "$python" ]; then
    "$python" other.py
    for kind in other/*; do
        "$EGAD" data import images $kind -o other-${kind#*/}.h5 >imported 2>&1
    done
    "$python" same.py
    bad images "'pages/1.tif' holds 2 images, wanted one" pages
    bad images "'giant/1.jpg' has more than 67108864 pixels" giant
    bad images "'claims/1.jpg' claims 8000 x 8000 pixels, more than the file can hold" claims
    bad images "'floats/1.tif' are floating-point numbers" floats
    for kind in jpeg bmp webp tiff; do
        bad images "'cut-$kind/1.jpg' is truncated or damaged" cut-$kind
    done
    bad images "'svg/1.jpg' is not an image" svg
    bad images "'void/1.jpg' is empty" void
fi

# ---- MVTec's folders: their split is kept
mkdir -p bottle/{train/good,test/good,test/crack,ground_truth/crack}
for i in 1 2 3; do png 100 >bottle/train/good/$i.png; done
for i in 4 5; do png 100 >bottle/test/good/$i.png; done
png 101 >bottle/test/crack/1.png
png 100 >bottle/ground_truth/crack/1_mask.png
echo text >bottle/license.txt
says 'train      3 normal' data import images bottle
grep -x 'test       3: 2 normal, 1 anomalies (33.333 %)' says.out
grep -q 'their split is kept' says.err
grep -q "'good' is normal" says.err
says 'train      3 normal' data import images bottle --anomalous crack --force
bad images "has a split, the folders train and test" bottle --normal good --seed 3
bad images "is an anomaly by its folder, but stands in 'train'" bottle --normal crack
mv bottle/train/good bottle/train/fine
bad images "no row is labelled 'crackles'" bottle --normal crackles
mv bottle/test/good bottle/test/fine
bad images "say with --normal which folders" bottle
says 'train      3 normal' data import images bottle --normal fine --force
rm -r bottle/train/fine/*
bad images "has no images" bottle --normal fine

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
