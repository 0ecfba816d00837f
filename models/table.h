/* The words of the paper's tables, for the model files. */
#ifndef EGAD_TABLE_H
#define EGAD_TABLE_H

#include "model.h"

#define Dense OP_DENSE
#define Linear ACT_LINEAR
#define ReLU ACT_RELU
#define LeakyReLU ACT_LEAKY_RELU
#define END_OF_TABLE                                                                     \
    {                                                                                    \
        OP_END, 0, 0, 0.0f, PLAIN                                                        \
    }

#endif
