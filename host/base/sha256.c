/* SHA-256 of a stream of bytes.  The only file that includes libmd's sha2.h. */
#include "input.h"

#include <sha2.h>
#include <stdlib.h>

struct egad_sha256 {
    SHA2_CTX context;
};

egad_status egad_sha256_new(egad_sha256 **out)
{
    egad_status status = EGAD_OK;

    NEW(*out, 1);
    SHA256Init(&(*out)->context);
done:
    return status;
}

void egad_sha256_add(egad_sha256 *sha, const void *bytes, size_t n)
{
    SHA256Update(&sha->context, bytes, n);
}

void egad_sha256_hex(const egad_sha256 *sha, char hex[65])
{
    SHA2_CTX copy = sha->context;
    SHA256End(&copy, hex);
}

void egad_sha256_free(egad_sha256 *sha)
{
    free(sha);
}
