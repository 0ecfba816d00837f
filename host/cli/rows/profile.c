/* Launches as a table: their work, and their times if they were measured. */
#include "profile.h"

#include <stdio.h>
#include <string.h>

double profile_flops(const egad_profile *launches, size_t n)
{
    double flops = 0.0;
    for (size_t i = 0; i < n; i++)
        flops += launches[i].calls * launches[i].flops;
    return flops;
}

double profile_seconds(const egad_profile *launches, size_t n)
{
    double seconds = 0.0;
    for (size_t i = 0; i < n; i++)
        seconds += launches[i].calls * launches[i].seconds;
    return seconds;
}

/* `value` per second in units of 1e9, or "-". */
static void put_rate(double value, double seconds)
{
    if (value > 0.0 && seconds > 0.0)
        printf(" %9.2f", 1e-9 * value / seconds);
    else
        printf(" %9s", "-");
}

static void put_timed(const egad_profile *p, double total, const egad_peak *peak)
{
    printf(" %7d %10.4f %5.1f %%", p->calls, 1e3 * p->calls * p->seconds,
           100.0 * p->calls * p->seconds / total);
    put_rate(p->flops, p->seconds);
    if (peak && p->flops > 0.0)
        printf(" %5.1f %%", 100.0 * p->flops / p->seconds / peak->flops);
    else if (peak)
        printf(" %7s", "-");
    put_rate(p->bytes, p->seconds);
}

static void put_untimed(const egad_profile *p)
{
    if (p->local)
        printf(" %5zu x %-4zu groups of %-3zu", p->groups[0], p->groups[1], p->local);
    if (p->flops > 0.0)
        printf(" %9.3f MFLOP", p->flops / 1e6);
    if (p->calls > 1)
        printf(", %d times", p->calls);
}

static void put_head(const egad_profile *launches, size_t n, int timed,
                     const egad_peak *peak)
{
    printf("%s: %zu launch%s\n", launches->plan, n, n == 1 ? "" : "es");
    if (timed)
        printf("      %-34s %-22s %7s %10s %7s %9s%s %9s\n", "", "", "calls", "ms",
               "share", "GFLOP/s", peak ? " of peak" : "", "GB/s");
}

void profile_print(const egad_profile *launches, size_t n, const egad_peak *peak)
{
    const double total = profile_seconds(launches, n);
    for (size_t first = 0, end; first < n; first = end) {
        for (end = first; end < n && !strcmp(launches[end].plan, launches[first].plan);)
            end++;
        put_head(&launches[first], end - first, total > 0.0, peak);
        for (size_t i = first; i < end; i++) {
            const egad_profile *p = &launches[i];
            printf("%4zu  %-34s %-22s", i - first + 1, p->label, p->kernel);
            if (total > 0.0)
                put_timed(p, total, peak);
            else
                put_untimed(p);
            putchar('\n');
        }
    }
}
