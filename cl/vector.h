/* Vectors of VECTOR floats, and activations on them: for kernels that keep blocks of
 * results in vector registers.  VECTOR is their build macro: 2 to 16, or 1 if
 * neighbouring work-items take neighbouring columns. */
#define GLUE(a, b) a##b
#define TYPE(name, width) GLUE(name, width)
#if VECTOR == 1
#define FLOATV float
#define LOADV(i, p) ((p)[i])
#define STOREV(v, i, p) ((p)[i] = (v))
#else
#define FLOATV TYPE(float, VECTOR)
#define INTV TYPE(int, VECTOR)
#define UINTV TYPE(uint, VECTOR)
#define LOADV TYPE(vload, VECTOR)
#define STOREV TYPE(vstore, VECTOR)
#define AS_INTV TYPE(as_int, VECTOR)
#define AS_UINTV TYPE(as_uint, VECTOR)
#endif

#define LANES16 (int16)(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)

/* Clang for this CPU, not for a GPU or an intermediate representation, which do not
 * support its builtins. */
#if defined(__clang__) &&                                                                \
    (defined(__x86_64__) || defined(__i386__) || defined(__aarch64__) ||                 \
     defined(__arm__) || defined(__powerpc64__) || defined(__riscv))
#define NATIVE 1
#else
#define NATIVE 0
#endif

/* STOREV to global memory by one instruction, where compilers split a vstore. */
#if VECTOR > 1 && NATIVE
typedef FLOATV floatv_anywhere __attribute__((aligned(4)));
#define STOREG(v, i, p) (((__global floatv_anywhere *)(p))[i] = (v))
#else
#define STOREG STOREV
#endif

/* Half as many words of twice the length; 0, 1, 2, ... */
#if VECTOR == 16
#define ULONGV ulong8
#define AS_ULONGV as_ulong8
#define LANES LANES16
#elif VECTOR == 8
#define ULONGV ulong4
#define AS_ULONGV as_ulong4
#define LANES (int8)(0, 1, 2, 3, 4, 5, 6, 7)
#endif

/* Prefetch the cache line of p.  OpenCL's prefetch does nothing in PoCL. */
#if NATIVE
#define FETCH(p) __builtin_prefetch(p)
#else
#define FETCH(p) prefetch(p, 1)
#endif

/* Columns of a panel: the width of a block and of packed weights. */
#define PANEL (2 * VECTOR)

static inline FLOATV activate(const FLOATV x, const int act, const float slope)
{
    if (act == ACT_RELU)
        return select(x, (FLOATV)(0.0f), x <= (FLOATV)(0.0f)); /* NaN stays NaN */
    if (act == ACT_LEAKY_RELU)
        return select(x * slope, x, x > (FLOATV)(0.0f));
    if (act == ACT_TANH)
        return tanh(x);
    if (act == ACT_SIGMOID)
        return (FLOATV)(1.0f) / ((FLOATV)(1.0f) + exp(-x));
    if (act == ACT_SOFTPLUS)
        return fmax(x, (FLOATV)(0.0f)) + log1p(exp(-fabs(x)));
    return x;
}

/* Store the first n of the elements of v. */
static void store(const FLOATV v, __global float *c, const int n)
{
    if (n >= VECTOR) {
        STOREG(v, 0, c);
    } else if (VECTOR > 1) {
        float part[VECTOR];
        STOREV(v, 0, part);
        for (int i = 0; i < n; i++)
            c[i] = part[i];
    }
}

/* The same bypassing the cache where whole vectors fit: for data not read soon. */
static inline void stream(const FLOATV v, __global float *c, const int n)
{
#if VECTOR > 1 && NATIVE
    if (n >= VECTOR && (size_t)c % sizeof v == 0) {
        __builtin_nontemporal_store(v, (__global FLOATV *)c);
        return;
    }
#endif
    store(v, c, n);
}

/* The sum of the elements of v. */
#if VECTOR == 16 || VECTOR == 8
static inline float total(const FLOATV v)
{
#if VECTOR == 16
    const float8 eight = v.lo + v.hi;
#else
    const float8 eight = v;
#endif
    const float4 four = eight.lo + eight.hi;
    return (four.x + four.y) + (four.z + four.w);
}
#endif
