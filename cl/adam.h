/* One Adam step for w, a scalar or a vector, with gradient g and moments m and v;
 * parameters: the rate, 1 - beta1, 1 - beta2, epsilon. */
#define ADAM(w, g, m, v, rate, one_less_beta1, one_less_beta2, epsilon)                  \
    {                                                                                    \
        m += (one_less_beta1) * ((g) - m);                                               \
        v += (one_less_beta2) * ((g) * (g) - v);                                         \
        w -= (rate) * m / (sqrt(v) + (epsilon));                                         \
    }
