/* One step of Adam for w, a number or a vector of them, from its gradient g and its moments
 * m and v; what it takes beside the rate comes as 1 - beta1, 1 - beta2 and epsilon. */
#define ADAM(w, g, m, v, rate, one_less_beta1, one_less_beta2, epsilon)                  \
    {                                                                                    \
        m += (one_less_beta1) * ((g) - m);                                               \
        v += (one_less_beta2) * ((g) * (g) - v);                                         \
        w -= (rate) * m / (sqrt(v) + (epsilon));                                         \
    }
