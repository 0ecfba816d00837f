/* Epilogues of a layer's products, in kernels that keep blocks of results in vector
 * registers (vector.h); selected by the build macro EPILOGUE. */
#define EPILOGUE_NONE 0     /* C = AB */
#define EPILOGUE_FORWARD 1  /* C = dropout(act(AB + bias)) */
#define EPILOGUE_BACKWARD 2 /* C = AB * act'(y), y the output of the layer below */
#define EPILOGUE_SUMS 3     /* C = AB, and sums[j] = sum over k of B[k, j] */
