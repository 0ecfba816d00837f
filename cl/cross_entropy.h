/* Cross-entropy of a logit with a label, and its derivative:
 *
 *   CE(l, y) = max(l, 0) - l y + log(1 + exp(-|l|)),   dCE/dl = sigmoid(l) - y */
static inline float2 cross_entropy(const float l, const float label)
{
    const float e = exp(-fabs(l));
    return (float2)(fmax(l, 0.0f) - l * label + log1p(e),
                    (l > 0.0f ? 1.0f : e) / (1.0f + e) - label);
}
