/* The vocabulary of the paper's tables, for the model files. */
#ifndef EGAD_LAYERS_H
#define EGAD_LAYERS_H

#include "model.h"

#define Dense OP_DENSE, 0, 0
#define DenseMaps(by) OP_DENSE, 0, by /* maps of H / by x W / by */
#define Conv OP_CONV
#define TransConv OP_TCONV
#define Linear ACT_LINEAR
#define ReLU ACT_RELU
#define LeakyReLU ACT_LEAKY_RELU
#define Tanh ACT_TANH
#define Sigmoid ACT_SIGMOID
#define END_OF_TABLE                                                                     \
    {                                                                                    \
        OP_END, 0, 0, 0, NO_BN, 0, 0.0f, PLAIN                                           \
    }

#endif
