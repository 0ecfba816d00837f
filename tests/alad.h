/* Models of ALAD that are tables of tests only, beside those of models/. */
#ifndef EGAD_TEST_ALAD_H
#define EGAD_TEST_ALAD_H

#include "models/alad.h"

/* The networks of the authors' code for arrhythmia. */
extern const egad_model alad_arrhythmia;

#endif
