/* The list of methods. */
#include "method.h"

#include <string.h>

static const egad_method *const methods[] = { &egad_nearest_method, &egad_pca_method,
                                              &egad_ocsvm_method };

const egad_method *egad_method_find(const char *name)
{
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (strcmp(methods[i]->name, name) == 0)
            return methods[i];
    return NULL;
}

size_t egad_method_terms(const egad_method *method)
{
    size_t n = 0;
    while (method->term[n])
        n++;
    return n;
}
