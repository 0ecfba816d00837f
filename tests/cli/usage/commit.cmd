# Without git, the commit is read from .git: of a branch, a packed branch, and no branch.
command -v cmake >/dev/null && command -v git >/dev/null || exit 0
script=$(dirname "$lib")/../../cmake/commit.cmake
cat >say.cmake <<END
include($script)
egad_commit_read(commit .)
message("\${commit}")
END
commit() { git -c user.name=a -c user.email=a@b commit -q --allow-empty -m "$1"; }
same() { test "$(cmake -P say.cmake 2>&1)" = "$(git rev-parse HEAD | cut -c 1-7)"; }
test -z "$(cmake -P say.cmake 2>&1)"
git init -q .
test -z "$(cmake -P say.cmake 2>&1)"
commit one
same
git pack-refs --all
same
commit two
same
git checkout -q --detach
same
