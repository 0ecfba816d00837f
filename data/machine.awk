# A table of 5,000 readings of a machine with a fan, for README.md and docs/tables.md:
#
#   awk -f data/machine.awk >machine.csv
#
# The speed of the fan follows the temperature; in every 20th row the fan is stuck.

# Uniform in [0, 1), the same numbers with every awk; and noise with mean 0.
function u() { s = s * 16807 % 2147483647; return s / 2147483647 }
function noise() { return u() + u() + u() + u() - 2 }

BEGIN {
    s = 1
    print "mode,load,temperature,fan,state"
    for (i = 0; i < 5000; i++) {
        load = 20 + 70 * u()
        mode = load > 60 ? "full" : "eco"
        warm = 25 + load / 2 + noise()
        stuck = i % 20 == 19
        fan = stuck ? 1000 + 700 * u() : 300 + 20 * warm + 20 * noise()
        printf "%s,%.1f,%.1f,%.0f,%s\n", mode, load, warm, fan, stuck ? "stuck" : "good"
    }
}
