# An unknown word is named, and nothing is done.
code=0
"$(dirname "$lib")/../../bootstrap.sh" foo >out 2>err || code=$?
test $code = 2
test ! -s out
head -1 err | grep -x "bootstrap.sh: there is no 'foo'; there are"
