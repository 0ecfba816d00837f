# What the table of known figures is tied to; needs the file, which is not ours.
if [ -e "${EGAD_KDD99:-}" ]; then
    says 'train      198,361 normal' data import kdd99 "$EGAD_KDD99" -o kdd99.h5
    grep -F 'test       247,011: 198,382 normal, 48,629 anomalies (19.687 %)' says.out
fi
