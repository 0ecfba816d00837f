/* What comes after the products of a layer, in kernels that keep blocks of results in
 * vector registers (vector.h): the build macro EPILOGUE says which. */
#define EPILOGUE_NONE 0     /* C = AB */
#define EPILOGUE_FORWARD 1  /* C = dropout(act(AB + bias)) */
#define EPILOGUE_BACKWARD 2 /* C = AB * act'(y), y the output of what is below */
#define EPILOGUE_SUMS 3     /* C = AB, and sums[j] = sum over k of B[k, j] */
