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
