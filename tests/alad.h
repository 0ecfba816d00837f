/* Reference values of ALAD: their models, some of which are tables of tests only, and
 * comparisons of the forward pass and of scores. */
#ifndef EGAD_TEST_ALAD_H
#define EGAD_TEST_ALAD_H

#include "fixture.h"
#include "models/alad.h"

/* 1: with spectral normalisation, which only images have. */
extern int alad_spectral;
/* A network of the fixture's detector. */
egad_net *alad_net(int k);

/* Call `check` for every file of tests/reference/alad (or the folder that
 * EGAD_REFERENCE_ALAD names) by two engines: dense layers score in one launch, or launch
 * by launch.  Images by one of them, without and with spectral normalisation. */
void alad_each_file(const char *what, void (*check)(void));

/* Compare what the file's group has of outputs of networks, or with `layers` of all
 * layers. */
void alad_compare_forward(const char *group, egad_tensor x, egad_tensor z,
                          fixture_way way, int layers);
/* The scores of rows, which are by the averages of weights. */
void alad_compare_scores(const char *group, egad_tensor x);

#endif
