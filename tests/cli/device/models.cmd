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

# The table of a model, in words and for graphviz: networks, values, losses, recipes.
says 'G(E(x))     generator of E(x)' models kdd-bigan
says 'gen = CE(D(G(z), z), 1), enc = CE(D(x, E(x)), 0); moves encoder, generator' models kdd-bigan
says 'gen = CE(D(G(z)), 1); moves generator' models mnist-gan
says 'x scaled to [0, 1]' models kdd-gan
says 'label="dis_real\nCE(D(x), 1)\nmoves discriminator"' models kdd-gan --dot
not grep -F 'E(x)' says.out
fails 2 '--plan and --dot exclude each other' models kdd-gan --plan --dot
fails 2 'need the NAME of a model' models --dot
