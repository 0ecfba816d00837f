given flows.h5
echo text >text.h5
head -c 1500 flows.h5 >truncated.h5
: >empty.h5
for file in text.h5 truncated.h5 empty.h5 absent.h5; do
    fails 1 $file data info $file
    fails 1 $file inspect $file
done
says csv inspect flows.h5
