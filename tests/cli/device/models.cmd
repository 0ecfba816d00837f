for model in $("$EGAD" models); do
    says 121 models "$model"
    says 17 models "$model" --columns 17
    says '' models "$model" --plan
done
