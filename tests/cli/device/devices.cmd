# What there is: models, and devices to run them on.
for model in kdd-bigan kdd-gan; do
    says 121 models "$model"
    says 17 models "$model" --shape 17
    says '' models "$model" --plan
done
for model in mnist-bigan mnist-gan; do
    says '28x28x1 -> 14x14x64' models "$model"
    says '12x8x3' models "$model" --shape 12x8x3
    says 'discriminator/dx_conv2' models "$model" --shape 8x8 --plan
    fails 1 'divisible by 4, not 6 x 8' models "$model" --shape 6x8
    fails 1 "$model needs images" models "$model" --shape 121
done

# The table of a model, in words and for graphviz: networks, values, losses, terms,
# recipes.
says 'G(E(x))          generator of E(x)' models kdd-bigan
says 'fm            |f(x, E(x)) - f(G(E(x)), E(x))|' models kdd-bigan
says 'gen = CE(D(G(z), z), 1), enc = CE(D(x, E(x)), 0); moves encoder, generator' models kdd-bigan
says 'gen = CE(D(G(z)), 1); moves generator' models mnist-gan
says 'x scaled to [0, 1]' models kdd-gan
says 'label="dis_real\nCE(D(x), 1)\nmoves discriminator"' models kdd-gan --dot
not grep -F 'E(x)' says.out
fails 2 '--plan and --dot exclude each other' models kdd-gan --plan --dot
fails 2 'need the NAME of a model' models --dot

says '* ' devices
unset EGAD_DEVICE
fails_after_table() {
    local code=0
    "$EGAD" devices "$@" >out 2>err || code=$?
    test $code = 1
    not grep '^\*' out
    grep -F nonesuch err
}
fails_after_table --device nonesuch
EGAD_DEVICE=nonesuch fails_after_table
fails 1 nonesuch models kdd-bigan --device nonesuch
EGAD_DEVICE=nonesuch fails 1 "matches 'nonesuch' (from EGAD_DEVICE); available: " \
    models kdd-bigan
fails 1 9:9 models kdd-bigan --device 9:9
# The shell completes exactly these.
"$EGAD" devices | sed -nE 's/^[* ] ([0-9]+:[0-9]+) .*/\1/p' >indexes
"$EGAD" --complete train --device '' | cmp - indexes
