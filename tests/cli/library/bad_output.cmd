# Outputs that even root cannot write: a file for a folder, a folder for a file, a file
# system that takes no files; and a missing folder.
given flows.csv
import flows.csv out.h5 >/dev/null
echo a file >file
mkdir folder
for out in folder folder/; do
    keeps file 1 "'$out' is a folder: give the name of a file" data import csv flows.csv -o $out
done
for out in file/out.h5 /proc/out.h5 /dev/full; do
    keeps file 1 "'$out'" data import csv flows.csv -o $out
done
keeps file 1 "the folder 'absent/a' does not exist: create it first" data import csv flows.csv -o absent/a/out.h5
(cd folder && says "written to '../new.h5'" data import csv ../flows.csv -o ../new.h5 && rm says.*)
rmdir folder
# A full disk, and a file size limit.
flows 4000 >many.csv
full_disk 16 '
    echo old >disk/old.h5
    keeps disk/old.h5 1 "No space left" data import csv many.csv --force -o disk/old.h5
    test "$(ls -A disk)" = old.h5'
(
    ulimit -f 24
    keeps out.h5 1 "cannot write 'out.h5': File too large" data import csv many.csv --force -o out.h5
)
