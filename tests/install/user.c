/* A program that uses an installed egad: prints its version and the metrics of scores. */
#include <egad.h>

#include <stdio.h>

int main(void)
{
    const float scores[] = { 0.1f, 0.2f, 0.9f };
    const unsigned char y[] = { 0, 0, 1 };
    egad_metrics m;
    if (egad_metrics_compute(&m, scores, y, 3, 0.3) != EGAD_OK) {
        fprintf(stderr, "%s\n", egad_status_last());
        return 1;
    }
    printf("egad %s, f1 %g\n", egad_status_version(), m.f1);
    return 0;
}
